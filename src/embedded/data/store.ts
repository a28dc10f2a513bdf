import { randomBytes } from "node:crypto";

import { isJsonObject } from "../../domain/json.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { NO_LOCK, type DataLock } from "./data-file-lock.ts";
import { createJournal, readJournal, unusable } from "./journal.ts";
import type { Journal } from "./journal.ts";
import type { SealedSecret, SealedSecrets } from "./sealed-secret.ts";

/** A connection as the environment keeps it. */
export interface ConnectionRecord {
  readonly id: string;
  /** The Connection message in proto names, without any secret. */
  readonly connection: JsonObject;
  readonly secrets: SealedSecrets;
  /** True for a connection made with `flags.is_app`. */
  readonly isApp: boolean;
}

/** A connected account or a custom provider: the message in proto names. */
export interface MessageRecord {
  readonly id: string;
  readonly message: JsonObject;
}

/** A connection of the older dialect, in that dialect's names, without any secret. */
export interface AgentRecord extends MessageRecord {
  readonly secrets: SealedSecrets;
}

/**
 * One object to keep, or to drop when `record` is `null`. Changes given together are kept together
 * or not at all.
 */
export type StoreChange =
  | {
      readonly kind: "connection";
      readonly id: string;
      readonly record: ConnectionRecord | null;
    }
  | {
      readonly kind: "agent";
      readonly id: string;
      readonly record: AgentRecord | null;
    }
  | {
      readonly kind: "account" | "provider";
      readonly id: string;
      readonly record: MessageRecord | null;
    };

/** The state of one environment. Maps are in order of creation. */
export interface Store {
  /** What secrets are sealed under. */
  readonly salt: string;
  readonly connections: ReadonlyMap<string, ConnectionRecord>;
  readonly accounts: ReadonlyMap<string, MessageRecord>;
  readonly providers: ReadonlyMap<string, MessageRecord>;
  /** Connections of the older dialect: a world of their own, by the name a client gave them. */
  readonly agents: ReadonlyMap<string, AgentRecord>;
  /** The connection that has this name now. */
  findByName(keyId: string): ConnectionRecord | undefined;
  /** A number never given out before in this environment, restarts included. */
  nextNumber(): number;
  /** Keeps the changes: in the file first, then visibly. */
  commit(changes: readonly StoreChange[]): void;
  close(): void;
}

const FORMAT = "tieline-embedded/1";

/** Numbers start here, so that ids look like the vendor's and fit every length rule. */
const FIRST_NUMBER = 1000;

interface State {
  salt: string;
  number: number;
  readonly connections: Map<string, ConnectionRecord>;
  readonly accounts: Map<string, MessageRecord>;
  readonly providers: Map<string, MessageRecord>;
  readonly agents: Map<string, AgentRecord>;
  readonly idByName: Map<string, string>;
  /** Lines in the file, to know when rewriting it pays. */
  lineCount: number;
}

/**
 * Opens an environment.
 * @param dataFile - where it is kept; without one it lives in memory only.
 * @throws UserError CLI011 when the file is there and cannot be used.
 */
export function openStore(dataFile?: string, lock: DataLock = NO_LOCK): Store {
  const state = emptyState();
  const journal = dataFile === undefined ? undefined : createJournal(dataFile);
  if (dataFile !== undefined && journal !== undefined) {
    loadState(state, dataFile, journal);
  }
  return {
    salt: state.salt,
    connections: state.connections,
    accounts: state.accounts,
    providers: state.providers,
    agents: state.agents,
    findByName: (keyId) =>
      state.connections.get(state.idByName.get(keyId) ?? ""),
    nextNumber: () => ++state.number,
    commit(changes) {
      lock.assertHeld();
      if (journal !== undefined) writeCommit(journal, state, changes);
      for (const change of changes) keep(state, change);
    },
    close() {
      if (journal === undefined) return;
      if (lock.isHeld() && isWasteful(state)) rewrite(journal, state);
      journal.close();
    },
  };
}

function emptyState(): State {
  return {
    salt: randomBytes(16).toString("hex"),
    number: FIRST_NUMBER,
    connections: new Map(),
    accounts: new Map(),
    providers: new Map(),
    agents: new Map(),
    idByName: new Map(),
    lineCount: 0,
  };
}

function loadState(state: State, dataFile: string, journal: Journal): void {
  const { lines, isTorn } = readJournal(dataFile);
  const [header, ...commits] = lines;
  if (header !== undefined) {
    const salt = header["salt"];
    if (header["format"] !== FORMAT || typeof salt !== "string") {
      throw unusable(dataFile, `its first line does not say "${FORMAT}"`);
    }
    state.salt = salt;
    raiseNumber(state, header["number"]);
  }
  for (const [index, commit] of commits.entries()) {
    if (!loadCommit(state, commit)) {
      throw unusable(dataFile, `line ${String(index + 2)} is not a commit`);
    }
  }
  state.lineCount = lines.length;
  if (isTorn || isWasteful(state)) rewrite(journal, state);
}

function loadCommit(state: State, commit: JsonObject): boolean {
  const { changes } = commit;
  if (!Array.isArray(changes)) return false;
  raiseNumber(state, commit["number"]);
  return changes.every((value: JsonValue) => {
    const change = decodeChange(value);
    if (change !== undefined) keep(state, change);
    return change !== undefined;
  });
}

function raiseNumber(state: State, value: JsonValue | undefined): void {
  if (typeof value === "number") state.number = Math.max(state.number, value);
}

function decodeChange(value: JsonValue): StoreChange | undefined {
  if (!isJsonObject(value)) return undefined;
  const { kind, id, record } = value;
  if (typeof id !== "string" || record === undefined) return undefined;
  if (kind === "connection") {
    const decoded = record === null ? null : decodeConnection(record);
    return decoded === undefined ? undefined : { kind, id, record: decoded };
  }
  if (kind === "agent") {
    const decoded = record === null ? null : decodeAgent(record);
    return decoded === undefined ? undefined : { kind, id, record: decoded };
  }
  if (kind !== "account" && kind !== "provider") return undefined;
  if (record === null) return { kind, id, record };
  const message = isJsonObject(record) ? record["message"] : undefined;
  return isJsonObject(message)
    ? { kind, id, record: { id, message } }
    : undefined;
}

function decodeConnection(value: JsonValue): ConnectionRecord | undefined {
  if (!isJsonObject(value)) return undefined;
  const { id, connection, secrets, isApp } = value;
  if (typeof id !== "string" || typeof isApp !== "boolean") return undefined;
  if (!isJsonObject(connection) || !isJsonObject(secrets)) return undefined;
  return { id, connection, secrets: decodeSecrets(secrets), isApp };
}

function decodeAgent(value: JsonValue): AgentRecord | undefined {
  if (!isJsonObject(value)) return undefined;
  const { id, message, secrets } = value;
  if (typeof id !== "string") return undefined;
  if (!isJsonObject(message) || !isJsonObject(secrets)) return undefined;
  return { id, message, secrets: decodeSecrets(secrets) };
}

function decodeSecrets(secrets: JsonObject): SealedSecrets {
  const sealed = Object.entries(secrets).flatMap(([path, secret]) => {
    const decoded = decodeSecret(secret);
    return decoded === undefined ? [] : [[path, decoded] as const];
  });
  return Object.fromEntries(sealed);
}

function decodeSecret(value: JsonValue): SealedSecret | undefined {
  if (!isJsonObject(value)) return undefined;
  const { digest, tail } = value;
  return typeof digest === "string" && typeof tail === "string"
    ? { digest, tail }
    : undefined;
}

function keep(state: State, change: StoreChange): void {
  if (change.kind === "agent") {
    if (change.record === null) state.agents.delete(change.id);
    else state.agents.set(change.id, change.record);
    return;
  }
  if (change.kind !== "connection") {
    const map = change.kind === "account" ? state.accounts : state.providers;
    if (change.record === null) map.delete(change.id);
    else map.set(change.id, change.record);
    return;
  }
  const before = state.connections.get(change.id);
  if (before !== undefined) state.idByName.delete(nameOf(before));
  if (change.record === null) {
    state.connections.delete(change.id);
  } else {
    state.connections.set(change.id, change.record);
    state.idByName.set(nameOf(change.record), change.id);
  }
}

function nameOf(record: ConnectionRecord): string {
  const keyId = record.connection["key_id"];
  return typeof keyId === "string" ? keyId : "";
}

function writeCommit(
  journal: Journal,
  state: State,
  changes: readonly StoreChange[],
): void {
  if (state.lineCount === 0) {
    journal.append(headerOf(state));
    state.lineCount += 1;
  }
  journal.append({ number: state.number, changes: changes.map(encodeChange) });
  state.lineCount += 1;
}

function headerOf(state: State): JsonObject {
  return { format: FORMAT, salt: state.salt, number: state.number };
}

function encodeChange(change: StoreChange): JsonObject {
  const { kind, id, record } = change;
  if (record === null) return { kind, id, record };
  if (!("secrets" in record)) {
    return { kind, id, record: { id, message: record.message } };
  }
  const secrets = Object.fromEntries(
    Object.entries(record.secrets).map(([path, secret]) => [
      path,
      { ...secret },
    ]),
  );
  return { kind, id, record: { ...record, secrets } };
}

/** True when most lines of the file are overwritten by later ones. */
function isWasteful(state: State): boolean {
  return state.lineCount > 2 * objectCount(state) + 64;
}

function objectCount(state: State): number {
  const { connections, accounts, providers, agents } = state;
  return connections.size + accounts.size + providers.size + agents.size;
}

function rewrite(journal: Journal, state: State): void {
  const changes: StoreChange[] = [
    ...[...state.providers].map(([id, record]) => ({
      kind: "provider" as const,
      id,
      record,
    })),
    ...[...state.connections].map(([id, record]) => ({
      kind: "connection" as const,
      id,
      record,
    })),
    ...[...state.accounts].map(([id, record]) => ({
      kind: "account" as const,
      id,
      record,
    })),
    ...[...state.agents].map(([id, record]) => ({
      kind: "agent" as const,
      id,
      record,
    })),
  ];
  const lines = changes.map((change) => ({
    number: state.number,
    changes: [encodeChange(change)],
  }));
  journal.rewrite([headerOf(state), ...lines]);
  state.lineCount = lines.length + 1;
}
