import type { CatalogueEntry } from "../../domain/catalogue/catalogue.ts";

/**
 * Our auth types and the wire's connection types. `custom` has no type of its own: it follows the
 * provider's auth pattern.
 * @remarks Source: docs/drivers/scalekit-api.md sections 7 and 19.
 */
const WIRE_TYPES: ReadonlyMap<string, string> = new Map([
  ["oauth2", "OAUTH"],
  ["api_key", "API_KEY"],
  ["bearer", "BEARER"],
  ["basic", "BASIC"],
  ["service_account", "GOOGLE_DWD"],
  ["oauth2_client_credentials", "OAUTH_M2M"],
  ["oauth1", "TRELLO_OAUTH1"],
  ["smart_fhir", "SMART_FHIR"],
  ["trusted_idp", "TRUSTED_IDP"],
  ["no_auth", "NO_AUTH"],
]);

const AUTH_TYPES: ReadonlyMap<string, string> = new Map(
  [...WIRE_TYPES].map(([authType, wireType]) => [wireType, authType]),
);

/** The wire type of an auth type; `undefined` for `custom` and unknown ones. */
export function wireTypeOf(authType: string): string | undefined {
  return WIRE_TYPES.get(authType);
}

/** True for a wire type that an app connection may have, as far as this version knows. */
export function isKnownType(wireType: string): boolean {
  return AUTH_TYPES.has(wireType);
}

/**
 * Our word for a wire type; a type we do not know keeps its name in lower case, so that it survives
 * and never equals a known one.
 */
export function authTypeOf(wireType: string): string {
  return AUTH_TYPES.get(wireType) ?? wireType.toLowerCase();
}

/** @remarks Source: docs/drivers/scalekit-api.md section 6: unset behaves as USER. */
const AUTH_MODES: ReadonlyMap<string, string> = new Map([
  ["", "user"],
  ["CONNECTION_AUTH_MODE_UNSPECIFIED", "user"],
  ["USER", "user"],
  ["ORG_WIDE", "org_wide"],
]);

/** Our word for an auth mode of the wire; a mode of a later version keeps its name. */
export function authModeOf(wireMode: string): string {
  return AUTH_MODES.get(wireMode) ?? wireMode.toLowerCase();
}

/** True for an auth mode that this version knows. */
export function isKnownAuthMode(wireMode: string): boolean {
  return AUTH_MODES.has(wireMode);
}

/** The wire's word for an auth mode. */
export function wireAuthModeOf(authMode: string): string {
  return authMode.toUpperCase();
}

/**
 * Keys that name a connector other than by its upper-cased slug.
 * @remarks Source: docs/drivers/scalekit-api.md section 15: the vendor's OpenAPI text calls the
 * Google Ads provider `GOOGLEADS`, its page `google_ads`.
 */
const KEY_ALIASES: ReadonlyMap<string, string> = new Map([
  ["GOOGLEADS", "google_ads"],
]);

/** Slugs of the catalogue and the vendor's keys, both ways. */
export interface ProviderNames {
  entry(slug: string): CatalogueEntry | undefined;
  /**
   * Slug for a key of the catalogue; `undefined` for custom providers and connectors newer than the
   * catalogue.
   */
  slugOfKey(providerKey: string): string | undefined;
  readonly slugs: readonly string[];
}

export function createProviderNames(
  catalogue: readonly CatalogueEntry[],
): ProviderNames {
  const bySlug = new Map(catalogue.map((entry) => [entry.slug, entry]));
  const byKey = new Map(
    catalogue.map((entry) => [entry.provider_key.toUpperCase(), entry.slug]),
  );
  return {
    entry: (slug) => bySlug.get(slug),
    slugOfKey: (providerKey) =>
      byKey.get(providerKey.toUpperCase()) ?? KEY_ALIASES.get(providerKey),
    slugs: [...bySlug.keys()],
  };
}

/**
 * The slug of a custom provider: its display name in lower case, blanks as underscores. The schema
 * gives users the same rule.
 */
export function slugOfDisplayName(displayName: string): string {
  return displayName.trim().toLowerCase().replaceAll(/\s+/gu, "_");
}
