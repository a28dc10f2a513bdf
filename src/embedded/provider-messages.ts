import { PROVIDER_TYPES } from "./enums.ts";
import {
  BOOL,
  STRING,
  STRING_MAP,
  STRUCT,
  UINT32,
  UNPUBLISHED,
  listOf,
  messageOf,
  optional,
  plain,
} from "./field-spec.ts";
import type { MessageSpec } from "./field-spec.ts";

/*
 * Message definitions of providers. The vendor's Node SDK 2.11.0 has no descriptors of them, so they are served on REST only.
 * Source: the vendor's OpenAPI document of 2026-08-21 and descriptors of its Python SDK 2.10.0.
 */

const HTTPS = /^https:\/\//;

const CUSTOM_PROVIDER: MessageSpec = {
  name: "CreateCustomProvider",
  fields: {
    // Letters, digits and spaces with at least one letter or digit: the hyphen is not allowed.
    display_name: plain(UNPUBLISHED, STRING, {
      min: 1,
      max: 200,
      pattern: /^[A-Za-z0-9 ]*[A-Za-z0-9][A-Za-z0-9 ]*$/,
      isRequired: true,
    }),
    description: plain(UNPUBLISHED, STRING),
    auth_patterns: plain(UNPUBLISHED, listOf(STRUCT), {
      min: 1,
      isRequired: true,
    }),
    proxy_url: plain(UNPUBLISHED, STRING, {
      min: 1,
      max: 2048,
      pattern: HTTPS,
      isRequired: true,
    }),
    proxy_enabled: plain(UNPUBLISHED, BOOL),
    icon_src: plain(UNPUBLISHED, STRING, {
      max: 2048,
      pattern: /^(?:$|https:\/\/)/,
    }),
    metadata: plain(UNPUBLISHED, STRING_MAP, {
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
    id: plain(UNPUBLISHED, STRING),
    identifier: plain(UNPUBLISHED, STRING),
    display_name: plain(UNPUBLISHED, STRING),
    description: plain(UNPUBLISHED, STRING),
    categories: plain(UNPUBLISHED, listOf(STRING)),
    auth_patterns: plain(UNPUBLISHED, listOf(STRUCT)),
    icon_src: plain(UNPUBLISHED, STRING),
    display_priority: plain(UNPUBLISHED, UINT32),
    coming_soon: plain(UNPUBLISHED, BOOL),
    proxy_url: plain(UNPUBLISHED, STRING),
    proxy_enabled: plain(UNPUBLISHED, BOOL),
    is_custom: plain(UNPUBLISHED, BOOL),
    is_custom_mcp: plain(UNPUBLISHED, BOOL),
    metadata: plain(UNPUBLISHED, STRING_MAP),
  },
};

const IDENTIFIER = { min: 1, max: 255, pattern: /^[A-Za-z0-9_:-]*$/ } as const;

/** Requests of the provider services. */
export const CREATE_PROVIDER_REQUEST: MessageSpec = {
  name: "CreateCustomProviderRequest",
  fields: {
    provider: optional(UNPUBLISHED, messageOf(CUSTOM_PROVIDER), {
      isRequired: true,
    }),
  },
};

export const UPDATE_PROVIDER_REQUEST: MessageSpec = {
  name: "UpdateCustomProviderRequest",
  fields: {
    identifier: plain(UNPUBLISHED, STRING, IDENTIFIER),
    provider: optional(UNPUBLISHED, messageOf(CUSTOM_PROVIDER), {
      isRequired: true,
    }),
  },
};

export const DELETE_PROVIDER_REQUEST: MessageSpec = {
  name: "DeleteCustomProviderRequest",
  fields: { identifier: plain(UNPUBLISHED, STRING, IDENTIFIER) },
};

export const LIST_PROVIDERS_REQUEST: MessageSpec = {
  name: "ListProvidersRequest",
  fields: {
    identifier: optional(UNPUBLISHED, STRING, IDENTIFIER),
    page_size: plain(UNPUBLISHED, UINT32, { max: 1000 }),
    page_token: plain(UNPUBLISHED, STRING),
    filter: optional(
      UNPUBLISHED,
      messageOf({
        name: "ListProvidersFilter",
        fields: {
          provider_type: plain(UNPUBLISHED, {
            kind: "enum",
            name: "ProviderType",
            values: PROVIDER_TYPES,
          }),
        },
      }),
    ),
  },
};
