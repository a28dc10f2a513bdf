import type { CatalogueEntry } from "../../domain/catalogue/catalogue.ts";
import type { ExportKind } from "./export/export-file.ts";

/**
 * Names of other services for connectors of the catalogue, where they are not the same word. Only
 * what is certain stands here: one product, and the same one on both sides.
 * @remarks Source: Nango, "Integrations" (docs: one page per provider slug); Composio, "Toolkits"
 * (docs: one page per toolkit slug).
 */
const OTHER_NAMES: Readonly<
  Record<ExportKind, Readonly<Record<string, string>>>
> = {
  composio: {
    googleads: "google_ads",
    google_analytics: "googleanalytics",
    google_search_console: "googlesearchconsole",
    googlebigquery: "bigquery",
    microsoft_teams: "microsoftteams",
    one_drive: "onedrive",
    share_point: "sharepoint",
  },
  nango: {
    "google-ads": "google_ads",
    "google-analytics": "googleanalytics",
    "google-calendar": "googlecalendar",
    "google-docs": "googledocs",
    "google-drive": "googledrive",
    "google-forms": "googleforms",
    "google-mail": "gmail",
    "google-sheet": "googlesheets",
    "google-slides": "googleslides",
    "microsoft-teams": "microsoftteams",
    "one-drive": "onedrive",
    "sharepoint-online": "sharepoint",
    "zoho-crm": "zohocrm",
  },
};

/**
 * Kinds of authentication by their name elsewhere, in capitals. One that is missing has no
 * counterpart that is certain.
 */
const SCHEMES: Readonly<Record<string, string>> = {
  OAUTH2: "oauth2",
  OAUTH2_CC: "oauth2_client_credentials",
  OAUTH1: "oauth1",
  API_KEY: "api_key",
  BASIC: "basic",
  BEARER_TOKEN: "bearer",
  GOOGLE_SERVICE_ACCOUNT: "service_account",
  NO_AUTH: "no_auth",
  NONE: "no_auth",
};

/** The connector of the catalogue that a name elsewhere certainly means. */
export function connectorFor(
  kind: ExportKind,
  name: string,
  catalogue: ReadonlyMap<string, CatalogueEntry>,
): CatalogueEntry | undefined {
  const known = name.toLowerCase();
  const others = OTHER_NAMES[kind];
  const slug = Object.hasOwn(others, known) ? others[known] : known;
  return slug === undefined ? undefined : catalogue.get(slug);
}

/**
 * Our auth type for a kind of authentication elsewhere. Without a word for it, the connector's only
 * one.
 */
export function authTypeFor(
  scheme: string | null,
  entry: CatalogueEntry,
): string | undefined {
  const [only, ...others] = entry.auth_types;
  if (scheme === null) return others.length === 0 ? only : undefined;
  const word = scheme.toUpperCase();
  const authType = Object.hasOwn(SCHEMES, word) ? SCHEMES[word] : undefined;
  return authType !== undefined && entry.auth_types.includes(authType)
    ? authType
    : undefined;
}
