import {
  UNKNOWN_ACCOUNTS,
  type ConnectionAccounts,
} from "../../domain/account.ts";
import type {
  DesiredConnection,
  FieldValues,
  ListedConnection,
  LiveConnection,
} from "../../domain/connection.ts";
import type {
  Snapshot,
  SnapshotConnection,
  SnapshotLive,
} from "../../domain/generated/snapshot.ts";
import { ConflictError } from "../../domain/problem/error.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { ConnectionsReader } from "../../ports/connections-api.ts";
import { shellWord } from "../../util/shell-word.ts";
import { saltedDigest } from "./handles.ts";

/** What a snapshot is read with. */
export interface SnapshotReading extends Pick<
  ConnectionsReader,
  "audit" | "capabilities"
> {
  /** What the documents ask for: values that the platform makes are held against theirs. */
  readonly desired: readonly DesiredConnection[];
}

/**
 * The reading half of a driver over a snapshot: answers as the platform did when it was taken, and
 * reaches nobody.
 */
export function createSnapshotApi(
  snapshot: Snapshot,
  { audit, capabilities, desired }: SnapshotReading,
): ConnectionsReader {
  const { target, connections } = snapshot;
  const declared = declaredValues(snapshot, desired);
  const items = new Map<ListedConnection, SnapshotConnection>();
  const listed = connections.map((each) => {
    const item = listedOf(each);
    items.set(item, each);
    return item;
  });
  const byKey = new Map(connections.map((each) => [each.key, each]));
  const read = (item: ListedConnection): Promise<LiveConnection> => {
    const each = items.get(item);
    return each?.live === undefined
      ? Promise.reject(notTold(item.key, snapshot.environment))
      : Promise.resolve(liveOf(item, each.live, declared));
  };
  return {
    driver: target.driver,
    apiHost: target.api_host,
    capabilities,
    audit,
    listPages: () => pageOf(listed),
    get: read,
    find: async (key) => {
      const item = listed.find((one) => one.key === key);
      return item === undefined ? null : read(item);
    },
    readAccounts: (keys) =>
      Promise.resolve(
        new Map(keys.map((key) => [key, accountsOf(byKey.get(key))])),
      ),
    examinePermissions: () => Promise.resolve([]),
  };
}

async function* pageOf(
  listed: readonly ListedConnection[],
): AsyncIterable<readonly ListedConnection[]> {
  yield await Promise.resolve(listed);
}

function notTold(key: string, environment: string): ConflictError {
  return new ConflictError(
    "SNP005",
    `the snapshot does not tell "${key}" in full`,
    {
      why: "it was taken without the connections that nobody declared or owned, and a document declares this one now",
      fix: `take one that tells all of them: tieline snapshot ${shellWord(environment)} --out snapshot.json`,
      notDone: "nothing was planned",
    },
  );
}

function listedOf(each: SnapshotConnection): ListedConnection {
  const { key, provider, status, problem } = each;
  return {
    key,
    remoteId: each.id,
    provider,
    authType: each.auth_type,
    status,
    isEnabled: each.enabled,
    ...(problem === undefined ? {} : { problem }),
  };
}

function liveOf(
  { key, remoteId }: ListedConnection,
  live: SnapshotLive,
  declared: ReadonlyMap<string, JsonValue>,
): LiveConnection {
  const { provider, status, fields, unknown, newer } = live;
  return {
    key,
    remoteId,
    provider,
    authType: live.auth_type,
    status,
    isEnabled: live.enabled,
    fields,
    computed: computedOf(live, declared),
    observed: {},
    fingerprint: live.fingerprint,
    ...(unknown === undefined ? {} : { unknown }),
    ...(newer === undefined ? {} : { newer }),
  };
}

/** Stands for a value that is another one than any document declares. */
const OTHER = "(not told)";

function computedOf(
  { computed }: SnapshotLive,
  declared: ReadonlyMap<string, JsonValue>,
): FieldValues {
  return Object.fromEntries(
    Object.entries(computed).map(([pointer, digest]) => [
      pointer,
      declared.get(digest) ?? OTHER,
    ]),
  );
}

/** Every declared value of a field that the platform makes, by its digest in this snapshot. */
function declaredValues(
  { salt }: Snapshot,
  desired: readonly DesiredConnection[],
): ReadonlyMap<string, JsonValue> {
  return new Map(
    desired.flatMap(({ expected }) =>
      Object.entries(expected).map(([pointer, value]): [string, JsonValue] => [
        saltedDigest(salt, pointer, value),
        value,
      ]),
    ),
  );
}

function accountsOf(each: SnapshotConnection | undefined): ConnectionAccounts {
  const accounts = each?.accounts;
  if (accounts === undefined) return UNKNOWN_ACCOUNTS;
  const { count, active, recently_used: recentlyUsed } = accounts;
  return {
    count,
    listed: "unknown",
    ...(active === undefined || recentlyUsed === undefined
      ? {}
      : { use: { active, recentlyUsed } }),
  };
}
