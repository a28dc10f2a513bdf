import type { Capabilities } from "../../domain/capability.ts";
import type { Pointer } from "../../domain/field/pointer.ts";

/**
 * What this API can do.
 * @remarks Source: docs/drivers/scalekit-api.md sections 8, 10 ("Create", "Enable and disable"), 14
 * and 16: create takes no settings and leaves the connection enabled; enable and disable are calls
 * of their own; a taken name is refused; a page has at most 30.
 */
export const CAPABILITIES: Capabilities = {
  createTakesSettings: false,
  stateAfterCreate: "active",
  hasToggle: true,
  hasCustomProviders: true,
  countsAccounts: true,
  refusesTakenNames: true,
  pageSize: 30,
};

/** Member of a connection that holds the settings of its type. */
type ConfigMember = "oauth_config" | "google_dwd_config";

/**
 * Shape of a value on the wire: it decides how "must be empty" is written and what counts as empty
 * when read. A `message` has named members that may be shown empty; every member of a `map` is the
 * user's own; a `choice` is one of a few words; a `list` has texts, `values` has anything.
 */
type WireShape =
  "string" | "choice" | "boolean" | "list" | "values" | "message" | "map";

/** Where one of our fields lives in a config object. */
export interface WireField {
  readonly pointer: Pointer;
  /** Members from the config object down: `["extensions", "smart"]`. */
  readonly path: readonly string[];
  readonly shape: WireShape;
  readonly isSecret?: true;
}

/**
 * The fields of `oauth_config`. Two of ours may stand for one of theirs (the dialect's spelling and
 * today's): both are reported, whichever is declared is written.
 * @remarks Source: docs/drivers/scalekit-api.md sections 6 and 19.
 */
const OAUTH_FIELDS: readonly WireField[] = [
  field("/credentials/client_id", "client_id"),
  secret("/credentials/client_secret", "client_secret"),
  secret("/credentials/developer_token", "googleads_developer_token"),
  field("/credentials/use_platform_creds", "use_platform_creds", "boolean"),
  field("/credentials/tenant_id", "tenant_id"),
  field("/credentials/app_name", "app_name"),
  field("/scopes", "scopes", "list"),
  field("/settings/authorization_url", "authorize_uri"),
  field("/settings/auth_endpoint", "authorize_uri"),
  field("/settings/token_url", "token_uri"),
  field("/settings/refresh_endpoint", "token_uri"),
  field("/settings/user_info_url", "user_info_uri"),
  field("/settings/pkce", "pkce_enabled", "boolean"),
  field("/settings/prompt", "prompt"),
  field("/settings/access_type", "access_type"),
  field("/settings/token_access_type", "token_access_type"),
  field("/settings/custom_scope_name", "custom_scope_name"),
  field("/settings/optional_scopes", "optional_scopes", "message"),
  field(
    "/settings/sync_user_profile_on_login",
    "sync_user_profile_on_login",
    "boolean",
  ),
  field(
    "/settings/token_endpoint_auth_method",
    "token_endpoint_auth_method",
    "choice",
  ),
  field(
    "/settings/scope_selection_allowed",
    "scope_selection_allowed",
    "boolean",
  ),
  field("/settings/required_scopes", "required_scopes", "list"),
  field(
    "/settings/required_optional_scopes",
    "required_optional_scopes",
    "list",
  ),
  {
    pointer: "/settings/extra_authorize_params",
    path: ["extensions", "extra_authorize_params"],
    shape: "map",
  },
  {
    pointer: "/settings/smart",
    path: ["extensions", "smart"],
    shape: "message",
  },
];

const GOOGLE_DWD_FIELDS: readonly WireField[] = [
  secret("/credentials/service_account_json", "service_account_json"),
  field("/scopes", "scopes", "list"),
  field("/settings/token_url", "token_uri"),
  field("/settings/refresh_endpoint", "token_uri"),
  field(
    "/settings/scope_selection_allowed",
    "scope_selection_allowed",
    "boolean",
  ),
  field("/settings/required_scopes", "required_scopes", "list"),
];

/**
 * The switch for choosing scopes, and what it takes along: the API replaces the two lists by those
 * sent with the switch, and leaves them as they are in a request without it. Each is a part of the
 * scopes at `from`.
 * @remarks Source: docs/drivers/scalekit-api.md section 24.
 */
export const SCOPE_SELECTION = {
  flag: "scope_selection_allowed",
  lists: [
    { member: "required_scopes", from: ["scopes"] },
    { member: "required_optional_scopes", from: ["optional_scopes", "scopes"] },
  ],
} as const;

/** Where the one setting is that create takes and no update: every type has it. */
export const AUTH_MODE_POINTER: Pointer = "/settings/auth_mode";

/** What the connections of one wire type can hold. */
export interface TypeCapability {
  /** `null`: such a connection has a name and a state and nothing else that is documented. */
  readonly config: ConfigMember | null;
  readonly fields: readonly WireField[];
}

const OAUTH: TypeCapability = { config: "oauth_config", fields: OAUTH_FIELDS };
const NAME_ONLY: TypeCapability = { config: null, fields: [] };

/**
 * Per wire type what it can hold. The OAuth-like types share `oauth_config`; static types keep each
 * user's key on the connected account, so the connection holds nothing.
 * @remarks Source: docs/drivers/scalekit-api.md sections 6, 10 ("Non-OAuth types") and 19; that the
 * OAuth-like types use `oauth_config` is inferred.
 */
const TYPE_CAPABILITIES: ReadonlyMap<string, TypeCapability> = new Map([
  ["OAUTH", OAUTH],
  ["OAUTH_M2M", OAUTH],
  ["SMART_FHIR", OAUTH],
  ["TRELLO_OAUTH1", OAUTH],
  ["GOOGLE_DWD", { config: "google_dwd_config", fields: GOOGLE_DWD_FIELDS }],
]);

/** What a wire type can hold; a type of a later API version holds nothing that we know of. */
export function capabilityOf(wireType: string): TypeCapability {
  return TYPE_CAPABILITIES.get(wireType) ?? NAME_ONLY;
}

/** Members a config object shows that must never be sent: made by the server. */
export const READ_ONLY_MEMBERS: ReadonlySet<string> = new Set([
  "redirect_uri",
  "is_cimd",
]);

/** Members of config objects that hold secrets and come back masked. */
export const SECRET_MEMBERS: ReadonlySet<string> = new Set(
  [...OAUTH_FIELDS, ...GOOGLE_DWD_FIELDS].flatMap((entry) =>
    entry.isSecret === true ? entry.path : [],
  ),
);

/**
 * How a member of a custom provider is shaped.
 * @remarks Source: docs/drivers/scalekit-api.md section 14.
 */
export const PROVIDER_FIELDS: readonly WireField[] = [
  field("/custom_provider/display_name", "display_name"),
  field("/custom_provider/description", "description"),
  field("/custom_provider/proxy_url", "proxy_url"),
  field("/custom_provider/proxy_enabled", "proxy_enabled", "boolean"),
  field("/custom_provider/icon_src", "icon_src"),
  field("/custom_provider/metadata", "metadata", "map"),
  field("/custom_provider/auth_patterns", "auth_patterns", "values"),
];

function field(
  pointer: Pointer,
  member: string,
  shape: WireShape = "string",
): WireField {
  return { pointer, path: [member], shape };
}

function secret(pointer: Pointer, member: string): WireField {
  return { pointer, path: [member], shape: "string", isSecret: true };
}
