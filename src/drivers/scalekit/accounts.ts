import type { ListedAccount } from "../../domain/account.ts";
import { RemoteError } from "../../domain/problem/error.ts";
import type { JsonObject } from "../../domain/json.ts";
import { sha256 } from "../../util/hash.ts";
import type { ApiClient } from "../api-client.ts";
import { readPages } from "../pages.ts";
import { parsePage, stringAt } from "../wire-reading.ts";

const PATH = "/api/v1/connected_accounts";
const ROUTE = "GET /api/v1/connected_accounts";
const MEMBER = "connected_accounts";

/**
 * The largest page both of the vendor's documents allow.
 * @remarks Source: docs/drivers/scalekit-api.md section 16.
 */
const PAGE_SIZE = "99";

/**
 * How many accounts a connection has; `"unknown"` when the API refuses to say.
 * @remarks Source: docs/drivers/scalekit-api.md section 16.
 */
export async function countAccounts(
  api: ApiClient,
  key: string,
  signal: AbortSignal,
): Promise<number | "unknown"> {
  return unlessRefused(signal, async () => {
    const reply = await api.call(
      {
        method: "GET",
        path: PATH,
        route: ROUTE,
        query: { connection_names: key, page_size: "1" },
        list: MEMBER,
        isIdempotent: true,
      },
      signal,
    );
    const page = parsePage(reply, MEMBER, ROUTE);
    // A total that is left out is zero; one that contradicts the page is not believed.
    const shown = page.items.length + page.unusable.length;
    return page.totalSize < shown ? "unknown" : page.totalSize;
  });
}

/** Every account of a connection; `"unknown"` when the API refuses to say. Asks the list only, which never shows a credential. */
export async function listAccounts(
  api: ApiClient,
  key: string,
  signal: AbortSignal,
): Promise<readonly ListedAccount[] | "unknown"> {
  const list = {
    path: PATH,
    route: ROUTE,
    query: { connection_names: key, page_size: PAGE_SIZE },
    member: MEMBER,
  };
  return unlessRefused(signal, async () => {
    const accounts = new Map<string, ListedAccount>();
    for await (const page of readPages(api, list, signal)) {
      // An account that cannot be read is one nobody can count the use of.
      if (page.unusable.length > 0) return "unknown";
      for (const item of page.items) {
        const account = decodeAccount(item);
        accounts.set(account.idHash, account);
      }
    }
    return [...accounts.values()];
  });
}

function decodeAccount(raw: JsonObject): ListedAccount {
  return {
    idHash: sha256(stringAt(raw, "id")),
    status: stringAt(raw, "status") || "CONNECTION_STATUS_UNSPECIFIED",
    updatedAt: stringAt(raw, "updated_at") || null,
    lastUsedAt: stringAt(raw, "last_used_at") || null,
  };
}

/** A refusal is an answer: nobody knows. Refused credentials and an ended run are not hidden. */
async function unlessRefused<T>(
  signal: AbortSignal,
  ask: () => Promise<T>,
): Promise<T | "unknown"> {
  try {
    return await ask();
  } catch (error) {
    const mustStop =
      signal.aborted || !(error instanceof RemoteError) || error.status === 401;
    if (mustStop) throw error;
    return "unknown";
  }
}
