import type { Capabilities } from "../../domain/capability.ts";
import type { Pointer } from "../../domain/field/pointer.ts";

/**
 * What this API can do.
 * @remarks Source: docs/drivers/scalekit-api.md section 21: the create call takes the settings.
 * Inferred: `state` is a member like others and a new connection is active; there are no custom
 * providers and no accounts to count; pages are as large as on the vendor's API of today. That a
 * taken name is refused is likely, and not relied on.
 */
export const CAPABILITIES: Capabilities = {
  createTakesSettings: true,
  stateAfterCreate: "active",
  hasToggle: false,
  hasCustomProviders: false,
  countsAccounts: false,
  refusesTakenNames: false,
  pageSize: 30,
};

/** The auth types of the dialect. @remarks Source: docs/drivers/scalekit-api.md section 21. */
export const AUTH_TYPES: readonly string[] = ["oauth2", "api_key", "custom"];

/** Where one of our fields lives in a body, and how surely. */
export interface WireField {
  readonly pointer: Pointer;
  readonly isSecret: boolean;
}

/**
 * The fields of the dialect; each sits in a body where its pointer says, because our vocabulary is
 * the dialect's.
 * @remarks Source: docs/drivers/scalekit-api.md section 21: shown in the vendor's samples.
 */
const SHOWN: readonly WireField[] = [
  field("/credentials/client_id"),
  secret("/credentials/client_secret"),
  secret("/credentials/api_key"),
  field("/credentials/base_url"),
  field("/credentials/username"),
  secret("/credentials/password"),
  secret("/credentials/token"),
  field("/scopes"),
  field("/settings/auto_refresh"),
  field("/settings/expires_in"),
  field("/settings/rate_limit"),
  field("/settings/timeout"),
  field("/settings/auth_endpoint"),
  field("/settings/refresh_endpoint"),
  field("/rate_limiting/requests_per_minute"),
  field("/rate_limiting/requests_per_hour"),
  field("/rate_limiting/burst_limit"),
  field("/rate_limiting/backoff_strategy"),
  field("/rate_limiting/retry_attempts"),
];

/**
 * Fields the vendor names in prose without their spelling.
 * @remarks Inferred: the names, and that they sit under `settings`; also that `state` can be
 * written.
 */
const NAMED: readonly WireField[] = [
  field("/state"),
  field("/settings/authorization_url"),
  field("/settings/token_url"),
  field("/settings/auth_header"),
  field("/settings/key_prefix"),
  field("/settings/refresh_buffer"),
  field("/settings/token_storage"),
  field("/settings/retry"),
  field("/settings/user_agent"),
  field("/settings/base_headers"),
];

/** Everything a connection of this API can hold, besides provider and auth type. */
export const FIELDS: readonly WireField[] = [...SHOWN, ...NAMED];

/**
 * Members that hold secrets and come back masked or not at all. @remarks Inferred: the dialect does
 * not say what a read shows.
 */
export const SECRET_MEMBERS: ReadonlySet<string> = new Set(
  FIELDS.filter(({ isSecret }) => isSecret).map(({ pointer }) =>
    pointer.slice(pointer.lastIndexOf("/") + 1),
  ),
);

function field(pointer: Pointer): WireField {
  return { pointer, isSecret: false };
}

function secret(pointer: Pointer): WireField {
  return { pointer, isSecret: true };
}
