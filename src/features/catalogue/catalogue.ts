import type { CatalogueDetails, CatalogueEntry } from "../../domain/catalogue/catalogue.ts";
import type {
  CardScope,
  Catalogue,
  CatalogueList,
  ProviderCard,
} from "./report.ts";
import { UserError } from "../../domain/problem/error.ts";
import { requirementsOf } from "../../domain/catalogue/requirements.ts";
import { UNCLASSIFIED } from "../../domain/catalogue/scope-tiers.ts";
import { documentedScopes, scopeMeaning } from "../../domain/catalogue/scopes.ts";
import { compareText } from "../../util/compare-text.ts";
import { meantBy, nearest } from "../../util/nearest.ts";
import { catalogueRows, rowOf } from "./catalogue-rows.ts";
import { searchCatalogue } from "./catalogue-search.ts";

/** Which providers to list; what is absent does not narrow. */
export interface CatalogueFilter {
  readonly authType?: string;
  readonly category?: string;
  readonly isMcp?: boolean;
  readonly isDcr?: boolean;
}

/**
 * The providers a filter leaves, by slug. Pure.
 * @throws UserError CLI050 for an auth type or a category that no provider has.
 */
export function listCatalogue(
  catalogue: Catalogue,
  filter: CatalogueFilter,
): CatalogueList {
  const all = catalogueRows(catalogue);
  const authType = knownWord(
    "auth type",
    filter.authType,
    all.flatMap((row) => row.authTypes),
  );
  const category = knownWord(
    "category",
    filter.category,
    all.flatMap((row) => row.categories),
  );
  const rows = all
    .filter(
      (row) =>
        (authType === undefined || row.authTypes.includes(authType)) &&
        (category === undefined || row.categories.includes(category)) &&
        (filter.isMcp !== true || row.isMcp) &&
        (filter.isDcr !== true || row.isDcr),
    )
    .sort((a, b) => compareText(a.slug, b.slug));
  return { source: catalogue.source, rows, totalCount: all.length };
}

/** The catalogue's own spelling of a word, whatever its case. */
function knownWord(
  kind: string,
  wanted: string | undefined,
  words: readonly string[],
): string | undefined {
  if (wanted === undefined) return undefined;
  const known = [...new Set(words)].sort(compareText);
  const found = known.find(
    (word) => word.toLowerCase() === wanted.toLowerCase(),
  );
  if (found !== undefined) return found;
  const near = nearest(wanted, known);
  throw new UserError("CLI050", `the catalogue knows no ${kind} "${wanted}"${meantBy(near)}`, {
    why: `it has ${known.join(", ")}`,
    fix:
      near === undefined ? `use one of these words` : `use "${near}"`,
  });
}

/**
 * Everything about one provider. Pure.
 * @param name - A slug, the vendor's key (`GMAIL`) or a display name, in any case.
 * @throws UserError CLI050 for a name the catalogue does not have, with the nearest ones.
 */
export function describeProvider(
  catalogue: Catalogue,
  name: string,
): ProviderCard {
  const entry = findProvider(catalogue, name);
  const details = catalogue.details.find(({ slug }) => slug === entry.slug) ?? {
    ...NO_DETAILS,
    slug: entry.slug,
  };
  return {
    source: catalogue.source,
    row: rowOf(entry, details),
    providerKey: entry.provider_key,
    details,
    requirements: entry.auth_types.map((authType) =>
      requirementsOf(entry, authType, details),
    ),
    scopes: cardScopes(entry),
  };
}

const NO_DETAILS: CatalogueDetails = {
  slug: "",
  auth_type_raw: "",
  categories: [],
  tool_count: 0,
  connection_fields: [],
  account_fields: [],
  account_credential_keys: [],
  scopes_in_tool_descriptions: [],
  setup_documented: false,
  corrections: [],
};

function findProvider(catalogue: Catalogue, name: string): CatalogueEntry {
  const wanted = name.trim().toLowerCase();
  const is = (of: (entry: CatalogueEntry) => string) =>
    catalogue.entries.find((entry) => of(entry).toLowerCase() === wanted);
  const entry =
    is(({ slug }) => slug) ??
    is(({ provider_key: key }) => key) ??
    is(({ display_name: title }) => title);
  if (entry !== undefined) return entry;
  throw unknownProvider(catalogue, name);
}

const MAX_SUGGESTIONS = 3;

function unknownProvider(catalogue: Catalogue, name: string): UserError {
  const slip = nearest(
    name,
    catalogue.entries.map(({ slug }) => slug),
  );
  const found = searchCatalogue(catalogue, name.split(/\s+/u)).rows;
  const near = [
    ...new Set([
      ...(slip === undefined ? [] : [slip]),
      ...found.map(({ slug }) => slug),
    ]),
  ].slice(0, MAX_SUGGESTIONS);
  return new UserError("CLI050", `the catalogue has no provider "${name}"${meantBy(near)}`, {
    why: `it has ${String(catalogue.entries.length)} providers, as of ${catalogue.source.date}`,
    fix: `${
      near.length > 0
        ? `use ${near.map((slug) => `"${slug}"`).join(" or ")}, or search`
        : "search"
    }: tieline catalog search <words>; a provider of your own is declared in a document, as docs/guides/first-connection.md shows`,
  });
}

/**
 * What the vendor's page names and what providers document, each once: first the vendor's, in its
 * order.
 */
function cardScopes(entry: CatalogueEntry): readonly CardScope[] {
  const known = new Set(entry.scopes);
  const others = documentedScopes(entry.slug)
    .map(({ scope }) => scope)
    .filter((scope) => !known.has(scope));
  return [...entry.scopes, ...others].map((scope) => {
    const meaning = scopeMeaning(entry.slug, scope);
    const isVendors = known.has(scope);
    return meaning === UNCLASSIFIED
      ? { scope, tier: UNCLASSIFIED, meaning: null, source: null, isVendors }
      : { scope, ...meaning, isVendors };
  });
}
