import type {
  ListedConnection,
  LiveConnection,
} from "../../domain/connection.ts";
import type { SkippedConnection } from "./report.ts";
import type { Inventory } from "../../domain/state/inventory.ts";
import type { ConnectionsReader } from "../../ports/connections-api.ts";
import type { EventSink } from "../../ports/event-sink.ts";
import type { StateStore } from "../../ports/state-store.ts";
import { byKey } from "../../util/compare-text.ts";
import { readConnection } from "../../environment/api/read-connection.ts";
import type { CheckReference } from "./draft/secret-references.ts";

/** An environment to import, opened. The API client is of a type that cannot write. */
export interface ImportSource {
  readonly name: string;
  readonly api: ConnectionsReader;
  readonly state: Pick<StateStore, "readInventory" | "place">;
  readonly checkReference: CheckReference;
}

/** What the platform has, in full where a document can be made of it. */
export interface LiveReading {
  /** By name, sorted. */
  readonly live: ReadonlyMap<string, LiveConnection>;
  /** Every name that is listed. */
  readonly names: ReadonlySet<string>;
  readonly skipped: readonly SkippedConnection[];
}

/** An environment with everything that was read from it. */
export interface ReadEnvironment {
  readonly source: ImportSource;
  readonly reading: LiveReading;
  readonly inventory: Inventory | null;
}

/**
 * Longest name of a connection. @remarks Source: connection_id in schemas/connection.schema.json,
 * which the tests hold against this.
 */
const MAX_KEY = 300;
const KEY = /^[A-Za-z0-9_:-](?:[A-Za-z0-9_: -]*[A-Za-z0-9_:-])?$/u;

/** Whether a document can be about a connection of this name. */
export function isDocumentKey(name: string): boolean {
  return name.length <= MAX_KEY && KEY.test(name);
}

/** Why there is no document for a name that {@link isDocumentKey} refuses. */
export const REFUSED_NAME: Pick<SkippedConnection, "why" | "fix"> = {
  why: "a document cannot hold its name: names have 1 to 300 letters, digits, underscores, colons, hyphens and inner spaces",
  fix: "rename it on the platform and import again",
};

/**
 * Reads every wanted connection in full. Two of one name are both left out: which of them a
 * document would mean cannot be told.
 */
export async function readLive(
  environment: string,
  api: ConnectionsReader,
  isWanted: (key: string) => boolean,
  progress: { readonly sink: EventSink; readonly signal: AbortSignal },
): Promise<LiveReading> {
  const { sink, signal } = progress;
  const listed = new Map<string, ListedConnection>();
  const doubled = new Set<string>();
  const skipped: SkippedConnection[] = [];
  for await (const page of api.listPages(signal)) {
    for (const item of page) {
      if (item.key === "") {
        skipped.push(unreadable(environment, item));
        continue;
      }
      const other = listed.get(item.key);
      if (other === undefined) listed.set(item.key, item);
      else if (other.remoteId !== item.remoteId) doubled.add(item.key);
    }
    sink.emit({ kind: "listed", count: listed.size });
  }
  const readable: ListedConnection[] = [];
  for (const item of [...listed.values()].filter(({ key }) => isWanted(key))) {
    if (!isDocumentKey(item.key))
      skipped.push({ environment, name: item.key, ...REFUSED_NAME });
    else if (doubled.has(item.key))
      skipped.push({
        environment,
        name: item.key,
        why: "the platform lists two connections of this name",
        fix: "remove or rename one of them there",
      });
    else if (item.problem !== undefined)
      skipped.push(unreadable(environment, item));
    else readable.push(item);
  }
  let done = 0;
  const total = readable.length;
  const found = await Promise.all(
    readable.map(async (item) => {
      const { live, problem } = await readConnection(api, item, signal);
      if (problem !== undefined)
        skipped.push(unreadable(environment, { ...item, problem }));
      done += 1;
      sink.emit({ kind: "fetched", done, total });
      return live;
    }),
  );
  const live = found.filter((one) => one !== null).sort(byKey);
  return {
    live: new Map(live.map((one) => [one.key, one])),
    names: new Set(listed.keys()),
    skipped,
  };
}

function unreadable(
  environment: string,
  { key, remoteId, problem = "" }: ListedConnection,
): SkippedConnection {
  return {
    environment,
    name: key || remoteId || "(one without a name)",
    why: `it cannot be read: ${problem}`,
    fix: "look at it in the platform's dashboard, save it there again, and import again",
  };
}
