import {
  ACCOUNT_AUTH_TYPES,
  ACCOUNT_STATUSES,
  PROVIDER_TYPES,
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
import type { MessageSpec } from "./field-spec.ts";

/*
 * Message definitions of providers and connected accounts.
 * Source: protobuf descriptors of the vendor's Node SDK 2.11.0 and the vendor's OpenAPI document of 2026-08-21.
 */

const HTTPS = /^https:\/\//;

const CUSTOM_PROVIDER: MessageSpec = {
  name: "CreateCustomProvider",
  fields: {
    // Letters, digits and spaces with at least one letter or digit: the hyphen is not allowed.
    display_name: plain(STRING, {
      min: 1,
      max: 200,
      pattern: /^[A-Za-z0-9 ]*[A-Za-z0-9][A-Za-z0-9 ]*$/,
      isRequired: true,
    }),
    description: plain(STRING),
    auth_patterns: plain(listOf(STRUCT), { min: 1, isRequired: true }),
    proxy_url: plain(STRING, {
      min: 1,
      max: 2048,
      pattern: HTTPS,
      isRequired: true,
    }),
    proxy_enabled: plain(BOOL),
    icon_src: plain(STRING, { max: 2048, pattern: /^(?:$|https:\/\/)/ }),
    metadata: plain(STRING_MAP, {
      max: 20,
      keyLength: [3, 25],
      valueLength: [1, 256],
    }),
  },
};

/** A connector, of the catalogue or custom. */
export const PROVIDER: MessageSpec = {
  name: "Provider",
  fields: {
    id: plain(STRING),
    identifier: plain(STRING),
    display_name: plain(STRING),
    description: plain(STRING),
    categories: plain(listOf(STRING)),
    auth_patterns: plain(listOf(STRUCT)),
    icon_src: plain(STRING),
    display_priority: plain(UINT32),
    coming_soon: plain(BOOL),
    proxy_url: plain(STRING),
    proxy_enabled: plain(BOOL),
    is_custom: plain(BOOL),
    is_custom_mcp: plain(BOOL),
    metadata: plain(STRING_MAP),
  },
};

const IDENTIFIER = { min: 1, max: 255, pattern: /^[A-Za-z0-9_:-]*$/ } as const;

/** Requests of the provider services. */
export const CREATE_PROVIDER_REQUEST: MessageSpec = {
  name: "CreateCustomProviderRequest",
  fields: {
    provider: optional(messageOf(CUSTOM_PROVIDER), { isRequired: true }),
  },
};

export const UPDATE_PROVIDER_REQUEST: MessageSpec = {
  name: "UpdateCustomProviderRequest",
  fields: {
    identifier: plain(STRING, IDENTIFIER),
    provider: optional(messageOf(CUSTOM_PROVIDER), { isRequired: true }),
  },
};

export const DELETE_PROVIDER_REQUEST: MessageSpec = {
  name: "DeleteCustomProviderRequest",
  fields: { identifier: plain(STRING, IDENTIFIER) },
};

export const LIST_PROVIDERS_REQUEST: MessageSpec = {
  name: "ListProvidersRequest",
  fields: {
    identifier: optional(STRING, IDENTIFIER),
    page_size: plain(UINT32, { max: 1000 }),
    page_token: plain(STRING),
    filter: optional(
      messageOf({
        name: "ListProvidersFilter",
        fields: {
          provider_type: plain({ kind: "enum", values: PROVIDER_TYPES }),
        },
      }),
    ),
  },
};

/** A connected account as the lists show it: no credentials. */
export const CONNECTED_ACCOUNT: MessageSpec = {
  name: "ConnectedAccount",
  fields: {
    id: plain(STRING),
    identifier: plain(STRING),
    provider: plain(STRING),
    connector: plain(STRING),
    connection_id: plain(STRING),
    status: plain({ kind: "enum", values: ACCOUNT_STATUSES }),
    authorization_type: plain({ kind: "enum", values: ACCOUNT_AUTH_TYPES }),
    token_expires_at: optional(STRING),
    updated_at: optional(STRING),
    last_used_at: optional(STRING),
  },
};

const CONNECTION_NAME = /^[A-Za-z0-9_: -]*$/;

export const LIST_ACCOUNTS_REQUEST: MessageSpec = {
  name: "ListConnectedAccountsRequest",
  fields: {
    connection_names: plain(listOf(STRING), {
      max: 20,
      valueLength: [1, 400],
      pattern: CONNECTION_NAME,
    }),
    connector: optional(STRING, { max: 400, pattern: CONNECTION_NAME }),
    provider: optional(STRING),
    identifier: optional(STRING),
    organization_id: optional(STRING),
    user_id: optional(STRING),
    query: optional(STRING, { max: 200 }),
    page_size: plain(UINT32, { max: 100 }),
    page_token: plain(STRING, { max: 100 }),
  },
};

export const SEARCH_ACCOUNTS_REQUEST: MessageSpec = {
  name: "SearchConnectedAccountsRequest",
  fields: {
    query: plain(STRING, { min: 3, max: 200, isRequired: true }),
    connection_id: optional(STRING, { max: 32 }),
    page_size: plain(UINT32, { max: 100 }),
    page_token: plain(STRING, { max: 100 }),
  },
};

export const GET_ACCOUNT_REQUEST: MessageSpec = {
  name: "GetConnectedAccountRequest",
  fields: {
    id: optional(STRING),
    connector: optional(STRING, { max: 400, pattern: CONNECTION_NAME }),
    identifier: optional(STRING),
  },
};
