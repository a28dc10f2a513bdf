import { randomBytes } from "node:crypto";
import { SNAPSHOT_FORMAT } from "../../documents/check/snapshot-file.ts";
import {
  accountUse,
  MOST_LISTED_ACCOUNTS,
  UNKNOWN_ACCOUNTS,
  type ConnectionAccounts,
} from "../../domain/account.ts";
import type {
  ListedConnection,
  LiveConnection,
} from "../../domain/connection.ts";
import type {
  Snapshot,
  SnapshotAccounts,
  SnapshotConnection,
  SnapshotLive,
} from "../../domain/generated/snapshot.ts";
import { ConflictError } from "../../domain/problem/error.ts";
import type { Inventory } from "../../domain/state/inventory.ts";
import { fingerprint } from "../../engine/diff/fingerprint.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ConnectionsReader } from "../../ports/connections-api.ts";
import type { EventSink } from "../../ports/event-sink.ts";
import type { StateStore } from "../../ports/state-store.ts";
import { shellWord } from "../../util/shell-word.ts";
import { readConnection, type Reading } from "../api/read-connection.ts";
import { lastApplied } from "../documents/applied-files.ts";
import { readOwnInventory } from "../own-inventory.ts";
import { snapshotDigest } from "./digest.ts";
import { createHandles, saltedDigest, type Handles } from "./handles.ts";
import { snapshotState } from "./snapshot-state.ts";

/** What taking a snapshot works with. */
export interface SnapshotContext {
  readonly name: string;
  readonly api: ConnectionsReader;
  readonly state: Pick<
    StateStore,
    "readInventory" | "readLedger" | "place" | "setAside"
  >;
  readonly clock: Clock;
  readonly sink: EventSink;
  readonly signal: AbortSignal;
  readonly toolVersion: string;
  /** Takes what is known to be secret out of a text. */
  readonly scrub: (text: string) => string;
}

/** Which connections are told in full. */
export type IsTold = (key: string) => boolean;

/**
 * Asks the platform and the state everything that planning can ask, and keeps the answers without
 * secrets, handles and accounts.
 * @throws ConflictError STA002 when the state moved meanwhile; what the ports throw.
 */
export async function takeSnapshot(
  context: SnapshotContext,
  isTold: IsTold,
): Promise<Snapshot> {
  const { name, api, state, clock, toolVersion } = context;
  const inventory = await readOwnInventory(state, name, api.apiHost);
  const takenAt = new Date(clock.now()).toISOString();
  const readings = await readAll(context, isTold);
  const accounts = await countAll(readings, context);
  const ledger = await state.readLedger();
  await assertUnmoved(inventory, context);
  const handles = createHandles(
    randomBytes(KEY_BYTES),
    handlesOf(readings, inventory),
    context.scrub,
  );
  const salt = randomBytes(SALT_BYTES).toString("base64url");
  const told = { handles, salt, inventory, now: clock.now() };
  const connections = readings
    // One that vanished between the list and the read is not there.
    .filter(({ item, live, problem }) => !isGone(item, live, problem, isTold))
    .map((reading) => connectionOf(reading, accounts, told));
  const snapshot: Omit<Snapshot, "digest"> = {
    format_version: SNAPSHOT_FORMAT,
    kind: "snapshot",
    tool: { name: "tieline", version: toolVersion },
    taken_at: takenAt,
    environment: name,
    target: { driver: api.driver, api_host: api.apiHost },
    salt,
    state: snapshotState(inventory, lastApplied(ledger), handles),
    connections: [...connections, ...unseen(inventory, connections, handles)],
  };
  return { ...snapshot, digest: snapshotDigest(snapshot) };
}

const KEY_BYTES = 32;
const SALT_BYTES = 16;

/** Reading starts while pages still arrive; the driver bounds how many requests are under way. */
async function readAll(
  { api, sink, signal }: SnapshotContext,
  isTold: IsTold,
): Promise<readonly Reading[]> {
  sink.emit({ kind: "phase", phase: "observe" });
  const reads: Promise<Reading>[] = [];
  let done = 0;
  for await (const page of api.listPages(signal)) {
    for (const item of page) {
      const read = isAskedFor(item, isTold)
        ? readConnection(api, item, signal)
        : Promise.resolve({ item, live: null });
      const counted = read.then((reading) => {
        done += 1;
        sink.emit({ kind: "fetched", done, total: reads.length });
        return reading;
      });
      // Awaited below; without this a failure during a later page would count as unhandled.
      counted.catch(() => undefined);
      reads.push(counted);
    }
    sink.emit({ kind: "listed", count: reads.length });
  }
  return Promise.all(reads);
}

function isAskedFor(item: ListedConnection, isTold: IsTold): boolean {
  return item.key !== "" && item.problem === undefined && isTold(item.key);
}

function isGone(
  item: ListedConnection,
  live: LiveConnection | null,
  problem: string | undefined,
  isTold: IsTold,
): boolean {
  return isAskedFor(item, isTold) && live === null && problem === undefined;
}

async function countAll(
  readings: readonly Reading[],
  { api, signal }: SnapshotContext,
): Promise<ReadonlyMap<string, ConnectionAccounts>> {
  const keys = readings.flatMap(({ item, live }) =>
    live === null ? [] : item.key,
  );
  return api.readAccounts(
    [...new Set(keys)],
    { listUpTo: MOST_LISTED_ACCOUNTS },
    signal,
  );
}

/** Ownership and platform must be of one moment: an apply in between would look like drift. */
async function assertUnmoved(
  before: Inventory | null,
  { state, name }: SnapshotContext,
): Promise<void> {
  const now = await state.readInventory();
  if ((now?.serial ?? 0) === (before?.serial ?? 0)) return;
  throw new ConflictError(
    "STA002",
    `the state in ${state.place} changed while the snapshot was taken`,
    {
      why: "an apply wrote to it meanwhile, so what is owned and what is live are of two moments",
      fix: `take it again: tieline snapshot ${shellWord(name)}`,
      notDone: "no snapshot was written",
    },
  );
}

function handlesOf(
  readings: readonly Reading[],
  inventory: Inventory | null,
): ReadonlySet<string> {
  const entries = inventory?.entries ?? [];
  const names = new Set([
    ...readings.map(({ item }) => item.key),
    ...entries.map(({ key }) => key),
  ]);
  return new Set(
    [
      ...readings.map(({ item }) => item.remoteId),
      ...entries.map(({ remoteId }) => remoteId ?? ""),
    ].filter((handle) => !names.has(handle)),
  );
}

interface Told {
  readonly handles: Handles;
  readonly salt: string;
  readonly inventory: Inventory | null;
  readonly now: number;
}

function connectionOf(
  { item, live, problem }: Reading,
  accounts: ReadonlyMap<string, ConnectionAccounts>,
  told: Told,
): SnapshotConnection {
  const { handles } = told;
  const found = item.problem === undefined ? liveOf(live, problem, told) : null;
  const listed: SnapshotConnection = {
    key: item.key,
    id: handles.hide(item.remoteId),
    provider: item.provider,
    auth_type: item.authType,
    status: handles.hideIn(item.status),
    enabled: item.isEnabled,
    ...(item.problem === undefined
      ? {}
      : { problem: handles.hideIn(item.problem) }),
  };
  if (found === null && problem !== undefined)
    return { ...listed, live: unusable(item, handles.hideIn(problem)) };
  if (found === null) return listed;
  if (isEntangled(found, item.key, told))
    return { ...listed, live: unusable(item, ENTANGLED) };
  const counted = accounts.get(item.key) ?? UNKNOWN_ACCOUNTS;
  return { ...listed, live: found, accounts: accountsOf(counted, told.now) };
}

/** What is hidden cannot be told truly, so nothing is concluded about such a connection. */
const ENTANGLED =
  "one of its values holds a handle of the platform or a known secret, which a snapshot does not tell";

function isEntangled(live: SnapshotLive, key: string, told: Told): boolean {
  const entry = told.inventory?.entries.find((one) => one.key === key);
  return told.handles.isIn([
    live.fields,
    entry?.lastApplied ?? {},
    entry?.local ?? {},
  ]);
}

function liveOf(
  live: LiveConnection | null,
  problem: string | undefined,
  { handles, salt }: Told,
): SnapshotLive | null {
  if (live === null || problem !== undefined) return null;
  return {
    provider: live.provider,
    auth_type: live.authType,
    status: handles.hideIn(live.status),
    enabled: live.isEnabled,
    fields: { ...live.fields },
    computed: Object.fromEntries(
      Object.entries(live.computed).map(([pointer, value]) => [
        pointer,
        saltedDigest(salt, pointer, value),
      ]),
    ),
    fingerprint: fingerprint(live),
    ...(live.unknown === undefined
      ? {}
      : { unknown: live.unknown.map((name) => handles.hideIn(name)) }),
  };
}

/** One that is there and cannot be used; nothing of it counts. */
function unusable(item: ListedConnection, newer: string): SnapshotLive {
  return {
    provider: item.provider,
    auth_type: item.authType,
    status: "",
    enabled: item.isEnabled,
    fields: {},
    computed: {},
    fingerprint: `sha256:${"0".repeat(64)}`,
    newer,
  };
}

function accountsOf(
  counted: ConnectionAccounts,
  now: number,
): SnapshotAccounts {
  const use = accountUse(counted, now);
  return {
    count: counted.count,
    ...(use === undefined
      ? {}
      : { active: use.active, recently_used: use.recentlyUsed }),
  };
}

/**
 * Owned ones that are not listed and whose last values hold a handle: nothing is planned for them.
 */
function unseen(
  inventory: Inventory | null,
  connections: readonly SnapshotConnection[],
  handles: Handles,
): readonly SnapshotConnection[] {
  const seen = new Set(connections.map(({ key }) => key));
  return (inventory?.entries ?? [])
    .filter(({ key }) => !seen.has(key))
    .filter(({ lastApplied: last, local }) => handles.isIn([last, local ?? {}]))
    .map(({ key, provider, authType }) => ({
      key,
      id: "",
      provider,
      auth_type: authType,
      status: "",
      enabled: false,
      problem: ENTANGLED,
    }));
}
