import type { JsonObject } from "../../domain/json.ts";
import { assertNameIsFree, defaultName } from "./connection-name.ts";
import {
  configNameOf,
  createSettings,
  encodeConnection,
  findProvider,
  statusOf,
} from "./connection-shape.ts";
import type { ProviderFacts } from "./connection-shape.ts";
import { objectOf, textOf } from "../wire/members.ts";
import { timestamp } from "./service-context.ts";
import type { Operation, ServiceContext } from "./service-context.ts";
import {
  failedPrecondition,
  invalidArgument,
  notFound,
  unimplemented,
  validationError,
} from "../wire/status.ts";
import type { ConnectionRecord, StoreChange } from "../data/store.ts";

/** CreateEnvironmentConnection: takes no settings; the environment makes them. */
export const createConnection: Operation = (context, request) => {
  const asked = objectOf(request, "connection");
  assertCrossRules(asked);
  const type = textOf(asked, "type");
  const providerKey = textOf(asked, "provider_key");
  assertAppType(type);
  const provider = findProvider(context, providerKey);
  if (provider === undefined) throw unknownProvider();
  const keyId = textOf(asked, "key_id") || defaultName(context, providerKey);
  assertNameIsFree(context, keyId);
  const proxy = resolveProxyUrl(provider, objectOf(asked, "context"));

  const id = `conn_${String(context.store.nextNumber())}`;
  const { config, secrets } = createSettings(context, provider, { id, type });
  const now = timestamp(context);
  const settings =
    Object.keys(config).length === 0
      ? {}
      : { [configNameOf(type) ?? ""]: config };
  const mcp =
    provider.mcpServerUrl === undefined
      ? {}
      : { mcp_server_url: provider.mcpServerUrl };
  const connection: JsonObject = {
    id,
    type,
    key_id: keyId,
    provider_key: providerKey,
    enabled: true,
    auth_mode: textOf(asked, "auth_mode") || "CONNECTION_AUTH_MODE_UNSPECIFIED",
    create_time: now,
    update_time: now,
    ...mcp,
    ...(proxy === undefined ? {} : { resolved_proxy_url: proxy }),
    ...settings,
  };
  const record: ConnectionRecord = {
    id,
    connection: {
      ...connection,
      status: statusOf(context, connection, secrets),
    },
    secrets,
    isApp: objectOf(request, "flags")["is_app"] === true,
  };
  keepConnection(context, record);
  return { connection: encodeConnection(context, record) };
};

/** GetEnvironmentConnection. */
export const getConnection: Operation = (context, request) => {
  const record = context.view.get(textOf(request, "connection_id"));
  if (record === undefined) throw notFound("connection");
  return { connection: encodeConnection(context, record) };
};

/**
 * GetConnectionTestResult: a test begins in a browser, and nobody opens one here, so there is never
 * a result.
 */
export const getTestResult: Operation = (context, request) => {
  const id = textOf(request, "connection_id");
  const isThere = context.view.get(id) !== undefined;
  throw notFound(isThere ? "test request" : "connection");
};

/** DeleteEnvironmentConnection; what happens to connected accounts is a switch. */
export const deleteConnection: Operation = (context, request) => {
  const { id } = findRecord(context, request);
  const accounts = [...context.store.accounts.values()].filter(
    ({ message }) => message["connection_id"] === id,
  );
  const { deleteWithAccounts } = context.switches;
  if (deleteWithAccounts === "refuse" && accounts.length > 0) {
    throw failedPrecondition("connection has connected accounts");
  }
  const cascade: StoreChange[] =
    deleteWithAccounts === "cascade"
      ? accounts.map((account) => ({
          kind: "account",
          id: account.id,
          record: null,
        }))
      : [];
  context.view.beforeWrite(id);
  context.store.commit([...cascade, { kind: "connection", id, record: null }]);
  return {};
};

/** EnableEnvironmentConnection. */
export const enableConnection: Operation = (context, request) =>
  toggleConnection(context, request, { enabled: true });

/** DisableEnvironmentConnection. */
export const disableConnection: Operation = (context, request) =>
  toggleConnection(context, request, { enabled: false });

/**
 * The provider's address with the placeholders that the context names filled in; without a
 * placeholder there is nothing to resolve. The environments' catalogue has no templates, so a
 * connector of it that is an MCP server has its host as one.
 * @remarks Source: docs/drivers/scalekit-api.md section 24.
 */
function resolveProxyUrl(
  { proxyTemplate }: ProviderFacts,
  asked: JsonObject,
): string | undefined {
  const strange = Object.keys(asked).find(
    (name) => name !== "domain" && name !== "version",
  );
  if (strange !== undefined)
    throw invalidArgument("context: only domain and version are known");
  if (proxyTemplate === undefined || Object.keys(asked).length === 0)
    return undefined;
  return ["domain", "version"].reduce(
    (url, name) => url.replaceAll(`{{${name}}}`, textOf(asked, name)),
    proxyTemplate,
  );
}

function toggleConnection(
  context: ServiceContext,
  request: JsonObject,
  { enabled }: { readonly enabled: boolean },
): JsonObject {
  const record = findRecord(context, request);
  if (record.connection["enabled"] !== enabled) {
    const update_time = timestamp(context);
    const connection = { ...record.connection, enabled, update_time };
    keepConnection(context, { ...record, connection });
  }
  return { enabled };
}

/** The connection a write is about, as it truly is now. */
export function findRecord(
  context: ServiceContext,
  request: JsonObject,
): ConnectionRecord {
  const id = textOf(request, "connection_id");
  const record = context.store.connections.get(id);
  if (record === undefined) throw notFound("connection");
  return record;
}

/** Keeps one connection. */
export function keepConnection(
  context: ServiceContext,
  record: ConnectionRecord,
): void {
  const { id } = record;
  context.view.beforeWrite(id);
  context.store.commit([{ kind: "connection", id, record }]);
}

/**
 * The rules over several fields that create and update share.
 * @remarks Source: protobuf descriptors of the vendor's Node SDK 2.11.0.
 */
export function assertCrossRules(asked: JsonObject): void {
  const broken = (field: string, description: string): Error =>
    validationError([
      { field: `connection.${field}`, description, constraint: "cel" },
    ]);
  const providerKey = textOf(asked, "provider_key");
  const provider = textOf(asked, "provider");
  if (providerKey === "" && !isSetEnum(provider)) {
    throw broken("provider_key", "provider_key or provider is required");
  }
  if (provider === "SCALEKIT" && providerKey !== "SCALEKIT") {
    throw broken(
      "provider_key",
      "provider SCALEKIT needs the same provider_key",
    );
  }
  if (asked["type"] === "WEBAUTHN" && asked["key_id"] !== "WEBAUTHN") {
    throw broken("key_id", "type WEBAUTHN needs the same key_id");
  }
}

function isSetEnum(name: string): boolean {
  return name !== "" && name !== "CONNECTION_PROVIDER_UNSPECIFIED";
}

/**
 * @throws StatusError for a type that is missing, or that belongs to the login side, which is not
 * served here.
 */
export function assertAppType(type: string): void {
  if (configNameOf(type) !== undefined) return;
  if (type === "" || type === "INVALID") {
    throw validationError([
      {
        field: "connection.type",
        description: "value is required",
        constraint: "required",
      },
    ]);
  }
  throw unimplemented(`connections of type ${type} are not served here`);
}

/** The refusal of a provider neither the catalogue nor the environment knows. */
export function unknownProvider(): Error {
  return invalidArgument("provider not found");
}
