import type { HttpReply } from "../ports/http-client.ts";
import type { ApiClient } from "./api-client.ts";
import { isNotFound, misfit } from "./wire-reading.ts";

/** Where one object is read, and how its reply is understood. */
export interface ReadOne<T> {
  readonly path: string;
  readonly route: string;
  /** Handle that was asked for; a reply about another one is refused. */
  readonly id: string;
  readonly parse: (reply: HttpReply, route: string) => T;
}

/**
 * One object, or `null` when there is none of this handle. @throws RemoteError DRV020 for a reply
 * about something else.
 */
export async function readOne<T extends { readonly id: string }>(
  api: ApiClient,
  { path, route, id, parse }: ReadOne<T>,
  signal: AbortSignal,
): Promise<T | null> {
  try {
    const reply = await api.call(
      { method: "GET", path, route, isIdempotent: true },
      signal,
    );
    const found = parse(reply, route);
    if (found.id !== id) throw misfit(route, "it is about another connection");
    return found;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}
