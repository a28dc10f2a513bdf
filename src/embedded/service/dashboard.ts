import { InternalError } from "../../domain/problem/error.ts";
import { isJsonObject } from "../../domain/json.ts";
import type { JsonObject } from "../../domain/json.ts";
import { CONFIG_NAMES } from "../wire/connection-messages.ts";
import { keepConnection } from "./connection-operations.ts";
import { statusOf } from "./connection-shape.ts";
import { sealAll } from "./connection-update.ts";
import { mergePatch, textOf } from "../wire/members.ts";
import type { SeedConnection, Snapshot } from "../options.ts";
import { isSealedSecret, splitConfig } from "../data/sealed-secret.ts";
import { callRpc } from "./service.ts";
import { timestamp } from "./service-context.ts";
import type { ServiceContext } from "./service-context.ts";
import type { ConnectionRecord, StoreChange } from "../data/store.ts";

/** What a person or a test does to the environment past the API. */
export interface Dashboard {
  snapshot(): Snapshot;
  seedConnection(seed: SeedConnection): string;
  seedAccounts(keyId: string, accounts: number | readonly JsonObject[]): void;
  mutate(keyId: string, patch: JsonObject): void;
  remove(keyId: string): void;
  holdsSecret(keyId: string, path: string, text: string): boolean;
}

/**
 * The dashboard of one environment. Its writes are kept like those of the API, without its rules.
 */
export function createDashboard(context: ServiceContext): Dashboard {
  const { store } = context;
  const find = (keyId: string): ConnectionRecord => {
    const record = store.findByName(keyId);
    if (record !== undefined) return record;
    throw new InternalError(
      "INT001",
      `the embedded API has no connection "${keyId}"`,
    );
  };
  const mutate = (keyId: string, patch: JsonObject): void => {
    keepConnection(context, patchRecord(context, find(keyId), patch));
  };
  return {
    snapshot: () => ({
      connections: [...store.connections.values()].map(({ connection }) =>
        structuredClone(connection),
      ),
      accounts: [...store.accounts.values()].map(({ message }) =>
        structuredClone(message),
      ),
      providers: [...store.providers.values()].map(({ message }) =>
        structuredClone(message),
      ),
      agents: [...store.agents.values()].map(({ message }) =>
        structuredClone(message),
      ),
    }),
    seedConnection({ key_id, provider_key, type, isApp = true, patch }) {
      const connection = { key_id, provider_key, type };
      const flags = { is_app: isApp };
      callRpc(context, "CreateEnvironmentConnection", { connection, flags });
      if (patch !== undefined) mutate(key_id, patch);
      return find(textOf(patch ?? {}, "key_id") || key_id).id;
    },
    seedAccounts(keyId, accounts) {
      const list =
        typeof accounts === "number"
          ? Array.from({ length: accounts }, () => ({}))
          : accounts;
      const record = find(keyId);
      store.commit(
        list.map((members) => createAccount(context, record, members)),
      );
    },
    mutate,
    remove(keyId) {
      const { id } = find(keyId);
      const accounts = [...store.accounts.values()].filter(
        ({ message }) => message["connection_id"] === id,
      );
      context.view.beforeWrite(id);
      store.commit([
        ...accounts.map((account): StoreChange => ({
          kind: "account",
          id: account.id,
          record: null,
        })),
        { kind: "connection", id, record: null },
      ]);
    },
    holdsSecret(keyId, path, text) {
      const { secrets } = store.agents.get(keyId) ?? find(keyId);
      const sealed = Object.hasOwn(secrets, path) ? secrets[path] : undefined;
      return sealed !== undefined && isSealedSecret(sealed, store.salt, text);
    },
  };
}

function patchRecord(
  context: ServiceContext,
  record: ConnectionRecord,
  patch: JsonObject,
): ConnectionRecord {
  let secrets = record.secrets;
  let plainPatch = patch;
  for (const name of CONFIG_NAMES) {
    const config = patch[name];
    if (!isJsonObject(config)) continue;
    const { plain, sent } = splitConfig(name, config, secrets);
    secrets = sealAll(context, secrets, sent);
    plainPatch = { ...plainPatch, [name]: plain };
  }
  const merged = mergePatch(record.connection, plainPatch);
  const connection = isJsonObject(merged) ? merged : record.connection;
  const status =
    textOf(patch, "status") || statusOf(context, connection, secrets);
  return {
    ...record,
    connection: { ...connection, status, update_time: timestamp(context) },
    secrets,
  };
}

/** Types of accounts by the settings their connection has. */
const ACCOUNT_TYPE_OF_CONNECTION = new Map([["BEARER", "BEARER_TOKEN"]]);

function createAccount(
  context: ServiceContext,
  { id: connectionId, connection }: ConnectionRecord,
  members: JsonObject,
): StoreChange {
  const number = String(context.store.nextNumber());
  const type = textOf(connection, "type");
  const message: JsonObject = {
    id: `ca_${number}`,
    identifier: `user-${number}`,
    provider: textOf(connection, "provider_key"),
    connector: textOf(connection, "key_id"),
    connection_id: connectionId,
    status: "ACTIVE",
    authorization_type: ACCOUNT_TYPE_OF_CONNECTION.get(type) ?? type,
    updated_at: timestamp(context),
    ...members,
  };
  const id = textOf(message, "id");
  return { kind: "account", id, record: { id, message } };
}
