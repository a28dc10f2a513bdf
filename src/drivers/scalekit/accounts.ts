import {
  UNKNOWN_ACCOUNTS,
  type ConnectionAccounts,
  type ListedAccount,
} from "../../domain/account.ts";
import { RemoteError } from "../../domain/problem/error.ts";
import type { JsonObject } from "../../domain/json.ts";
import { sha256 } from "../../util/hash.ts";
import type { ApiClient } from "../api-client.ts";
import { readPages, type ListRequest } from "../pages.ts";
import { parsePage, stringAt, type WirePage } from "../wire-reading.ts";

const PATH = "/api/v1/connected_accounts";
const ROUTE = "GET /api/v1/connected_accounts";
const MEMBER = "connected_accounts";

/**
 * The largest page both of the vendor's documents allow.
 * @remarks Source: docs/drivers/scalekit-api.md section 16.
 */
const PAGE_SIZE = "99";

/** @remarks Source: docs/drivers/scalekit-api.md section 16: `connection_names` takes up to 20. */
const MOST_NAMES = 20;

/**
 * Answers that are about the request itself, so that one name may be what spoils it for the others.
 */
const FAULTS_OF_A_REQUEST: readonly (number | null)[] = [400, 413, 414, 431];

/** What accounts are read with. */
interface Reading {
  readonly api: ApiClient;
  /** Most accounts of a connection that are read one by one. */
  readonly listUpTo: number;
  readonly signal: AbortSignal;
}

type Entry = readonly [name: string, accounts: ConnectionAccounts];

/**
 * The accounts of many connections. Twenty names are asked for at once: a page that holds all their
 * accounts tells everything. Where it does not, the names are divided until it does, or until one
 * is left, whose total is the count. Asks the list only, which never shows a credential.
 */
export async function readAccounts(
  names: readonly string[],
  reading: Reading,
): Promise<ReadonlyMap<string, ConnectionAccounts>> {
  const distinct = [...new Set(names)];
  const batches = Array.from(
    { length: Math.ceil(distinct.length / MOST_NAMES) },
    (_, i) => distinct.slice(i * MOST_NAMES, (i + 1) * MOST_NAMES),
  );
  return new Map(await readBatches(batches, reading));
}

async function readBatches(
  batches: readonly (readonly string[])[],
  reading: Reading,
): Promise<readonly Entry[]> {
  const read = await Promise.all(
    batches.map((names) => readBatch(names, reading)),
  );
  return read.flat();
}

async function readBatch(
  names: readonly string[],
  reading: Reading,
): Promise<readonly Entry[]> {
  const [name = "", ...others] = names;
  const page = await unlessRefused(reading, () => firstPage(names, reading));
  if (page === "faulted" && others.length > 0)
    return readBatches(divide(names, new Map()), reading);
  if (typeof page === "string" || isContradictory(page, names))
    return names.map((each) => [each, UNKNOWN_ACCOUNTS]);
  const accounts = wholeOf(page, names);
  if (accounts !== null)
    return names.map((each) => [each, toldOf(accounts.get(each) ?? [])]);
  return others.length > 0
    ? readBatches(divide(names, shownOf(page)), reading)
    : [[name, await readOne(name, page, reading)]];
}

async function firstPage(
  names: readonly string[],
  { api, signal }: Reading,
): Promise<WirePage> {
  const { path, route, query, member } = listOf(names);
  const reply = await api.call(
    { method: "GET", path, route, query, list: member, isIdempotent: true },
    signal,
  );
  return parsePage(reply, MEMBER, ROUTE);
}

function listOf(names: readonly string[], pageToken?: string): ListRequest {
  return {
    path: PATH,
    route: ROUTE,
    query: {
      connection_names: names,
      page_size: PAGE_SIZE,
      ...(pageToken === undefined ? {} : { page_token: pageToken }),
    },
    member: MEMBER,
  };
}

/**
 * A total that is left out is zero; one that is less than what is shown, or accounts of others,
 * make the whole answer unbelievable.
 */
function isContradictory(page: WirePage, names: readonly string[]): boolean {
  return (
    !Number.isSafeInteger(page.totalSize) ||
    page.totalSize < page.items.length + page.unusable.length ||
    page.items.some((item) => {
      const owner = stringAt(item, "connector");
      return owner !== "" && !names.includes(owner);
    })
  );
}

/**
 * Every account by its connection, where the page shows them all and each can be told apart; `null`
 * where it does not.
 */
function wholeOf(
  page: WirePage,
  names: readonly string[],
): ReadonlyMap<string, readonly ListedAccount[]> | null {
  const { items, totalSize, nextPageToken } = page;
  if (totalSize !== items.length || nextPageToken !== "") return null;
  // Where one connection was asked about, an account that does not name its own is that one's.
  const fallback = names.length === 1 ? names[0] : undefined;
  const byName = new Map<string, ListedAccount[]>();
  const seen = new Set<string>();
  for (const item of items) {
    const owner = stringAt(item, "connector") || fallback;
    const account = decodeAccount(item);
    if (owner === undefined || account === null) return null;
    if (seen.has(account.idHash)) return null;
    seen.add(account.idHash);
    const accounts = byName.get(owner);
    if (accounts === undefined) byName.set(owner, [account]);
    else accounts.push(account);
  }
  return byName;
}

function toldOf(listed: readonly ListedAccount[]): ConnectionAccounts {
  return { count: listed.length, listed };
}

/** How many accounts of each connection a page shows. */
function shownOf({ items }: WirePage): ReadonlyMap<string, number> {
  const shown = new Map<string, number>();
  for (const item of items) {
    const owner = stringAt(item, "connector");
    shown.set(owner, (shown.get(owner) ?? 0) + 1);
  }
  return shown;
}

/**
 * Two parts that show about as many accounts each, so that a connection with many soon stands
 * alone; halves where nothing is shown.
 */
function divide(
  names: readonly string[],
  shown: ReadonlyMap<string, number>,
): readonly (readonly string[])[] {
  const weight = (name: string): number => shown.get(name) ?? 0;
  const ordered = [...names].sort((a, b) => weight(b) - weight(a));
  const half = ordered.reduce((sum, name) => sum + weight(name), 0) / 2;
  let cut = half === 0 ? Math.ceil(ordered.length / 2) : 0;
  for (let sum = 0; sum < half && cut < ordered.length - 1; cut += 1)
    sum += weight(ordered[cut] ?? "");
  return [ordered.slice(0, cut), ordered.slice(cut)];
}

/**
 * One connection that a page does not tell everything of: its total is the count, and the pages
 * behind tell of the accounts.
 */
async function readOne(
  name: string,
  first: WirePage,
  reading: Reading,
): Promise<ConnectionAccounts> {
  const count = first.totalSize;
  if (count > reading.listUpTo) return { count, listed: "unknown" };
  const listed = await unlessRefused(reading, () =>
    listRest(name, first, reading),
  );
  if (listed === "contradictory") return UNKNOWN_ACCOUNTS;
  return { count, listed: typeof listed === "string" ? "unknown" : listed };
}

async function listRest(
  name: string,
  first: WirePage,
  reading: Reading,
): Promise<readonly ListedAccount[] | "unknown" | "contradictory"> {
  const accounts = new Map<string, ListedAccount>();
  let shown = 0;
  let total = 0;
  for await (const page of pagesFrom(name, first, reading)) {
    if (isContradictory(page, [name])) return "contradictory";
    // An account that cannot be read is one nobody can count the use of.
    if (page.unusable.length > 0) return "unknown";
    for (const item of page.items) {
      const account = decodeAccount(item);
      if (account === null) return "unknown";
      accounts.set(account.idHash, account);
    }
    if (accounts.size > reading.listUpTo) return "unknown";
    shown += page.items.length;
    total = page.totalSize;
  }
  // Pages that end before all accounts were shown have not told of every one.
  return shown < total ? "unknown" : [...accounts.values()];
}

async function* pagesFrom(
  name: string,
  first: WirePage,
  { api, signal }: Reading,
): AsyncGenerator<WirePage> {
  yield first;
  const { nextPageToken } = first;
  if (nextPageToken !== "")
    yield* readPages(api, listOf([name], nextPageToken), signal);
}

/** `null` for one without a handle: it cannot be told from another. */
function decodeAccount(raw: JsonObject): ListedAccount | null {
  const id = stringAt(raw, "id");
  if (id === "") return null;
  return {
    idHash: sha256(id),
    status: stringAt(raw, "status") || "CONNECTION_STATUS_UNSPECIFIED",
    updatedAt: stringAt(raw, "updated_at") || null,
    lastUsedAt: stringAt(raw, "last_used_at") || null,
  };
}

/** A refusal is an answer: nobody knows. Refused credentials and an ended run are not hidden. */
async function unlessRefused<T>(
  { signal }: Reading,
  ask: () => Promise<T>,
): Promise<T | "refused" | "faulted"> {
  try {
    return await ask();
  } catch (error) {
    const mustStop =
      signal.aborted || !(error instanceof RemoteError) || error.status === 401;
    if (mustStop) throw error;
    return FAULTS_OF_A_REQUEST.includes(error.status) ? "faulted" : "refused";
  }
}
