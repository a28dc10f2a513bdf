import type { CatalogueEntry } from "../../domain/catalogue/catalogue.ts";
import type { Pointer } from "../../domain/field/pointer.ts";

/** What to tell about a field the API has no place for. */
export interface MissingPlace {
  readonly why: string;
  readonly fix: string;
}

const PER_ACCOUNT: MissingPlace = {
  why: "this API keeps each user's key on the connected account, not on the connection",
  fix: "give it to the account when the account is made, and remove it here",
};

/** The same, with the names the provider's own accounts have for it. */
function perAccount(entry: CatalogueEntry | undefined): MissingPlace {
  const labels = entry?.account_labels ?? [];
  if (entry === undefined || labels.length === 0) return PER_ACCOUNT;
  const named = labels.map((label) => `"${label}"`).join(", ");
  return {
    ...PER_ACCOUNT,
    fix: `${PER_ACCOUNT.fix}; ${entry.display_name} asks each account for ${named}`,
  };
}
const ALWAYS_REFRESHED: MissingPlace = {
  why: "the platform refreshes tokens by itself and offers no setting for it",
  fix: "remove it",
};
const CALLERS_SIDE: MissingPlace = {
  why: "the platform has no such setting for a connection; it is the calling application that can keep it",
  fix: "remove it, or keep it local so that applications can read it",
};
const ON_THE_PROVIDER =
  "it belongs to the provider: the platform knows it for custom providers only";

/**
 * Where the fields live that a connection of this API cannot hold.
 * @remarks Source: docs/drivers/scalekit-api.md section 19.
 */
const PLACES: ReadonlyMap<Pointer, MissingPlace> = new Map([
  ["/credentials/api_key", PER_ACCOUNT],
  ["/credentials/username", PER_ACCOUNT],
  ["/credentials/password", PER_ACCOUNT],
  ["/credentials/token", PER_ACCOUNT],
  [
    "/credentials/base_url",
    {
      why: "a connection has no address of its own",
      fix: 'give the host to the account as "domain", or declare a custom provider with proxy_url',
    },
  ],
  ["/settings/auto_refresh", ALWAYS_REFRESHED],
  ["/settings/expires_in", ALWAYS_REFRESHED],
  ["/settings/refresh_buffer", ALWAYS_REFRESHED],
  ["/settings/token_storage", ALWAYS_REFRESHED],
  ["/settings/timeout", CALLERS_SIDE],
  ["/settings/rate_limit", CALLERS_SIDE],
  ["/settings/user_agent", CALLERS_SIDE],
  ["/settings/base_headers", CALLERS_SIDE],
  ["/settings/retry", CALLERS_SIDE],
  [
    "/settings/auth_header",
    {
      why: ON_THE_PROVIDER,
      fix: "set auth_header_key_override in custom_provider.auth_patterns",
    },
  ],
  [
    "/settings/key_prefix",
    {
      why: ON_THE_PROVIDER,
      fix: "set auth_field_mutations with a prefix in custom_provider.auth_patterns",
    },
  ],
]);

/** What to tell about a field that connections of this kind cannot hold. */
export function missingPlaceOf(
  pointer: Pointer,
  authType: string,
  entry: CatalogueEntry | undefined,
): MissingPlace {
  if (pointer.startsWith("/rate_limiting/")) return CALLERS_SIDE;
  const place = PLACES.get(pointer);
  if (place === PER_ACCOUNT) return perAccount(entry);
  return (
    place ?? {
      why: `connections with auth_type "${authType}" have no such setting on this API`,
      fix: "remove it",
    }
  );
}
