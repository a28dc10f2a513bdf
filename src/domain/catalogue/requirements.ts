import type { CatalogueDetails, CatalogueEntry } from "./catalogue.ts";
import { FIELD_RULES } from "../generated/fields.ts";
import { offlineAccessOf, type OfflineAccess } from "./offline-access.ts";
import type { Pointer } from "../field/pointer.ts";

/** One field that a new connection of a provider has, or may have. */
export interface RequirementField {
  readonly pointer: Pointer;
  /** The provider's or the vendor's name for it: `Client Key`. */
  readonly label: string;
  /** A `secret` is written as a reference, a `list` as a list of texts. */
  readonly kind: "secret" | "plain" | "list";
  /** What the field means, as the schema says it. */
  readonly meaning: string;
}

/**
 * Who brings the OAuth client: the team (`own`), the team or the platform (`own-or-platform`), the
 * platform until an own one is set (`platform-default`), dynamic registration (`registered`),
 * nobody (`none`, there is no OAuth), or nothing is documented (`unknown`): there is OAuth, so
 * there is a client, and its fields are among the optional ones.
 */
export type ClientSource =
  | "own"
  | "own-or-platform"
  | "platform-default"
  | "registered"
  | "none"
  | "unknown";

/** What a new connection of a provider needs. */
export interface Requirements {
  readonly provider: string;
  readonly authType: string;
  readonly client: ClientSource;
  /** What the connection cannot do its work without. */
  readonly required: readonly RequirementField[];
  /** What it may have besides. */
  readonly optional: readonly RequirementField[];
  /** Documented scopes, a sample to choose from; empty where none are documented. */
  readonly scopes: readonly string[];
  /** False where the vendor says that scopes are not chosen on the connection. */
  readonly hasScopes: boolean;
  /** What to ask for so that accounts outlive their first token; `null` where no rule is known. */
  readonly offline: OfflineAccess | null;
  /** What each connected account brings by itself, so that it does not belong into the document. */
  readonly accountFields: readonly string[];
}

const CLIENT_ID = "/credentials/client_id";
const CLIENT: readonly Pointer[] = [CLIENT_ID, "/credentials/client_secret"];

/** Auth types whose connections hold an OAuth client. */
const CLIENT_TYPES: ReadonlySet<string> = new Set([
  "oauth2",
  "oauth2_client_credentials",
  "oauth1",
  "smart_fhir",
]);

/**
 * Lists what a new connection of a provider needs, from what is documented: unknown stays unknown.
 * Pure.
 * @param authType - One of `entry.auth_types`; another one needs nothing that is known.
 * @param details - Gives fields the vendor's own labels.
 */
export function requirementsOf(
  entry: CatalogueEntry,
  authType: string,
  details?: CatalogueDetails,
): Requirements {
  if (details !== undefined) return listRequirements(entry, authType, details);
  const known = KNOWN.get(entry) ?? new Map<string, Requirements>();
  KNOWN.set(entry, known);
  const requirements =
    known.get(authType) ?? listRequirements(entry, authType, undefined);
  known.set(authType, requirements);
  return requirements;
}

// A catalogue never changes while the program runs, and a thousand connections ask about a few of
// its entries.
const KNOWN = new WeakMap<CatalogueEntry, Map<string, Requirements>>();

function listRequirements(
  entry: CatalogueEntry,
  authType: string,
  details: CatalogueDetails | undefined,
): Requirements {
  const client = clientSourceOf(entry, authType);
  const required = requiredPointers(entry, authType, client);
  const optional = optionalPointers(entry, authType, client).filter(
    (pointer) => !required.includes(pointer),
  );
  const hasScopes =
    (CLIENT_TYPES.has(authType) || authType === "service_account") &&
    entry.scopes_not_configurable !== true;
  const field = (pointer: Pointer): RequirementField =>
    fieldOf(pointer, details);
  return {
    provider: entry.slug,
    authType,
    client,
    required: required.map(field),
    optional: optional.map(field),
    scopes: hasScopes ? entry.scopes : [],
    hasScopes,
    offline: offlineAccessOf(entry, authType),
    accountFields: entry.account_labels ?? [],
  };
}

/**
 * Who brings the OAuth client of connections of a provider; `own` only where a set-up page asks for
 * a client. Pure.
 */
export function clientSourceOf(
  entry: CatalogueEntry,
  authType: string,
): ClientSource {
  if (!CLIENT_TYPES.has(authType)) return "none";
  if (entry.dcr) return "registered";
  if (entry.platform_credentials === "default") return "platform-default";
  if (entry.platform_credentials === "own_option") return "own-or-platform";
  const asksForClient = entry.field_pointers?.includes(CLIENT_ID) ?? false;
  return asksForClient ? "own" : "unknown";
}

function requiredPointers(
  entry: CatalogueEntry,
  authType: string,
  client: ClientSource,
): Pointer[] {
  if (authType === "service_account")
    return entry.connection_type === "GOOGLE_DWD"
      ? ["/credentials/service_account_json", "/scopes"]
      : [];
  return client === "own" ? [...CLIENT] : [];
}

/** What the set-up page names besides, then the choice of the platform's client, then scopes. */
function optionalPointers(
  entry: CatalogueEntry,
  authType: string,
  client: ClientSource,
): Pointer[] {
  if (!CLIENT_TYPES.has(authType)) return [];
  const hasChoice =
    client === "own-or-platform" || client === "platform-default";
  const named = entry.field_pointers ?? [];
  return [
    ...new Set([
      ...(client === "unknown" || (hasChoice && named.length === 0)
        ? CLIENT
        : []),
      ...named,
      ...(hasChoice ? ["/credentials/use_platform_creds"] : []),
      ...(entry.slug === "google_ads" ? ["/credentials/developer_token"] : []),
      ...(authType === "smart_fhir" ? ["/settings/smart"] : []),
      ...(entry.scopes_not_configurable === true ? [] : ["/scopes"]),
    ]),
  ];
}

const RULES = new Map(FIELD_RULES.map((rule) => [rule.pointer, rule]));

function fieldOf(
  pointer: Pointer,
  details: CatalogueDetails | undefined,
): RequirementField {
  const rule = RULES.get(pointer);
  const documented = details?.connection_fields.find(
    (entry) => entry.pointer === pointer,
  );
  const isList = rule?.semantics === "set" || rule?.semantics === "list";
  return {
    pointer,
    label: documented?.label ?? labelOf(pointer),
    kind: rule?.isSecret === true ? "secret" : isList ? "list" : "plain",
    meaning: rule?.description ?? "",
  };
}

function labelOf(pointer: Pointer): string {
  const name = pointer.slice(pointer.lastIndexOf("/") + 1).replaceAll("_", " ");
  return name.charAt(0).toUpperCase() + name.slice(1);
}
