import {
  AUTH_MODES,
  CONFIGURATION_TYPES,
  CONNECTION_PROVIDERS,
  CONNECTION_STATUSES,
  CONNECTION_TYPES,
} from "./enums.ts";
import {
  BOOL,
  STRING,
  STRING_MAP,
  STRUCT,
  UINT32,
  listOf,
  messageOf,
  optional,
  plain,
} from "./field-spec.ts";
import type { FieldSpec, FieldType, MessageSpec } from "./field-spec.ts";

/*
 * Message definitions of ConnectionService, as far as app connections use them.
 * Source: protobuf descriptors of the vendor's Node SDK 2.11.0; members marked "newer" from the vendor's OpenAPI document of 2026-08-21.
 */

const TYPE: FieldType = { kind: "enum", values: CONNECTION_TYPES };
const STATUS: FieldType = { kind: "enum", values: CONNECTION_STATUSES };
const LOGIN_PROVIDER: FieldType = {
  kind: "enum",
  values: CONNECTION_PROVIDERS,
};
const AUTH_MODE: FieldType = { kind: "enum", values: AUTH_MODES };

/** `connection_id` in a path: 1 to 32 characters. */
export const CONNECTION_ID: FieldSpec = plain(STRING, { min: 1, max: 32 });

const OPTIONAL_SCOPES: MessageSpec = {
  name: "OptionalScopes",
  fields: { scopes: plain(listOf(STRING)), field_name: plain(STRING) },
};

const OAUTH_EXTENSIONS: MessageSpec = {
  name: "OauthExtensions",
  fields: {
    smart: optional(
      messageOf({
        name: "SmartConfig",
        fields: { aud: plain(STRING), domain: plain(STRING) },
      }),
    ),
    extra_authorize_params: plain(STRING_MAP),
  },
};

/** Settings of the OAuth-like types. */
export const OAUTH_CONFIG: MessageSpec = {
  name: "OAuthConnectionConfig",
  fields: {
    authorize_uri: optional(STRING),
    token_uri: optional(STRING),
    user_info_uri: optional(STRING),
    client_id: optional(STRING),
    client_secret: optional(STRING),
    scopes: plain(listOf(STRING)),
    redirect_uri: plain(STRING, { isOutputOnly: true }),
    pkce_enabled: optional(BOOL),
    prompt: optional(STRING),
    use_platform_creds: optional(BOOL),
    access_type: optional(STRING),
    custom_scope_name: optional(STRING),
    sync_user_profile_on_login: optional(BOOL),
    token_access_type: optional(STRING),
    tenant_id: optional(STRING),
    is_cimd: optional(BOOL, { isOutputOnly: true }),
    app_name: optional(STRING),
    optional_scopes: optional(messageOf(OPTIONAL_SCOPES)),
    extensions: optional(messageOf(OAUTH_EXTENSIONS)),
    // Newer than SDK 2.11.0.
    token_endpoint_auth_method: optional(STRING, {
      pattern: /^(?:client_secret_basic|client_secret_post|none|)$/,
    }),
    googleads_developer_token: optional(STRING),
    scope_selection_allowed: optional(BOOL),
    required_scopes: plain(listOf(STRING)),
    required_optional_scopes: plain(listOf(STRING)),
  },
};

/** Settings of GOOGLE_DWD. */
export const GOOGLE_DWD_CONFIG: MessageSpec = {
  name: "GoogleDWDConfig",
  fields: {
    service_account_json: optional(STRING),
    scopes: plain(listOf(STRING)),
    token_uri: optional(STRING),
    scope_selection_allowed: optional(BOOL),
    required_scopes: plain(listOf(STRING)),
  },
};

/** Settings of the static types; it nests its own name on the wire. */
export const STATIC_CONFIG: MessageSpec = {
  name: "StaticAuthConfig",
  fields: { static_config: optional(STRUCT) },
};

const CONFIGS: Readonly<Record<string, FieldSpec>> = {
  oauth_config: optional(messageOf(OAUTH_CONFIG)),
  google_dwd_config: optional(messageOf(GOOGLE_DWD_CONFIG)),
  static_config: optional(messageOf(STATIC_CONFIG)),
  // The login-side settings are known names, so that sending one is "does not match the type" and not "unknown field".
  oidc_config: optional(STRUCT),
  saml_config: optional(STRUCT),
  passwordless_config: optional(STRUCT),
  webauthn_config: optional(STRUCT),
};

/** Names of the settings of which a connection holds at most one. */
export const CONFIG_NAMES: readonly string[] = Object.keys(CONFIGS);

const ATTRIBUTE_MAPPING: FieldSpec = plain(STRING_MAP, {
  max: 30,
  keyLength: [1, 100],
  valueLength: [1, 256],
});

const CREATE_CONNECTION: MessageSpec = {
  name: "CreateConnection",
  fields: {
    provider: plain(LOGIN_PROVIDER),
    type: plain(TYPE),
    provider_key: plain(STRING),
    key_id: optional(STRING),
    auth_mode: plain(AUTH_MODE),
    context: optional(STRUCT),
  },
};

/** What a PATCH may carry. */
export const UPDATE_CONNECTION: MessageSpec = {
  name: "UpdateConnection",
  fields: {
    provider: plain(LOGIN_PROVIDER),
    type: plain(TYPE),
    debug_enabled: optional(BOOL),
    ui_button_title: optional(STRING),
    configuration_type: plain({ kind: "enum", values: CONFIGURATION_TYPES }),
    attribute_mapping: ATTRIBUTE_MAPPING,
    ...CONFIGS,
    key_id: optional(STRING, { min: 1, max: 300 }),
    provider_key: plain(STRING),
  },
};

/** A connection in full. */
export const CONNECTION: MessageSpec = {
  name: "Connection",
  fields: {
    id: plain(STRING),
    provider: plain(LOGIN_PROVIDER),
    type: plain(TYPE),
    status: plain(STATUS),
    enabled: plain(BOOL),
    debug_enabled: plain(BOOL),
    organization_id: optional(STRING),
    ui_button_title: plain(STRING),
    configuration_type: plain({ kind: "enum", values: CONFIGURATION_TYPES }),
    test_connection_uri: plain(STRING),
    attribute_mapping: plain(STRING_MAP),
    create_time: optional(STRING),
    update_time: optional(STRING),
    ...CONFIGS,
    key_id: optional(STRING),
    provider_key: plain(STRING),
    domains: plain(listOf(STRUCT)),
    mcp_server_url: optional(STRING),
    auth_mode: plain(AUTH_MODE),
  },
};

/** A connection as the lists show it: no settings. */
export const LIST_CONNECTION: MessageSpec = {
  name: "ListConnection",
  fields: {
    id: plain(STRING),
    provider: plain(LOGIN_PROVIDER),
    type: plain(TYPE),
    status: plain(STATUS),
    enabled: plain(BOOL),
    organization_id: plain(STRING),
    ui_button_title: plain(STRING),
    domains: plain(listOf(STRING)),
    organization_name: plain(STRING),
    provider_key: plain(STRING),
    key_id: plain(STRING),
    created_at: optional(STRING),
    mcp_server_url: plain(STRING),
    auth_mode: plain(AUTH_MODE),
  },
};

/** Requests of ConnectionService. */
export const CREATE_REQUEST: MessageSpec = {
  name: "CreateEnvironmentConnectionRequest",
  fields: {
    connection: optional(messageOf(CREATE_CONNECTION), { isRequired: true }),
    flags: optional(
      messageOf({
        name: "Flags",
        fields: { is_login: plain(BOOL), is_app: plain(BOOL) },
      }),
    ),
  },
};

export const UPDATE_REQUEST: MessageSpec = {
  name: "UpdateEnvironmentConnectionRequest",
  fields: {
    connection_id: CONNECTION_ID,
    connection: optional(messageOf(UPDATE_CONNECTION), { isRequired: true }),
  },
};

export const CONNECTION_ID_REQUEST: MessageSpec = {
  name: "EnvironmentConnectionRequest",
  fields: { connection_id: CONNECTION_ID },
};

export const LIST_APP_REQUEST: MessageSpec = {
  name: "ListAppConnectionsRequest",
  fields: {
    page_size: plain(UINT32),
    page_token: plain(STRING),
    provider: optional(STRING, { min: 1, max: 50 }),
    query: optional(STRING, { min: 3, max: 100 }),
  },
};

export const LIST_REQUEST: MessageSpec = {
  name: "ListConnectionsRequest",
  fields: {
    organization_id: optional(STRING, { min: 1, max: 32 }),
    domain: optional(STRING, { min: 1, max: 32 }),
    include: optional(STRING),
  },
};
