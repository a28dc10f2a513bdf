import type {
  ListedConnection,
  LiveConnection,
} from "../../domain/connection.ts";
import { readOne } from "../read-one.ts";
import type { ConnectionsReader } from "../../ports/connections-api.ts";
import type { ApiClient } from "../api-client.ts";
import { countAccounts, listAccounts } from "./accounts.ts";
import { decodeListed, decodeLive } from "./codec.ts";
import { readPages } from "../pages.ts";
import type { ProviderDirectory } from "./provider-directory.ts";
import {
  parseConnection,
  parseConnectionReply,
  type WireConnection,
} from "./wire.ts";

/** The largest page the API gives. @remarks Source: docs/drivers/scalekit-api.md section 8. */
const PAGE_SIZE = "30";

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
  "listPages" | "get" | "find" | "countAccounts" | "listAccounts"
> & {
  /** Every connection that has this `provider_key`, as the list shows it. */
  usersOf(providerKey: string, signal: AbortSignal): Promise<readonly string[]>;
};

export function createReader(
  api: ApiClient,
  directory: ProviderDirectory,
): ScalekitReader {
  const pages = async function* (
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): AsyncGenerator<readonly WireConnection[]> {
    const seen = new Set<string>();
    const list = {
      path: "/api/v1/connections/app",
      route: LIST_ROUTE,
      query: { page_size: PAGE_SIZE, ...query },
      member: "connections",
    };
    for await (const page of readPages(api, list, signal)) {
      // Pages move when connections come and go while they are read; nobody sees a connection twice.
      const fresh = page.items
        .map((item) => parseConnection(item, LIST_ROUTE))
        .filter(({ id }) => !seen.has(id));
      for (const { id } of fresh) seen.add(id);
      yield fresh;
    }
  };

  const toListed = async (
    wire: WireConnection,
    signal: AbortSignal,
  ): Promise<ListedConnection> =>
    decodeListed(wire, await directory.resolve(wire.providerKey, signal));

  const getById = async (
    remoteId: string,
    signal: AbortSignal,
  ): Promise<LiveConnection | null> => {
    const wire = await readConnection(api, remoteId, signal);
    return wire === null
      ? null
      : decodeLive(wire, await directory.resolve(wire.providerKey, signal));
  };

  return {
    async *listPages(signal) {
      for await (const page of pages({}, signal))
        yield await Promise.all(page.map((wire) => toListed(wire, signal)));
    },
    get: (listed, signal) => getById(listed.remoteId, signal),
    async find(key, signal) {
      for await (const page of pages(searchFor(key), signal)) {
        const match = page.find((wire) => wire.keyId === key);
        if (match !== undefined) return getById(match.id, signal);
      }
      return null;
    },
    countAccounts: (key, signal) => countAccounts(api, key, signal),
    listAccounts: (key, signal) => listAccounts(api, key, signal),
    async usersOf(providerKey, signal) {
      const users: string[] = [];
      for await (const page of pages({}, signal))
        for (const wire of page)
          if (wire.providerKey === providerKey) users.push(wire.keyId);
      return users;
    },
  };
}

/**
 * There is no look-up by name; a search narrows the list where its rules allow one, the exact
 * comparison is ours.
 * @remarks Source: docs/drivers/scalekit-api.md section 8: `query` has 3 to 100 characters.
 */
function searchFor(key: string): Readonly<Record<string, string>> {
  return key.length >= 3 && key.length <= 100 ? { query: key } : {};
}
