import type { CatalogueEntry } from "./catalogue.ts";
import type { FieldValues } from "../connection.ts";
import { isJsonObject } from "../json.ts";
import type { Pointer } from "../field/pointer.ts";

/** What a provider wants to see in the authorization request before it issues a refresh token. */
export interface OfflineAccess {
  /** `scope`: one of the scopes; `setting`: a parameter of the authorization request. */
  readonly kind: "scope" | "setting";
  /** Where a document says it: `/scopes` or a setting. */
  readonly pointer: Pointer;
  /** The scope or value to write. */
  readonly value: string;
  /** Other scopes that do the same. */
  readonly alternatives: readonly string[];
  /** Whose rule it is: `Google`. */
  readonly party: string;
  /** Address of the page that says so. */
  readonly source: string;
}

interface OfflineRule extends OfflineAccess {
  readonly providers: readonly string[];
}

/**
 * Providers that issue no refresh token unless asked in the request itself. A provider that is not
 * listed either always issues one, or lets the application's registration decide, or is not known
 * to us.
 * @remarks Source: the pages named in each rule, as of August 2026.
 */
const RULES: readonly OfflineRule[] = [
  setting("/settings/access_type", "offline", {
    party: "Google",
    source:
      "https://developers.google.com/identity/protocols/oauth2/web-server#offline",
    providers: [
      "bigquery",
      "gmail",
      "google_ads",
      "googleanalytics",
      "googlebusinessprofile",
      "googlecalendar",
      "googledocs",
      "googledrive",
      "googleforms",
      "googlemeet",
      "googlesearchconsole",
      "googlesheets",
      "googleslides",
      "youtube",
    ],
  }),
  setting("/settings/access_type", "offline", {
    party: "Zoho",
    source: "https://www.zoho.com/crm/developer/docs/api/v8/auth-request.html",
    providers: ["zohocrm"],
  }),
  setting("/settings/token_access_type", "offline", {
    party: "Dropbox",
    source: "https://developers.dropbox.com/oauth-guide",
    providers: ["dropbox"],
  }),
  scope("offline_access", {
    party: "Microsoft",
    source:
      "https://learn.microsoft.com/entra/identity-platform/scopes-oidc#the-offline_access-scope",
    providers: [
      "microsoft365",
      "microsoftexcel",
      "microsoftteams",
      "microsoftword",
      "onedrive",
      "onenote",
      "outlook",
      "sharepoint",
    ],
  }),
  scope("offline_access", {
    party: "Atlassian",
    source:
      "https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/#use-a-refresh-token-to-get-another-access-token-and-refresh-token-pair",
    providers: ["confluence", "jira", "jiraservicemanagement"],
  }),
  scope(
    "refresh_token",
    {
      party: "Salesforce",
      source:
        "https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_tokens_scopes.htm",
      providers: ["salesforce"],
    },
    ["offline_access"],
  ),
  scope("refresh_token", {
    party: "Snowflake",
    source: "https://docs.snowflake.com/en/user-guide/oauth-custom",
    providers: ["snowflake"],
  }),
  scope("offline.access", {
    party: "X",
    source:
      "https://docs.x.com/resources/fundamentals/authentication/oauth-2-0/authorization-code",
    providers: ["twitteroauth"],
  }),
  scope("offline_access", {
    party: "Xero",
    source: "https://developer.xero.com/documentation/oauth2/scopes",
    providers: ["xero"],
  }),
  scope("offline_access", {
    party: "SMART on FHIR",
    source:
      "https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html#scopes-for-requesting-a-refresh-token",
    providers: ["advancedmd", "customsmartfhir"],
  }),
].map((rule) => Object.freeze(rule));

/** @remarks `offline_access` is also that of OpenID Connect Core 1.0 ("Offline Access"). */
const OFFLINE_SCOPES: readonly string[] = [
  ...new Set(
    RULES.filter(({ kind }) => kind === "scope").flatMap(
      ({ value, alternatives }) => [value, ...alternatives],
    ),
  ),
];

const BY_PROVIDER: ReadonlyMap<string, OfflineAccess> = new Map(
  RULES.flatMap((rule) => rule.providers.map((slug) => [slug, rule] as const)),
);

/**
 * What a connection of this provider must ask for so that accounts outlive their first token;
 * `null` where no rule is known. Pure.
 */
export function offlineAccessOf(
  entry: Pick<CatalogueEntry, "slug">,
  authType: string,
): OfflineAccess | null {
  if (authType !== "oauth2" && authType !== "smart_fhir") return null;
  return BY_PROVIDER.get(entry.slug) ?? null;
}

/** How far these fields ask for it: `unsaid` means that they leave the matter to the platform. */
export function offlineAccessIn(
  offline: OfflineAccess,
  fields: FieldValues,
): "asked" | "not-asked" | "unsaid" {
  const value = fields[offline.pointer];
  if (offline.kind === "setting") {
    if (asksBySetting(fields, offline.pointer, offline.value)) return "asked";
    return value === undefined ? "unsaid" : "not-asked";
  }
  if (!Array.isArray(value)) return value === null ? "not-asked" : "unsaid";
  return [offline.value, ...offline.alternatives].some((name) =>
    value.some((entry) => isSameScope(entry, name)),
  )
    ? "asked"
    : "not-asked";
}

/**
 * True for fields that set a parameter of the authorization request: by its own setting, or among
 * the extra ones.
 */
export function asksBySetting(
  fields: FieldValues,
  pointer: Pointer,
  wanted: string,
): boolean {
  const extra = fields["/settings/extra_authorize_params"];
  const parameter = pointer.slice("/settings/".length);
  const isExtra = isJsonObject(extra) && extra[parameter] === wanted;
  return fields[pointer] === wanted || isExtra;
}

/** Value of the parameters by which providers are asked for a refresh token. */
export const OFFLINE = "offline";

/** True for a scope by which some provider is asked for a refresh token. */
export function isOfflineScope(scope: string): boolean {
  return OFFLINE_SCOPES.some((name) => isSameScope(scope, name));
}

/**
 * Scopes are compared as they are; a resource in front
 * (`https://graph.microsoft.com/offline_access`) changes nothing.
 */
function isSameScope(entry: unknown, name: string): boolean {
  return (
    typeof entry === "string" && (entry === name || entry.endsWith(`/${name}`))
  );
}

type Origin = Pick<OfflineRule, "party" | "source" | "providers">;

function scope(
  value: string,
  origin: Origin,
  alternatives: readonly string[] = [],
): OfflineRule {
  return { kind: "scope", pointer: "/scopes", value, alternatives, ...origin };
}

function setting(pointer: Pointer, value: string, origin: Origin): OfflineRule {
  return { kind: "setting", pointer, value, alternatives: [], ...origin };
}
