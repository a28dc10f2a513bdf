import { isJsonObject } from "../../domain/json.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { sealAll } from "./connection-update.ts";
import { decodeMessage } from "../wire/decode.ts";
import {
  STRING,
  STRUCT,
  UNPUBLISHED,
  listOf,
  nested,
  optional,
  plain,
} from "../wire/field-spec.ts";
import type { MessageSpec } from "../wire/field-spec.ts";
import { mergePatch, objectOf, textOf } from "../wire/members.ts";
import { cutPage } from "./paging.ts";
import { maskSecret, takeSecret } from "../data/sealed-secret.ts";
import { timestamp } from "./service-context.ts";
import type { ServiceContext } from "./service-context.ts";
import { StatusError, invalidArgument, notFound } from "../wire/status.ts";
import type { AgentRecord } from "../data/store.ts";

/*
 * Connections of the older dialect. The vendor's page documents the create request, the words and
 * the states; every reply, every other route, and what a client may write is inferred
 * (`docs/embedded-api.md` lists each point).
 */

const PROVIDER = optional(UNPUBLISHED, STRING, { min: 1, max: 255 });
const AUTH_TYPE = optional(UNPUBLISHED, STRING, {
  pattern: /^(?:oauth2|api_key|custom)$/,
});

const MEMBERS: MessageSpec["fields"] = {
  provider: PROVIDER,
  auth_type: AUTH_TYPE,
  credentials: nested(UNPUBLISHED, STRUCT),
  scopes: plain(UNPUBLISHED, listOf(STRING)),
  settings: nested(UNPUBLISHED, STRUCT),
  rate_limiting: nested(UNPUBLISHED, STRUCT),
  connection_id: optional(UNPUBLISHED, STRING, {
    min: 1,
    max: 300,
    pattern: /^[A-Za-z0-9_: -]+$/,
  }),
  // Draft, Active and Inactive are asked for; Testing and Error are found by the platform.
  state: optional(UNPUBLISHED, STRING, {
    pattern: /^(?:draft|active|inactive)$/,
  }),
};

const UPDATE: MessageSpec = { name: "UpdateAgentConnection", fields: MEMBERS };

const CREATE: MessageSpec = {
  name: "CreateAgentConnection",
  fields: {
    ...MEMBERS,
    provider: { ...PROVIDER, isRequired: true },
    auth_type: { ...AUTH_TYPE, isRequired: true },
  },
};

const LIST: MessageSpec = {
  name: "ListAgentConnections",
  fields: {
    page_size: plain(UNPUBLISHED, { kind: "uint32" }),
    page_token: plain(UNPUBLISHED, STRING),
  },
};

/** Members of `credentials` that read back masked. */
const SECRETS = ["client_secret", "api_key", "password", "token"];

/** Members that hold others, and the one list. */
const PARTS = ["credentials", "settings", "rate_limiting", "scopes"];

const PAGE_LIMITS = { defaultSize: 30, maxSize: 100 } as const;

/**
 * Creates a connection, under the name the client gave or one of its own; active unless asked
 * otherwise.
 */
export function createAgent(
  context: ServiceContext,
  body: JsonValue,
): JsonObject {
  const asked = decode(context, CREATE, body);
  const id =
    textOf(asked, "connection_id") ||
    `conn_${String(context.store.nextNumber())}`;
  assertFree(context, id);
  const now = timestamp(context);
  const start: AgentRecord = {
    id,
    message: {
      connection_id: id,
      state: "active",
      created_at: now,
      updated_at: now,
    },
    secrets: {},
  };
  return keep(context, overlay(context, start, asked));
}

/** One connection, secrets masked. */
export function getAgent(context: ServiceContext, id: string): JsonObject {
  return encode(context, find(context, id));
}

/** Every connection, by pages. */
export function listAgents(
  context: ServiceContext,
  query: JsonObject,
): JsonObject {
  const asked = decode(context, LIST, query);
  const { items, links } = cutPage(
    [...context.store.agents.values()],
    asked,
    PAGE_LIMITS,
  );
  const connections = items.map((record) => encode(context, record));
  return { connections, ...links };
}

/**
 * Changes a connection: what is left out stays, `null` empties, another `connection_id` renames.
 */
export function updateAgent(
  context: ServiceContext,
  id: string,
  body: JsonValue,
): JsonObject {
  const before = find(context, id);
  const asked = decode(context, UPDATE, body);
  for (const name of ["provider", "auth_type"]) {
    const text = textOf(asked, name);
    if (text !== "" && text !== before.message[name])
      throw invalidArgument(`${name} of a connection cannot change`);
  }
  const name = textOf(asked, "connection_id") || id;
  if (name !== id) assertFree(context, name);
  const message = {
    ...before.message,
    connection_id: name,
    updated_at: timestamp(context),
  };
  const after = overlay(context, { ...before, id: name, message }, asked);
  if (name === id) return keep(context, after);
  context.store.commit([
    { kind: "agent", id, record: null },
    { kind: "agent", id: name, record: after },
  ]);
  return encode(context, after);
}

/** Deletes a connection. */
export function deleteAgent(context: ServiceContext, id: string): JsonObject {
  find(context, id);
  context.store.commit([{ kind: "agent", id, record: null }]);
  return {};
}

/**
 * Tests a connection: fine when it holds the credentials its auth type needs, in state `error`
 * otherwise. Nobody outside is asked.
 */
export function testAgent(context: ServiceContext, id: string): JsonObject {
  const record = find(context, id);
  const isComplete = hasCredentials(record);
  const state = textOf(record.message, "state");
  const isOn = state === "active" || state === "error";
  const found = isComplete ? "active" : "error";
  const message = { ...record.message, state: isOn ? found : state };
  keep(context, { ...record, message });
  return {
    connection_id: id,
    result: isComplete ? "ok" : "failed",
    state: message.state,
  };
}

function decode(
  { switches }: ServiceContext,
  spec: MessageSpec,
  body: JsonValue,
): JsonObject {
  const { unknownFields } = switches;
  const asked = decodeMessage(spec, body, { unknownFields });
  const emptied = PARTS.filter(
    (name) => isJsonObject(body) && body[name] === null,
  );
  const texts = Object.values(objectOf(asked, "credentials"));
  if (texts.some((text) => text !== null && typeof text !== "string"))
    throw invalidArgument("credentials: expected texts");
  return {
    ...asked,
    ...Object.fromEntries(emptied.map((name) => [name, null])),
  };
}

function overlay(
  context: ServiceContext,
  record: AgentRecord,
  asked: JsonObject,
): AgentRecord {
  const sent = new Map<string, string | null>();
  const credentials = objectOf(asked, "credentials");
  for (const name of SECRETS) {
    const value = asked["credentials"] === null ? null : credentials[name];
    const path = `credentials.${name}`;
    if (value === null) sent.set(path, null);
    if (typeof value === "string")
      takeSecret(sent, record.secrets, { path, value });
  }
  const { patch } = context.switches;
  const stored = Object.fromEntries(
    Object.entries(record.message).filter(
      ([name]) => patch === "merge" || asked[name] === undefined,
    ),
  );
  const open = mergePatch(stored, withoutSecrets(asked));
  return {
    ...record,
    message: isJsonObject(open) ? open : record.message,
    secrets: sealAll(context, record.secrets, sent),
  };
}

function withoutSecrets(asked: JsonObject): JsonObject {
  const { credentials } = asked;
  if (!isJsonObject(credentials)) return asked;
  const open = Object.entries(credentials).filter(
    ([name]) => !SECRETS.includes(name),
  );
  return { ...asked, credentials: Object.fromEntries(open) };
}

function encode(context: ServiceContext, record: AgentRecord): JsonObject {
  const { maskStyle } = context.switches;
  if (maskStyle === "omitted") return record.message;
  const masks = Object.entries(record.secrets).map(
    ([path, sealed]): readonly [string, string] => [
      path.slice("credentials.".length),
      maskSecret(sealed, maskStyle),
    ],
  );
  if (masks.length === 0) return record.message;
  const open = objectOf(record.message, "credentials");
  const credentials = { ...open, ...Object.fromEntries(masks) };
  return { ...record.message, credentials };
}

function hasCredentials({ message, secrets }: AgentRecord): boolean {
  const holds = (name: string): boolean =>
    Object.hasOwn(secrets, `credentials.${name}`);
  const clientId = textOf(objectOf(message, "credentials"), "client_id");
  switch (message["auth_type"]) {
    case "oauth2":
      return clientId !== "" && holds("client_secret");
    case "api_key":
      return holds("api_key");
    default:
      return Object.keys(secrets).length > 0;
  }
}

function keep(context: ServiceContext, record: AgentRecord): JsonObject {
  context.store.commit([{ kind: "agent", id: record.id, record }]);
  return encode(context, record);
}

function find(context: ServiceContext, id: string): AgentRecord {
  const record = context.store.agents.get(id);
  if (record === undefined) throw notFound("connection");
  return record;
}

/** @throws StatusError ALREADY_EXISTS: with names that clients choose, a plain conflict. */
function assertFree(context: ServiceContext, id: string): void {
  if (!context.store.agents.has(id)) return;
  throw new StatusError(6, "name is taken", {
    errorCode: "DUPLICATE_IDENTIFIER",
  });
}
