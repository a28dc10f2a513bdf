import type {
  ListedConnection,
  LiveConnection,
} from "../../domain/connection.ts";
import type { ComposedInput } from "../../environment/documents/composed-input.ts";
import type { ConnectionsReader } from "../../ports/connections-api.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import type { Adoption } from "../import/adopt-drift.ts";

/** What was read of one connection. */
interface Remembered {
  /** What the list showed of it then. */
  readonly listed: string;
  readonly live: LiveConnection;
  /** Number of the tick in which it was read. */
  readonly readIn: number;
}

/**
 * What ticks of one environment read of the platform. It saves requests and nothing else: a change
 * that is made has preconditions of its own, which read afresh.
 */
export interface LiveMemory {
  /** Number of the tick under way. */
  tick: number;
  readonly byKey: Map<string, Remembered>;
  /** Keys whose turn it is to be read in full. */
  due: ReadonlySet<string>;
  /** The pages of this tick, for whoever lists a second time. */
  pages: (readonly ListedConnection[])[] | null;
  /** What the environment is made from, by commit. */
  readonly inputs: Map<string, ComposedInput>;
  /** What the documents would say of the drift, by commit and drift. */
  adoption: { readonly key: string; readonly value: Adoption } | null;
}

/** Remembers nothing yet. */
export function createLiveMemory(): LiveMemory {
  return {
    tick: 0,
    byKey: new Map(),
    due: new Set(),
    pages: null,
    inputs: new Map(),
    adoption: null,
  };
}

/** Begins a tick: those that were not read for the longest time are due, one in `every` of all. */
export function beginTick(memory: LiveMemory, every: number): void {
  memory.tick += 1;
  memory.pages = null;
  const share = Math.ceil(memory.byKey.size / every);
  memory.due = new Set(
    [...memory.byKey]
      .sort(
        ([left, a], [right, b]) =>
          a.readIn - b.readIn || (left < right ? -1 : 1),
      )
      .slice(0, share)
      .map(([key]) => key),
  );
}

/** Forgets what was read of these connections, and what the list showed. */
export function forgetLive(memory: LiveMemory, keys: Iterable<string>): void {
  memory.pages = null;
  for (const key of keys) memory.byKey.delete(key);
}

/**
 * The API as ticks read it: each page once a tick, and of the connections those that are due, those
 * that are new, and those of which the list shows something else than when they were read.
 */
export function rememberingReader(
  api: ConnectionsReader,
  memory: LiveMemory,
): ConnectionsReader {
  return {
    driver: api.driver,
    apiHost: api.apiHost,
    capabilities: api.capabilities,
    audit: (connections) => api.audit(connections),
    listPages: (signal) => listOnce(api, memory, signal),
    async get(listed, signal) {
      const known = memory.byKey.get(listed.key);
      const shown = canonicalJson(listed);
      const isCurrent =
        known?.listed === shown &&
        (known.readIn === memory.tick || !memory.due.has(listed.key));
      if (isCurrent) return known.live;
      const live = await api.get(listed, signal);
      if (live === null) memory.byKey.delete(listed.key);
      else
        memory.byKey.set(listed.key, {
          listed: shown,
          live,
          readIn: memory.tick,
        });
      return live;
    },
    find: (key, signal) => api.find(key, signal),
    readAccounts: (keys, options, signal) =>
      api.readAccounts(keys, options, signal),
    examinePermissions: (signal) => api.examinePermissions(signal),
  };
}

async function* listOnce(
  api: ConnectionsReader,
  memory: LiveMemory,
  signal: AbortSignal,
): AsyncIterable<readonly ListedConnection[]> {
  if (memory.pages !== null) {
    yield* memory.pages;
    return;
  }
  const pages: (readonly ListedConnection[])[] = [];
  for await (const page of api.listPages(signal)) {
    pages.push(page);
    yield page;
  }
  memory.pages = pages;
  const shown = new Set(pages.flatMap((page) => page.map(({ key }) => key)));
  for (const key of memory.byKey.keys())
    if (!shown.has(key)) memory.byKey.delete(key);
}
