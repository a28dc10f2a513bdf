import { append } from "../../util/append.ts";
import type {
  ListedConnection,
  LiveConnection,
} from "../../domain/connection.ts";
import type { JsonObject } from "../../domain/json.ts";
import { readOne } from "../read-one.ts";
import type { ConnectionsReader } from "../../ports/connections-api.ts";
import type { ApiClient } from "../api-client.ts";
import { readAccounts } from "./accounts.ts";
import { CAPABILITIES } from "./capabilities.ts";
import { decodeListed, decodeLive, type ResolvedProvider } from "./codec.ts";
import { readPages } from "../pages.ts";
import type { ProviderDirectory } from "./provider-directory.ts";
import {
  assertNotHidden,
  unreadableConnection,
  unreadableListed,
  unusableListed,
} from "../unreadable.ts";
import {
  parseConnectionReply,
  parseListed,
  type WireConnection,
} from "./wire.ts";

const LIST_ROUTE = "GET /api/v1/connections/app";
const GET_ROUTE = "GET /api/v1/connections/{id}";

/** The path of one connection, with an action behind a colon where there is one. */
export function connectionPath(remoteId: string, action?: string): string {
  const path = `/api/v1/connections/${encodeURIComponent(remoteId)}`;
  return action === undefined ? path : `${path}:${action}`;
}

/** One connection as the wire shows it, or `null` when there is none of this handle. */
export function readConnection(
  api: ApiClient,
  remoteId: string,
  signal: AbortSignal,
): Promise<WireConnection | null> {
  return readOne(
    api,
    {
      path: connectionPath(remoteId),
      route: GET_ROUTE,
      id: remoteId,
      parse: parseConnectionReply,
    },
    signal,
  );
}

/** The reading half of the driver, without what needs no network. */
export type ScalekitReader = Pick<
  ConnectionsReader,
  "listPages" | "get" | "find" | "readAccounts"
> &
  Omit<Decoder, "decode"> & {
    /** Names of the connections that have this `provider_key`, or may have it. */
    usersOf(
      providerKey: string,
      signal: AbortSignal,
    ): Promise<readonly string[]>;
  };

/** A connection of a page, with the key of its provider; `""` where it cannot be read. */
interface Shown {
  readonly listed: ListedConnection;
  readonly providerKey: string;
}

/** Makes connections of what the wire shows, and knows it of each again. */
interface Decoder {
  /** @throws RemoteError DRV062 for one that is not what the API says. */
  readonly decode: (
    wire: WireConnection,
    signal: AbortSignal,
  ) => Promise<LiveConnection>;
  /**
   * What the wire showed of a connection that was given out here; `undefined` of any other, a copy
   * included.
   */
  readonly wireOf: (
    live: LiveConnection | undefined,
  ) => WireConnection | undefined;
  /**
   * A connection as the answer to a write shows it; `undefined` where it cannot be used. Never
   * fails: the write is done, and what its answer does not show can be read.
   */
  readonly shownBy: (
    wire: WireConnection,
    signal: AbortSignal,
  ) => Promise<LiveConnection | undefined>;
}

function createDecoder(directory: ProviderDirectory): Decoder {
  const wires = new WeakMap<LiveConnection, WireConnection>();
  const decode: Decoder["decode"] = async (wire, signal) => {
    const provider = await directory.resolve(wire.providerKey, signal);
    assertReadable(wire, provider);
    const live = decodeLive(wire, provider);
    wires.set(live, wire);
    return live;
  };
  return {
    decode,
    wireOf: (live) => (live === undefined ? undefined : wires.get(live)),
    async shownBy(wire, signal) {
      try {
        return await decode(wire, signal);
      } catch {
        return undefined;
      }
    },
  };
}

export function createReader(
  api: ApiClient,
  directory: ProviderDirectory,
): ScalekitReader {
  const show = async (raw: JsonObject, signal: AbortSignal): Promise<Shown> => {
    const wire = parseListed(raw);
    if ("problem" in wire)
      return { listed: unreadableListed(wire, wire.problem), providerKey: "" };
    const { providerKey } = wire;
    const provider = await directory.resolve(providerKey, signal);
    return { listed: decodeListed(wire, provider), providerKey };
  };

  const pages = async function* (
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): AsyncGenerator<readonly Shown[]> {
    const seen = new Set<string>();
    const list = {
      path: "/api/v1/connections/app",
      route: LIST_ROUTE,
      query: { page_size: String(CAPABILITIES.pageSize), ...query },
      member: "connections",
    };
    for await (const page of readPages(api, list, signal)) {
      const shown = await Promise.all(
        page.items.map((item) => show(item, signal)),
      );
      const hidden = page.unusable.map((item): Shown => ({
        listed: unusableListed(item, IDENTITY),
        providerKey: "",
      }));
      // Pages move when connections come and go while they are read; nobody sees a connection
      // twice.
      const fresh = [...shown, ...hidden].filter(
        ({ listed: { remoteId } }) => remoteId === "" || !seen.has(remoteId),
      );
      for (const { listed } of fresh) seen.add(listed.remoteId);
      yield fresh;
    }
  };

  const { decode, wireOf, shownBy } = createDecoder(directory);
  const getById = async (
    remoteId: string,
    signal: AbortSignal,
  ): Promise<LiveConnection | null> => {
    const wire = await readConnection(api, remoteId, signal);
    return wire === null ? null : decode(wire, signal);
  };

  return {
    wireOf,
    shownBy,
    async *listPages(signal) {
      for await (const page of pages({}, signal))
        yield page.map(({ listed }) => listed);
    },
    get: (listed, signal) => getById(listed.remoteId, signal),
    async find(key, signal) {
      const unreadable: ListedConnection[] = [];
      for await (const page of pages(searchFor(key), signal)) {
        const all = page.map(({ listed }) => listed);
        const match = all.find(
          (listed) => listed.key === key && listed.problem === undefined,
        );
        if (match !== undefined) return getById(match.remoteId, signal);
        append(unreadable, all.filter(hasProblem));
      }
      assertNotHidden(key, unreadable, LIST_ROUTE);
      return null;
    },
    readAccounts: (keys, { listUpTo }, signal) =>
      readAccounts(keys, { api, listUpTo, signal }),
    async usersOf(wanted, signal) {
      const users: string[] = [];
      for await (const page of pages({}, signal))
        for (const { listed, providerKey } of page)
          // One that cannot be read may be a user.
          if (providerKey === wanted || listed.problem !== undefined)
            users.push(listed.key);
      return users;
    },
  };
}

/**
 * @throws RemoteError DRV062 for a connection, or the provider of one, that is not what the API
 * says.
 */
export function assertReadable(
  wire: WireConnection,
  provider: ResolvedProvider,
): void {
  const { key, problem } = decodeListed(wire, provider);
  if (problem !== undefined)
    throw unreadableConnection(key, problem, GET_ROUTE);
}

/** Members that say which connection an item of the list is. */
const IDENTITY = { key: "key_id", id: "id" } as const;

/**
 * There is no look-up by name; a search narrows the list where its rules allow one, the exact
 * comparison is ours.
 * @remarks Source: docs/drivers/scalekit-api.md section 8: `query` has 3 to 100 characters.
 */
function searchFor(key: string): Readonly<Record<string, string>> {
  return key.length >= 3 && key.length <= 100 ? { query: key } : {};
}

function hasProblem({ problem }: ListedConnection): boolean {
  return problem !== undefined;
}
