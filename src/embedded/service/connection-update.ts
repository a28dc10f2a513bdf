import { isJsonObject } from "../../domain/json.ts";
import { isReservedParameter } from "../../domain/field/authorize-params.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import {
  CONFIG_NAMES,
  UPDATE_CONNECTION,
} from "../wire/connection-messages.ts";
import { assertNameIsFree } from "./connection-name.ts";
import {
  assertAppType,
  assertCrossRules,
  findRecord,
  keepConnection,
  unknownProvider,
} from "./connection-operations.ts";
import {
  configNameOf,
  createSettings,
  encodeConnection,
  findProvider,
  statusOf,
} from "./connection-shape.ts";
import { itemsOf, objectOf, textOf, withoutMembers } from "../wire/members.ts";
import { sealSecret, splitConfig } from "../data/sealed-secret.ts";
import type { SealedSecret, SealedSecrets } from "../data/sealed-secret.ts";
import { timestamp } from "./service-context.ts";
import type { Operation, ServiceContext } from "./service-context.ts";
import {
  StatusError,
  invalidArgument,
  validationError,
} from "../wire/status.ts";
import type { ConnectionRecord } from "../data/store.ts";

/**
 * Members a PATCH keeps whatever the merge switch says. @remarks Source: vendor integration tests
 * (omitted URIs survive).
 */
const KEPT_MEMBERS = [
  "authorize_uri",
  "token_uri",
  "user_info_uri",
  "redirect_uri",
  "is_cimd",
];

/**
 * Only with the switch are the lists replaced, by those sent alongside it; without it they stay as
 * they are.
 * @remarks Source: docs/drivers/scalekit-api.md section 24.
 */
const SELECTION_FLAG = "scope_selection_allowed";
const SELECTION_LISTS = ["required_scopes", "required_optional_scopes"];

/**
 * UpdateEnvironmentConnection: wants type, provider_key and key_id each time; drops the login-side
 * members silently.
 */
export const updateConnection: Operation = (context, request) => {
  const asked = objectOf(request, "connection");
  assertUpdatable(asked);
  const before = findRecord(context, request);
  const keyId = textOf(asked, "key_id");
  const target = readTarget(context, before, asked);
  assertNameIsFree(context, keyId, before.id);
  const configName = readConfigName(asked, before, target);

  const base = convertIfNeeded(context, before, target);
  const config = objectOf(asked, configName ?? "");
  assertAuthorizeParams(config);
  const changed =
    configName === undefined
      ? base
      : overlayConfig(context, base, { configName, config });
  const isConverted = base !== before;
  const connection: JsonObject = {
    ...changed.connection,
    key_id: keyId,
    update_time: timestamp(context),
    status: isConverted
      ? "IN_PROGRESS"
      : statusOf(context, changed.connection, changed.secrets),
  };
  const record = { ...changed, connection };
  keepConnection(context, record);
  return { connection: encodeConnection(context, record) };
};

/**
 * What a PATCH lacks, with exactly the vendor's three answers.
 * @remarks Source: vendor SDK reference text; the missing type really is an internal error.
 */
function assertUpdatable(asked: JsonObject): void {
  if (textOf(asked, "provider_key") === "") {
    throw validationError([
      {
        field: "connection.provider_key",
        description: "provider_key is required",
        constraint: "cel",
      },
    ]);
  }
  assertCrossRules(asked);
  if (textOf(asked, "key_id") === "")
    throw invalidArgument("keyId is required");
  const type = textOf(asked, "type");
  if (type === "" || type === "INVALID") {
    throw new StatusError(13, "error converting connection", {
      errorCode: "INTERNAL",
    });
  }
}

interface Target {
  readonly type: string;
  readonly providerKey: string;
}

function readTarget(
  context: ServiceContext,
  before: ConnectionRecord,
  asked: JsonObject,
): Target {
  const type = textOf(asked, "type");
  const providerKey = textOf(asked, "provider_key");
  const target = { type, providerKey };
  // What the connection is already is known to the environment, whatever the definitions here say.
  if (isAlready(before, target)) return target;
  assertAppType(type);
  if (findProvider(context, providerKey) === undefined) throw unknownProvider();
  return target;
}

function isAlready(
  { connection }: ConnectionRecord,
  { type, providerKey }: Target,
): boolean {
  return (
    connection["type"] === type && connection["provider_key"] === providerKey
  );
}

/** Name of the settings sent, if any: one at most, and the ones of the type. */
function readConfigName(
  asked: JsonObject,
  before: ConnectionRecord,
  { type }: Target,
): string | undefined {
  const sent = CONFIG_NAMES.filter((name) => asked[name] !== undefined);
  if (sent.length > 1) {
    throw invalidArgument("only one of the connection's settings may be set");
  }
  const [name] = sent;
  if (name === undefined) return undefined;
  const own =
    configNameOf(type) ??
    CONFIG_NAMES.find((each) => Object.hasOwn(before.connection, each));
  if (name !== own) {
    throw invalidArgument(`${name} does not belong to type ${type}`);
  }
  return name;
}

/** @returns The connection itself, or a converted one whose settings are as new. */
function convertIfNeeded(
  context: ServiceContext,
  record: ConnectionRecord,
  { type, providerKey }: Target,
): ConnectionRecord {
  const { connection } = record;
  if (isAlready(record, { type, providerKey })) return record;
  if (context.switches.typeChange === "refuse") {
    throw invalidArgument("type and provider of a connection cannot change");
  }
  const provider = findProvider(context, providerKey);
  if (provider === undefined) throw unknownProvider();
  const { id } = record;
  const { config, secrets } = createSettings(context, provider, { id, type });
  const settings =
    Object.keys(config).length === 0
      ? {}
      : { [configNameOf(type) ?? ""]: config };
  const rest = withoutMembers(connection, [
    ...CONFIG_NAMES,
    "mcp_server_url",
    "resolved_proxy_url",
  ]);
  const mcp =
    provider.mcpServerUrl === undefined
      ? {}
      : { mcp_server_url: provider.mcpServerUrl };
  return {
    ...record,
    connection: {
      ...rest,
      type,
      provider_key: providerKey,
      ...mcp,
      ...settings,
    },
    secrets,
  };
}

interface SentConfig {
  readonly configName: string;
  readonly config: JsonObject;
}

function overlayConfig(
  context: ServiceContext,
  record: ConnectionRecord,
  { configName, config }: SentConfig,
): ConnectionRecord {
  const { plain, sent } = splitConfig(configName, config, record.secrets);
  const stored = objectOf(record.connection, configName);
  const merged = mergeConfig(context, stored, plain);
  assertSubsets(merged);
  return {
    ...record,
    connection: { ...record.connection, [configName]: merged },
    secrets: sealAll(context, record.secrets, sent),
  };
}

function mergeConfig(
  { switches }: ServiceContext,
  stored: JsonObject,
  sent: JsonObject,
): JsonObject {
  const kept =
    switches.patch === "merge"
      ? stored
      : Object.fromEntries(
          Object.entries(stored).filter(([name]) =>
            KEPT_MEMBERS.includes(name),
          ),
        );
  const takesLists = sent[SELECTION_FLAG] !== undefined;
  const lists = {
    // A repeated field cannot express "unset", so an omitted list and an empty one are the same
    // request.
    scopes:
      switches.emptyScopes === "keep" && itemsOf(sent, "scopes").length === 0
        ? itemsOf(stored, "scopes")
        : itemsOf(sent, "scopes"),
    ...Object.fromEntries(
      SELECTION_LISTS.map((name) => [
        name,
        itemsOf(takesLists ? sent : stored, name),
      ]),
    ),
  };
  return {
    ...withoutMembers({ ...kept, ...sent }, Object.keys(lists)),
    ...Object.fromEntries(
      Object.entries(lists).filter(([, items]) => items.length > 0),
    ),
  };
}

/**
 * Both lists of what users cannot leave out are part of what they may choose from.
 * @remarks Source: docs/drivers/scalekit-api.md section 24.
 */
function assertSubsets(config: JsonObject): void {
  const optional = objectOf(config, "optional_scopes");
  for (const [name, all] of [
    ["required_scopes", itemsOf(config, "scopes")],
    ["required_optional_scopes", itemsOf(optional, "scopes")],
  ] as const) {
    const stray = itemsOf(config, name).find((scope) => !all.includes(scope));
    if (stray !== undefined)
      throw invalidArgument(`${name} must be a subset of the scopes`);
  }
}

/** Stored secrets with the sent ones in place of theirs. */
export function sealAll(
  context: ServiceContext,
  stored: SealedSecrets,
  sent: ReadonlyMap<string, string | null>,
): SealedSecrets {
  const sealed = new Map<string, SealedSecret>(Object.entries(stored));
  for (const [path, text] of sent) {
    if (text === null) sealed.delete(path);
    else sealed.set(path, sealSecret(context.store.salt, text));
  }
  return Object.fromEntries(sealed);
}

function assertAuthorizeParams(config: JsonObject): void {
  const params = objectOf(
    objectOf(config, "extensions"),
    "extra_authorize_params",
  );
  const reserved = Object.keys(params).find(isReservedParameter);
  if (reserved !== undefined) {
    throw invalidArgument(`extra_authorize_params: "${reserved}" is reserved`);
  }
}

/**
 * Members of a PATCH the definitions do not know but this connection already has: a server knows
 * what it emits itself, so a client that reads, changes and writes back a newer environment is not
 * refused.
 */
export function acceptsStoredMember(
  record: ConnectionRecord | undefined,
  path: string,
  name: string,
): boolean {
  const holder = storedAt(record, path);
  if (holder === undefined || !Object.hasOwn(holder, name)) return false;
  const isTop = path === "connection";
  return (
    !isTop ||
    (!Object.hasOwn(UPDATE_CONNECTION.fields, name) && !isReadOnly(name))
  );
}

/**
 * Enum names of a PATCH the definitions do not know but this connection has in that very place:
 * they are taken back, too.
 */
export function acceptsStoredEnum(
  record: ConnectionRecord | undefined,
  path: string,
  name: string,
): boolean {
  const at = path.lastIndexOf(".");
  return storedAt(record, path.slice(0, at))?.[path.slice(at + 1)] === name;
}

/** The message of a stored connection a request path (`connection.oauth_config`) is about. */
function storedAt(
  record: ConnectionRecord | undefined,
  path: string,
): JsonObject | undefined {
  const [root, ...names] = path.split(".");
  if (record === undefined || root !== "connection") return undefined;
  let message: JsonValue | undefined = record.connection;
  for (const name of names) {
    if (!isJsonObject(message) || !Object.hasOwn(message, name))
      return undefined;
    message = message[name];
  }
  return isJsonObject(message) ? message : undefined;
}

/** Read-only members have no place in an update message, however familiar they are. */
function isReadOnly(name: string): boolean {
  return [
    "id",
    "status",
    "enabled",
    "create_time",
    "update_time",
    "mcp_server_url",
    "resolved_proxy_url",
    "auth_mode",
  ].includes(name);
}
