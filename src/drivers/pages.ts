import type { ApiClient } from "./api-client.ts";
import { misfit, parsePage, type WirePage } from "./wire-reading.ts";

/** A list of the API. */
export interface ListRequest {
  readonly path: string;
  readonly route: string;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** Member of the reply that holds the items. */
  readonly member: string;
}

/**
 * Every page, one after the other: the token of a page is in the page before it.
 * @throws RemoteError DRV020 when a page token comes back a second time, which would never end.
 */
export async function* readPages(
  api: ApiClient,
  list: ListRequest,
  signal: AbortSignal,
): AsyncGenerator<WirePage> {
  const seen = new Set<string>();
  let token = "";
  for (;;) {
    const reply = await api.call(
      {
        method: "GET",
        path: list.path,
        route: list.route,
        query: token === "" ? list.query : { ...list.query, page_token: token },
        list: list.member,
        isIdempotent: true,
      },
      signal,
    );
    const page = parsePage(reply, list.member, list.route);
    yield page;
    token = page.nextPageToken;
    if (token === "") return;
    if (seen.has(token)) throw misfit(list.route, "its pages lead in a circle");
    seen.add(token);
  }
}
