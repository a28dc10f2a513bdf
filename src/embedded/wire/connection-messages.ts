import {
  AUTH_MODES,
  CONFIGURATION_TYPES,
  CONNECTION_PROVIDERS,
  CONNECTION_STATUSES,
  CONNECTION_TYPES,
  TEST_RESULT_STATUSES,
} from "./enums.ts";
import {
  BOOL,
  STRING,
  STRING_MAP,
  STRUCT,
  TIMESTAMP,
  UINT32,
  listOf,
  messageOf,
  nested,
  newer,
  optional,
  plain,
  wrapped,
} from "./field-spec.ts";
import type { FieldSpec, FieldType, MessageSpec } from "./field-spec.ts";

/*
 * Message definitions of ConnectionService, as far as app connections use them. Source: protobuf
 * descriptors of the vendor's Node SDK 2.11.0; members marked "newer" from those of its Python SDK
 * 2.21.0.
 */

const TYPE: FieldType = {
  kind: "enum",
  name: "ConnectionType",
  values: CONNECTION_TYPES,
};
const STATUS: FieldType = {
  kind: "enum",
  name: "ConnectionStatus",
  values: CONNECTION_STATUSES,
};
const LOGIN_PROVIDER: FieldType = {
  kind: "enum",
  name: "ConnectionProvider",
  values: CONNECTION_PROVIDERS,
};
const CONFIGURATION_TYPE: FieldType = {
  kind: "enum",
  name: "ConfigurationType",
  values: CONFIGURATION_TYPES,
};
const AUTH_MODE: FieldType = {
  kind: "enum",
  name: "ConnectionAuthMode",
  values: AUTH_MODES,
};

/** `connection_id` in a path: 1 to 32 characters. */
const ID_LENGTH = { min: 1, max: 32 } as const;

const OPTIONAL_SCOPES: MessageSpec = {
  name: "OptionalScopes",
  fields: { scopes: plain(1, listOf(STRING)), field_name: plain(2, STRING) },
};

const OAUTH_EXTENSIONS: MessageSpec = {
  name: "OauthExtensions",
  fields: {
    smart: optional(
      1,
      messageOf({
        name: "SmartConfig",
        fields: { aud: plain(1, STRING), domain: plain(2, STRING) },
      }),
    ),
    extra_authorize_params: plain(2, STRING_MAP),
  },
};

/** Settings of the OAuth-like types. */
export const OAUTH_CONFIG: MessageSpec = {
  name: "OAuthConnectionConfig",
  fields: {
    authorize_uri: wrapped(3, STRING),
    token_uri: wrapped(4, STRING),
    user_info_uri: wrapped(5, STRING),
    client_id: wrapped(8, STRING),
    client_secret: wrapped(9, STRING),
    scopes: plain(10, listOf(STRING)),
    redirect_uri: plain(12, STRING, { isOutputOnly: true }),
    pkce_enabled: wrapped(13, BOOL),
    prompt: wrapped(14, STRING),
    use_platform_creds: wrapped(15, BOOL),
    access_type: wrapped(16, STRING),
    custom_scope_name: wrapped(17, STRING),
    sync_user_profile_on_login: wrapped(18, BOOL),
    token_access_type: wrapped(19, STRING),
    tenant_id: wrapped(20, STRING),
    is_cimd: wrapped(21, BOOL, { isOutputOnly: true }),
    app_name: wrapped(22, STRING),
    optional_scopes: optional(23, messageOf(OPTIONAL_SCOPES)),
    extensions: optional(24, messageOf(OAUTH_EXTENSIONS)),
    token_endpoint_auth_method: newer(
      wrapped(25, STRING, {
        pattern: /^(?:client_secret_basic|client_secret_post|none|)$/,
      }),
    ),
    googleads_developer_token: newer(wrapped(26, STRING)),
    scope_selection_allowed: newer(wrapped(27, BOOL)),
    required_scopes: newer(plain(28, listOf(STRING))),
    required_optional_scopes: newer(plain(29, listOf(STRING))),
  },
};

/** Settings of GOOGLE_DWD. */
export const GOOGLE_DWD_CONFIG: MessageSpec = {
  name: "GoogleDWDConfig",
  fields: {
    service_account_json: wrapped(1, STRING),
    scopes: plain(2, listOf(STRING)),
    token_uri: wrapped(3, STRING),
    scope_selection_allowed: newer(wrapped(4, BOOL)),
    required_scopes: newer(plain(5, listOf(STRING))),
  },
};

/** Settings of the static types; it nests its own name on the wire. */
export const STATIC_CONFIG: MessageSpec = {
  name: "StaticAuthConfig",
  fields: { static_config: nested(1, STRUCT) },
};

/**
 * The settings of which a connection holds at most one, under the numbers they have in one message.
 */
function configsAt(
  numbers: Readonly<Record<ConfigName, number>>,
  samlName: string,
): Readonly<Record<ConfigName, FieldSpec>> {
  const setting = (name: ConfigName, type: FieldType): FieldSpec => ({
    ...nested(numbers[name], type),
    oneof: "settings",
  });
  // The login-side settings are known names, so that sending one is "does not match the type" and
  // not "unknown field".
  const login = (name: ConfigName, message: string): FieldSpec =>
    setting(name, { kind: "opaque", name: message });
  return {
    oauth_config: setting("oauth_config", messageOf(OAUTH_CONFIG)),
    google_dwd_config: setting(
      "google_dwd_config",
      messageOf(GOOGLE_DWD_CONFIG),
    ),
    static_config: setting("static_config", messageOf(STATIC_CONFIG)),
    oidc_config: login("oidc_config", "OIDCConnectionConfig"),
    saml_config: login("saml_config", samlName),
    passwordless_config: login("passwordless_config", "PasswordLessConfig"),
    webauthn_config: login("webauthn_config", "WebAuthConfiguration"),
  };
}

type ConfigName =
  | "oauth_config"
  | "google_dwd_config"
  | "static_config"
  | "oidc_config"
  | "saml_config"
  | "passwordless_config"
  | "webauthn_config";

const UPDATE_CONFIGS = configsAt(
  {
    oidc_config: 16,
    saml_config: 17,
    oauth_config: 18,
    passwordless_config: 20,
    static_config: 23,
    webauthn_config: 24,
    google_dwd_config: 25,
  },
  "SAMLConnectionConfigRequest",
);

const READ_CONFIGS = configsAt(
  {
    oidc_config: 18,
    saml_config: 19,
    oauth_config: 20,
    passwordless_config: 22,
    static_config: 26,
    webauthn_config: 27,
    google_dwd_config: 28,
  },
  "SAMLConnectionConfigResponse",
);

/** Names of the settings of which a connection holds at most one. */
export const CONFIG_NAMES: readonly string[] = Object.keys(READ_CONFIGS);

const CREATE_CONNECTION: MessageSpec = {
  name: "CreateConnection",
  fields: {
    provider: plain(1, LOGIN_PROVIDER),
    type: plain(2, TYPE),
    provider_key: plain(3, STRING),
    key_id: optional(4, STRING),
    context: newer(nested(5, STRUCT)),
    auth_mode: newer(plain(6, AUTH_MODE)),
  },
};

/** What a PATCH may carry. */
export const UPDATE_CONNECTION: MessageSpec = {
  name: "UpdateConnection",
  fields: {
    provider: plain(2, LOGIN_PROVIDER),
    type: plain(3, TYPE),
    debug_enabled: wrapped(6, BOOL),
    ui_button_title: wrapped(8, STRING),
    configuration_type: plain(11, CONFIGURATION_TYPE),
    attribute_mapping: plain(15, STRING_MAP, {
      max: 30,
      keyLength: [1, 100],
      valueLength: [1, 256],
    }),
    ...UPDATE_CONFIGS,
    key_id: optional(22, STRING, { min: 1, max: 300 }),
    provider_key: plain(21, STRING),
  },
};

/** A connection in full. */
export const CONNECTION: MessageSpec = {
  name: "Connection",
  fields: {
    id: plain(1, STRING),
    provider: plain(2, LOGIN_PROVIDER),
    type: plain(3, TYPE),
    status: plain(4, STATUS),
    enabled: plain(5, BOOL),
    debug_enabled: plain(6, BOOL),
    organization_id: optional(7, STRING),
    ui_button_title: plain(8, STRING),
    configuration_type: plain(9, CONFIGURATION_TYPE),
    test_connection_uri: plain(12, STRING),
    attribute_mapping: plain(15, STRING_MAP),
    create_time: nested(16, TIMESTAMP),
    update_time: nested(17, TIMESTAMP),
    ...READ_CONFIGS,
    key_id: optional(25, STRING),
    provider_key: plain(23, STRING),
    domains: plain(24, listOf({ kind: "opaque", name: "Domain" })),
    mcp_server_url: optional(29, STRING),
    resolved_proxy_url: newer(optional(30, STRING)),
    auth_mode: newer(plain(31, AUTH_MODE)),
  },
};

/** A connection as the lists show it: no settings. */
export const LIST_CONNECTION: MessageSpec = {
  name: "ListConnection",
  fields: {
    id: plain(1, STRING),
    provider: plain(2, LOGIN_PROVIDER),
    type: plain(3, TYPE),
    status: plain(4, STATUS),
    enabled: plain(5, BOOL),
    organization_id: plain(6, STRING),
    ui_button_title: plain(7, STRING),
    domains: plain(8, listOf(STRING)),
    organization_name: plain(9, STRING),
    provider_key: plain(10, STRING),
    key_id: plain(11, STRING),
    created_at: nested(12, TIMESTAMP),
    mcp_server_url: plain(13, STRING),
    auth_mode: newer(plain(14, AUTH_MODE)),
  },
};

/** Requests of ConnectionService. */
export const CREATE_REQUEST: MessageSpec = {
  name: "CreateEnvironmentConnectionRequest",
  fields: {
    connection: nested(1, messageOf(CREATE_CONNECTION), { isRequired: true }),
    flags: optional(
      2,
      messageOf({
        name: "Flags",
        fields: { is_login: plain(1, BOOL), is_app: plain(2, BOOL) },
      }),
    ),
  },
};

export const GET_REQUEST: MessageSpec = {
  name: "GetEnvironmentConnectionRequest",
  fields: { connection_id: plain(1, STRING, ID_LENGTH) },
};

export const UPDATE_REQUEST: MessageSpec = {
  name: "UpdateEnvironmentConnectionRequest",
  fields: {
    connection_id: plain(1, STRING, ID_LENGTH),
    connection: nested(3, messageOf(UPDATE_CONNECTION), { isRequired: true }),
  },
};

export const DELETE_REQUEST: MessageSpec = {
  name: "DeleteEnvironmentConnectionRequest",
  fields: { connection_id: plain(3, STRING, ID_LENGTH) },
};

export const TOGGLE_REQUEST: MessageSpec = {
  name: "ToggleEnvironmentConnectionRequest",
  fields: { connection_id: plain(2, STRING, ID_LENGTH) },
};

export const LIST_APP_REQUEST: MessageSpec = {
  name: "ListAppConnectionsRequest",
  fields: {
    page_size: plain(1, UINT32),
    page_token: plain(2, STRING),
    provider: optional(3, STRING, { min: 1, max: 50 }),
    query: optional(4, STRING, { min: 3, max: 100 }),
  },
};

export const TEST_RESULT_REQUEST: MessageSpec = {
  name: "GetConnectionTestResultRequest",
  fields: {
    connection_id: plain(1, STRING, { min: 1 }),
    test_request_id: plain(2, STRING, { min: 1, prefix: "test_" }),
  },
};

export const LIST_REQUEST: MessageSpec = {
  name: "ListConnectionsRequest",
  fields: {
    organization_id: optional(1, STRING, { min: 1, max: 32 }),
    domain: optional(3, STRING, { min: 1, max: 32 }),
    include: optional(4, STRING),
  },
};

/** Replies of ConnectionService. */
export const CREATE_REPLY: MessageSpec = {
  name: "CreateConnectionResponse",
  fields: { connection: nested(1, messageOf(CONNECTION)) },
};

export const GET_REPLY: MessageSpec = {
  name: "GetConnectionResponse",
  fields: CREATE_REPLY.fields,
};

export const UPDATE_REPLY: MessageSpec = {
  name: "UpdateConnectionResponse",
  fields: CREATE_REPLY.fields,
};

export const TOGGLE_REPLY: MessageSpec = {
  name: "ToggleConnectionResponse",
  fields: { enabled: plain(1, BOOL), error_message: optional(2, STRING) },
};

export const TEST_RESULT_REPLY: MessageSpec = {
  name: "GetConnectionTestResultResponse",
  fields: {
    status: plain(1, {
      kind: "enum",
      name: "TestResultStatus",
      values: TEST_RESULT_STATUSES,
    }),
    user_info: optional(2, STRING),
    error: optional(3, STRING),
    error_description: optional(4, STRING),
    error_details: optional(5, STRING),
  },
};

export const LIST_APP_REPLY: MessageSpec = {
  name: "ListAppConnectionsResponse",
  fields: {
    connections: plain(1, listOf(messageOf(LIST_CONNECTION))),
    next_page_token: plain(2, STRING),
    prev_page_token: plain(3, STRING),
    total_size: plain(4, UINT32),
  },
};

export const LIST_REPLY: MessageSpec = {
  name: "ListConnectionsResponse",
  fields: { connections: plain(1, listOf(messageOf(LIST_CONNECTION))) },
};
