import type {
  ListedConnection,
  LiveConnection,
} from "../../domain/connection.ts";
import { RemoteError } from "../../domain/problem/error.ts";
import type { ConnectionsReader } from "../../ports/connections-api.ts";

/** What came of reading one connection. */
export interface Reading {
  readonly item: ListedConnection;
  readonly live: LiveConnection | null;
  /** Why what was read cannot be used. */
  readonly problem?: string;
}

/**
 * Reads one connection; an answer that cannot be used is a fact about this one, and no reason to
 * stop.
 */
export async function readConnection(
  api: ConnectionsReader,
  item: ListedConnection,
  signal: AbortSignal,
): Promise<Reading> {
  try {
    const live = await api.get(item, signal);
    const problem = live?.newer;
    return problem === undefined
      ? { item, live }
      : { item, live: null, problem };
  } catch (error) {
    if (!(error instanceof RemoteError) || !UNUSABLE.has(error.code))
      throw error;
    const problem = error.code === "DRV062" ? error.why : error.message;
    return { item, live: null, problem: problem ?? error.message };
  }
}

/**
 * An answer that came and cannot be used: no JSON, not what the API says, or not what a connection
 * is.
 */
const UNUSABLE: ReadonlySet<string> = new Set(["DRV020", "DRV062"]);
