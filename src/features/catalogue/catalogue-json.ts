/** The catalogue for the commands that show it, and the machine forms of what they show. */
import type {
  Catalogue,
  CatalogueList,
  CatalogueRow,
  CatalogueSearch,
  ProviderCard,
} from "./report.ts";
import type { CatalogueSource } from "../../domain/catalogue/catalogue.ts";
import { CATALOGUE } from "../../domain/generated/catalogue.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { RequirementField, Requirements } from "../../domain/catalogue/requirements.ts";

/** Everything the catalogue knows; its larger half is loaded here and nowhere else. */
export async function loadCatalogue(): Promise<Catalogue> {
  const { CATALOGUE_DETAILS, CATALOGUE_SOURCE } =
    await import("../../domain/generated/catalogue-details.ts");
  return {
    source: CATALOGUE_SOURCE,
    entries: CATALOGUE,
    details: CATALOGUE_DETAILS,
  };
}

/** Providers that were listed or found. */
export function catalogueListJson(
  list: CatalogueList | CatalogueSearch,
): JsonObject {
  const search =
    "words" in list ? { words: list.words, is_partial: list.isPartial } : {};
  return {
    kind: "words" in list ? "catalog-search" : "catalog-list",
    source: sourceJson(list.source),
    total: list.totalCount,
    ...search,
    providers: list.rows.map(rowJson),
  };
}

/** Everything about one provider. */
export function providerCardJson(card: ProviderCard): JsonObject {
  const { details } = card;
  return {
    kind: "catalog-provider",
    source: sourceJson(card.source),
    ...rowJson(card.row),
    provider_key: card.providerKey,
    vendor_auth_type: details.auth_type_raw,
    is_setup_documented: details.setup_documented,
    requirements: card.requirements.map(requirementsJson),
    account_fields: details.account_fields.map(({ label, secret }) => ({
      label,
      is_secret: secret,
    })),
    account_credential_keys: details.account_credential_keys,
    scopes: card.scopes.map(({ scope, tier, meaning, source, isVendors }) => ({
      scope,
      tier,
      meaning,
      source,
      is_named_by_vendor: isVendors,
    })),
    scopes_in_tool_descriptions: details.scopes_in_tool_descriptions,
    corrections: details.corrections,
  };
}

function requirementsJson(needs: Requirements): JsonObject {
  const { offline } = needs;
  return {
    auth_type: needs.authType,
    client: needs.client,
    required: needs.required.map(fieldJson),
    optional: needs.optional.map(fieldJson),
    has_scopes: needs.hasScopes,
    offline_access:
      offline === null
        ? null
        : {
            kind: offline.kind,
            pointer: offline.pointer,
            value: offline.value,
            alternatives: offline.alternatives,
            source: offline.source,
          },
  };
}

function fieldJson({
  pointer,
  label,
  kind,
  meaning,
}: RequirementField): JsonObject {
  return { pointer, label, kind, meaning };
}

function rowJson(row: CatalogueRow): JsonObject {
  return {
    provider: row.slug,
    name: row.name,
    auth_types: row.authTypes,
    categories: row.categories,
    is_mcp: row.isMcp,
    is_dcr: row.isDcr,
    tool_count: row.toolCount,
  };
}

function sourceJson({ repository, commit, date }: CatalogueSource): JsonObject {
  return { repository, commit, date };
}
