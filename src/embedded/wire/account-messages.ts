import { ACCOUNT_AUTH_TYPES, ACCOUNT_STATUSES } from "./enums.ts";
import {
  BOOL,
  STRING,
  TIMESTAMP,
  UINT32,
  listOf,
  messageOf,
  nested,
  newer,
  optional,
  plain,
} from "./field-spec.ts";
import type { FieldSpec, MessageSpec } from "./field-spec.ts";

/*
 * Message definitions of ConnectedAccountService, as far as its reading half is served. Source:
 * protobuf descriptors of the vendor's Node SDK 2.11.0; members marked "newer" from those of its
 * Python SDK 2.21.0.
 */

/** The members of an account that are shown, in lists and alone: never a credential. */
const ACCOUNT_FIELDS: Readonly<Record<string, FieldSpec>> = {
  id: plain(10, STRING),
  identifier: plain(1, STRING),
  provider: plain(2, STRING),
  connector: plain(8, STRING),
  connection_id: plain(11, STRING),
  status: plain(3, {
    kind: "enum",
    name: "ConnectorStatus",
    values: ACCOUNT_STATUSES,
  }),
  authorization_type: plain(4, {
    kind: "enum",
    name: "ConnectorType",
    values: ACCOUNT_AUTH_TYPES,
  }),
  token_expires_at: nested(6, TIMESTAMP),
  updated_at: nested(7, TIMESTAMP),
  last_used_at: nested(9, TIMESTAMP),
};

/** A connected account as the lists show it. */
export const LISTED_ACCOUNT: MessageSpec = {
  name: "ConnectedAccountForList",
  fields: {
    ...ACCOUNT_FIELDS,
    is_org_wide_credential: newer(plain(12, BOOL, { isOutputOnly: true })),
  },
};

/** A connected account by itself. */
export const CONNECTED_ACCOUNT: MessageSpec = {
  name: "ConnectedAccount",
  fields: {
    ...ACCOUNT_FIELDS,
    is_org_wide_credential: newer(plain(13, BOOL, { isOutputOnly: true })),
  },
};

const CONNECTION_NAME = { max: 400, pattern: /^[a-zA-Z0-9_: -]*$/ } as const;
const OWNER = { max: 32 } as const;
const IDENTIFIER = { max: 100 } as const;

/** Requests of ConnectedAccountService. */
export const LIST_ACCOUNTS_REQUEST: MessageSpec = {
  name: "ListConnectedAccountsRequest",
  fields: {
    organization_id: optional(1, STRING, OWNER),
    user_id: optional(2, STRING, OWNER),
    connector: optional(3, STRING, CONNECTION_NAME),
    identifier: optional(4, STRING, IDENTIFIER),
    provider: plain(5, STRING, { max: 50 }),
    page_size: plain(6, UINT32, { max: 99 }),
    page_token: plain(7, STRING, { max: 100 }),
    query: plain(8, STRING, { max: 100 }),
    connection_names: plain(9, listOf(STRING), {
      max: 20,
      valueLength: [1, 400],
      pattern: CONNECTION_NAME.pattern,
    }),
    is_org_wide_credential: newer(optional(10, BOOL)),
  },
};

export const SEARCH_ACCOUNTS_REQUEST: MessageSpec = {
  name: "SearchConnectedAccountsRequest",
  fields: {
    query: plain(1, STRING, { min: 3, max: 200, isRequired: true }),
    page_size: plain(2, UINT32, { max: 30 }),
    page_token: plain(3, STRING),
    connection_id: plain(4, STRING, { max: 32 }),
  },
};

export const ACCOUNT_DETAILS_REQUEST: MessageSpec = {
  name: "GetConnectedAccountByIdentifierRequest",
  fields: {
    organization_id: optional(1, STRING, OWNER),
    user_id: optional(2, STRING, OWNER),
    connector: optional(3, STRING, CONNECTION_NAME),
    identifier: optional(4, STRING, IDENTIFIER),
    id: optional(5, STRING, { max: 32, prefix: "ca_" }),
  },
};

const PAGE_FIELDS: Readonly<Record<string, FieldSpec>> = {
  connected_accounts: plain(1, listOf(messageOf(LISTED_ACCOUNT))),
  total_size: plain(2, UINT32),
  next_page_token: plain(3, STRING),
  prev_page_token: plain(4, STRING),
};

/** Replies of ConnectedAccountService. */
export const LIST_ACCOUNTS_REPLY: MessageSpec = {
  name: "ListConnectedAccountsResponse",
  fields: PAGE_FIELDS,
};

export const SEARCH_ACCOUNTS_REPLY: MessageSpec = {
  name: "SearchConnectedAccountsResponse",
  fields: PAGE_FIELDS,
};

export const ACCOUNT_DETAILS_REPLY: MessageSpec = {
  name: "GetConnectedAccountByIdentifierResponse",
  fields: { connected_account: nested(1, messageOf(CONNECTED_ACCOUNT)) },
};
