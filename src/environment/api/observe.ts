import type {
  DesiredConnection,
  ListedConnection,
  LiveConnection,
} from "../../domain/connection.ts";
import type { Inventory } from "../../domain/state/inventory.ts";
import { getAt } from "../../domain/field/pointer.ts";
import type { ConnectionsReader } from "../../ports/connections-api.ts";
import type { EventSink } from "../../ports/event-sink.ts";
import { byKey } from "../../util/compare-text.ts";
import { readConnection, type Reading } from "./read-connection.ts";

/** What the API reports now. */
export interface Observation {
  /**
   * Every connection of the environment, as the list shows it, sorted by key; those without a name
   * that is beyond doubt come last.
   */
  readonly listed: readonly ListedConnection[];
  /** Those that are declared or owned and can be read, in full, sorted by key. */
  readonly live: readonly LiveConnection[];
}

/** Names whose connections are read in full. */
export interface Wanted {
  /** Those that are known to be from the beginning. */
  readonly now: ReadonlySet<string>;
  /** All of them, as soon as that is known. */
  readonly later: Promise<ReadonlySet<string>>;
}

/**
 * Reads live: ceil(N/30) list pages and one read for each connection that is declared or owned, no
 * more. Reading objects starts while pages still arrive; the driver bounds how many requests are
 * under way.
 */
export async function observe(
  api: ConnectionsReader,
  wanted: ReadonlySet<string>,
  sink: EventSink,
  signal: AbortSignal,
): Promise<Observation> {
  const names = { now: wanted, later: Promise.resolve(wanted) };
  return observeAhead(api, names, { sink, signal });
}

/**
 * As {@link observe}, from before it is known which connections are wanted. Makes the same
 * requests.
 */
export async function observeAhead(
  api: ConnectionsReader,
  { now, later }: Wanted,
  { sink, signal }: { readonly sink: EventSink; readonly signal: AbortSignal },
): Promise<Observation> {
  const listed = new Map<string, ListedConnection>();
  const unnamed: ListedConnection[] = [];
  const reads: Promise<Reading>[] = [];
  let done = 0;
  const read = async (item: ListedConnection): Promise<Reading> => {
    const reading = await readConnection(api, item, signal);
    done += 1;
    sink.emit({ kind: "fetched", done, total: reads.length });
    return reading;
  };
  const begin = (item: ListedConnection): void => {
    const reading = read(item);
    // Awaited below; without this a failure during a later page would count as unhandled.
    reading.catch(() => undefined);
    reads.push(reading);
  };
  const names = openNames({ now, later }, begin);
  for await (const page of api.listPages(signal)) {
    for (const item of page) {
      if (item.key === "") {
        unnamed.push(item);
        continue;
      }
      const other = listed.get(item.key);
      if (other !== undefined) {
        if (other.remoteId !== item.remoteId)
          listed.set(item.key, { ...other, problem: TWO_OF_ONE_NAME });
        continue;
      }
      listed.set(item.key, item);
      if (item.problem === undefined) names.take(item);
    }
    sink.emit({ kind: "listed", count: listed.size });
  }
  const wanted = await names.all;
  const present = new Map<string, LiveConnection>();
  for (const { item, live, problem } of await Promise.all(reads)) {
    if (live !== null) present.set(item.key, live);
    if (problem !== undefined) listed.set(item.key, { ...item, problem });
  }
  const all = [...listed.values()];
  const isReadable = ({ problem }: ListedConnection): boolean =>
    problem === undefined;
  return {
    // One that vanished between the list and the read is not there.
    listed: [
      ...all
        .filter((item) => {
          const isGone = wanted.has(item.key) && !present.has(item.key);
          return !isReadable(item) || !isGone;
        })
        .sort(byKey),
      ...unnamed,
    ],
    live: all
      .filter(isReadable)
      .flatMap(({ key }) => present.get(key) ?? [])
      .sort(byKey),
  };
}

/**
 * Begins with a connection as soon as it is known to be wanted; the others wait until all names are
 * known.
 */
function openNames(
  { now, later }: Wanted,
  begin: (item: ListedConnection) => void,
): {
  readonly take: (item: ListedConnection) => void;
  readonly all: Promise<ReadonlySet<string>>;
} {
  const waiting: ListedConnection[] = [];
  let known: ReadonlySet<string> | undefined;
  const all = later.then((names) => {
    known = names;
    for (const item of waiting.splice(0)) if (names.has(item.key)) begin(item);
    return names;
  });
  // Awaited by whoever reads the pages, after the last one.
  all.catch(() => undefined);
  return {
    all,
    take: (item) => {
      if ((known ?? now).has(item.key)) begin(item);
      else if (known === undefined) waiting.push(item);
    },
  };
}

/** Which of the two a document is about cannot be told; taking either could change a stranger's. */
const TWO_OF_ONE_NAME =
  "the API lists two connections of this name; one of them may have been deleted and made again meanwhile";

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
