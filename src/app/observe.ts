import type {
  DesiredConnection,
  ListedConnection,
  LiveConnection,
} from "../domain/connection.ts";
import { RemoteError } from "../domain/error.ts";
import type { Inventory } from "../domain/inventory.ts";
import { getAt } from "../domain/pointer.ts";
import type { ConnectionsReader } from "../ports/connections-api.ts";
import type { EventSink } from "../ports/event-sink.ts";
import { byKey } from "../util/compare-text.ts";

/** What the API reports now. */
export interface Observation {
  /** Every connection of the environment, as the list shows it, sorted by key. */
  readonly listed: readonly ListedConnection[];
  /** Those that are declared or owned, in full, sorted by key. */
  readonly live: readonly LiveConnection[];
}

/**
 * Reads live: ceil(N/30) list pages and one read for each connection that is declared or owned, no more. Reading objects starts
 * while pages still arrive; the driver bounds how many requests are under way.
 */
export async function observe(
  api: ConnectionsReader,
  wanted: ReadonlySet<string>,
  sink: EventSink,
  signal: AbortSignal,
): Promise<Observation> {
  const listed = new Map<string, ListedConnection>();
  const reads: Promise<LiveConnection | null>[] = [];
  let done = 0;
  const read = async (
    item: ListedConnection,
  ): Promise<LiveConnection | null> => {
    const live = await api.get(item, signal);
    done += 1;
    sink.emit({ kind: "fetched", done, total: reads.length });
    return live;
  };
  for await (const page of api.listPages(signal)) {
    for (const item of page) {
      const other = listed.get(item.key);
      if (other !== undefined) {
        if (wanted.has(item.key) && other.remoteId !== item.remoteId)
          throw twoOfOneName(item.key);
        continue;
      }
      listed.set(item.key, item);
      if (!wanted.has(item.key)) continue;
      const reading = read(item);
      // Awaited below; without this a failure during a later page would count as unhandled.
      reading.catch(() => undefined);
      reads.push(reading);
    }
    sink.emit({ kind: "listed", count: listed.size });
  }
  const live = (await Promise.all(reads)).filter((found) => found !== null);
  const present = new Set(live.map((found) => found.remoteId));
  return {
    // One that vanished between the list and the read is not there.
    listed: [...listed.values()]
      .filter((item) => !wanted.has(item.key) || present.has(item.remoteId))
      .sort(byKey),
    live: live.sort(byKey),
  };
}

/** Which of the two a document is about cannot be told; taking either could change a stranger's. */
function twoOfOneName(key: string): RemoteError {
  return new RemoteError(
    "DRV020",
    `the API lists two connections named "${key}"`,
    {
      status: null,
      why: "a name belongs to one connection; it may have been deleted and made again while the list was read",
      fix: "run the command again; if it stays so, remove one of them on the platform",
      notDone: "nothing was changed",
    },
  );
}

/** Names whose live objects matter: declared ones, their previous names, and owned ones. */
export function wantedKeys(
  desired: readonly DesiredConnection[],
  inventory: Inventory | null,
): Set<string> {
  const keys = new Set<string>();
  for (const connection of desired) {
    keys.add(connection.key);
    const previous = getAt(connection.document, "/lifecycle/previous_ids");
    if (Array.isArray(previous))
      for (const name of previous) if (typeof name === "string") keys.add(name);
  }
  for (const entry of inventory?.entries ?? []) keys.add(entry.key);
  return keys;
}
