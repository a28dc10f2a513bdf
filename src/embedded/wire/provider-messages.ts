import { PROVIDER_TYPES } from "./enums.ts";
import {
  BOOL,
  INT32,
  STRING,
  STRING_MAP,
  UINT32,
  VALUES,
  listOf,
  messageOf,
  nested,
  plain,
} from "./field-spec.ts";
import type { MessageSpec } from "./field-spec.ts";

/*
 * Message definitions of ProviderService, as far as custom providers need them.
 * Source: protobuf descriptors of the vendor's Python SDK 2.21.0; its Node SDK 2.11.0 has none.
 */

const HTTPS = /^https:\/\//;

/** Create and update take the same members. */
const WRITTEN_PROVIDER: MessageSpec["fields"] = {
  // Letters, digits and spaces with at least one letter or digit: the hyphen is not allowed.
  display_name: plain(1, STRING, {
    min: 1,
    max: 200,
    pattern: /^[a-zA-Z0-9 ]*[a-zA-Z0-9][a-zA-Z0-9 ]*$/,
    isRequired: true,
  }),
  description: plain(2, STRING),
  // That a provider has at least one pattern is inferred; the descriptors ask for the list alone.
  auth_patterns: nested(4, VALUES, { min: 1, isRequired: true }),
  proxy_url: plain(7, STRING, {
    min: 1,
    max: 2048,
    pattern: HTTPS,
    isRequired: true,
  }),
  proxy_enabled: plain(8, BOOL),
  icon_src: plain(9, STRING, { max: 2048, pattern: /^(https:\/\/.*)?$/ }),
  metadata: plain(10, STRING_MAP, {
    max: 20,
    keyLength: [3, 25],
    valueLength: [1, 256],
  }),
};

/** A connector, of the catalogue or custom. */
export const PROVIDER: MessageSpec = {
  name: "Provider",
  fields: {
    id: plain(1, STRING),
    identifier: plain(2, STRING),
    display_name: plain(3, STRING),
    description: plain(4, STRING),
    categories: plain(5, listOf(STRING)),
    auth_patterns: nested(6, VALUES),
    icon_src: plain(7, STRING),
    display_priority: plain(8, INT32),
    coming_soon: plain(9, BOOL),
    proxy_url: plain(10, STRING),
    proxy_enabled: plain(11, BOOL),
    is_custom: plain(12, BOOL),
    is_custom_mcp: plain(13, BOOL),
    metadata: plain(14, STRING_MAP),
  },
};

/** Requests of ProviderService. */
export const CREATE_PROVIDER_REQUEST: MessageSpec = {
  name: "CreateCustomProviderRequest",
  fields: {
    provider: nested(
      1,
      messageOf({ name: "CreateCustomProvider", fields: WRITTEN_PROVIDER }),
      { isRequired: true },
    ),
  },
};

export const UPDATE_PROVIDER_REQUEST: MessageSpec = {
  name: "UpdateCustomProviderRequest",
  fields: {
    identifier: plain(1, STRING, { max: 255 }),
    provider: nested(
      2,
      messageOf({ name: "UpdateCustomProvider", fields: WRITTEN_PROVIDER }),
      { isRequired: true },
    ),
  },
};

export const DELETE_PROVIDER_REQUEST: MessageSpec = {
  name: "DeleteProviderRequest",
  fields: { identifier: plain(1, STRING, { max: 255 }) },
};

export const LIST_PROVIDERS_REQUEST: MessageSpec = {
  name: "ListProvidersRequest",
  fields: {
    identifier: plain(1, STRING, { max: 255, pattern: /^[a-zA-Z0-9_:-]*$/ }),
    page_size: plain(2, UINT32),
    page_token: plain(3, STRING),
    filter: nested(
      4,
      messageOf({
        // Nested in its parent on the vendor's side; the bytes are the same.
        name: "Filter",
        fields: {
          provider_type: plain(1, {
            kind: "enum",
            name: "ProviderType",
            values: PROVIDER_TYPES,
          }),
        },
      }),
    ),
  },
};

/** Replies of ProviderService. */
export const CREATE_PROVIDER_REPLY: MessageSpec = {
  name: "CreateProviderResponse",
  fields: { provider: nested(1, messageOf(PROVIDER)) },
};

export const UPDATE_PROVIDER_REPLY: MessageSpec = {
  name: "UpdateProviderResponse",
  fields: CREATE_PROVIDER_REPLY.fields,
};

export const DELETE_PROVIDER_REPLY: MessageSpec = {
  name: "DeleteProviderResponse",
  fields: {},
};

export const LIST_PROVIDERS_REPLY: MessageSpec = {
  name: "ListProvidersResponse",
  fields: {
    providers: plain(1, listOf(messageOf(PROVIDER))),
    next_page_token: plain(2, STRING),
    total_size: plain(3, UINT32),
    prev_page_token: plain(4, STRING),
  },
};
