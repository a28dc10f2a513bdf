import { RemoteError } from "../domain/problem/error.ts";
import { isJsonObject, type JsonObject } from "../domain/json.ts";
import type { HttpReply } from "../ports/http-client.ts";
import type { ListItem, UnusableItem } from "../util/json-list.ts";

/** One page of a list. */
export interface WirePage {
  readonly items: readonly JsonObject[];
  /** Items that cannot be used: each may stand for anything that is not among the others. */
  readonly unusable: readonly UnusableItem[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
  readonly totalSize: number;
}

/** A page whose items are under `member`. @throws RemoteError DRV020 */
export function parsePage(
  reply: HttpReply,
  member: string,
  route: string,
): WirePage {
  if (!isJsonObject(reply.body)) throw misfit(route, "it is not an object");
  const items = reply.items ?? wholeItems(reply.body, member, route);
  const total = reply.body["total_size"];
  return {
    items: items.flatMap((item) =>
      // Read from JSON, so it holds nothing but JSON.
      item.isUsable ? [item.value as JsonObject] : [],
    ),
    unusable: items.flatMap((item) => (item.isUsable ? [] : [item])),
    nextPageToken: stringAt(reply.body, "next_page_token"),
    totalSize: typeof total === "number" ? total : 0,
  };
}

/** The items of a page that was read in one piece. @throws RemoteError DRV020 */
function wholeItems(
  body: JsonObject,
  member: string,
  route: string,
): readonly ListItem[] {
  const given = Object.hasOwn(body, member) ? body[member] : null;
  if (given === null) return emptyPage(body, member, route);
  if (!Array.isArray(given)) throw misfit(route, `"${member}" is not a list`);
  return given.map((value: unknown) =>
    isJsonObject(value)
      ? { isUsable: true, value }
      : { isUsable: false, problem: "no-object", texts: new Map() },
  );
}

const PAGE_MEMBERS = ["total_size", "next_page_token", "prev_page_token"];

/**
 * The items of a page that leaves them out, as an empty list is left out. An answer that counts
 * some, goes on, or is another thing altogether is not believed: whoever takes it for an empty
 * account creates everything anew. @throws RemoteError DRV020
 */
function emptyPage(
  body: JsonObject,
  member: string,
  route: string,
): readonly ListItem[] {
  const names = Object.keys(body);
  const isPage =
    names.length === 0 ||
    names.some((name) => name === member || PAGE_MEMBERS.includes(name));
  const total = body["total_size"];
  const hasMore =
    (typeof total === "number" && total > 0) ||
    stringAt(body, "next_page_token") !== "";
  if (!isPage || hasMore) throw misfit(route, `"${member}" is missing`);
  return [];
}

/** A member as text; anything else is the zero value. */
export function stringAt(object: JsonObject, member: string): string {
  const value = Object.hasOwn(object, member) ? object[member] : undefined;
  return typeof value === "string" ? value : "";
}

/** A member as an object; anything else is the empty one. */
export function objectAt(object: JsonObject, member: string): JsonObject {
  const value = Object.hasOwn(object, member) ? object[member] : undefined;
  return isJsonObject(value) ? value : {};
}

/** The API said something it never says. */
export function misfit(route: string, what: string): RemoteError {
  return new RemoteError(
    "DRV020",
    `the answer to "${route}" does not fit the API: ${what}`,
    {
      status: null,
      route,
      why: "nothing is concluded from an answer that is not understood",
      fix: "check that the environment's target is the API; if it is, the API changed and tieline needs an update",
    },
  );
}

/**
 * True for the API's own 404. A web page with that status is no answer and arrives as another
 * error.
 */
export function isNotFound(error: unknown): boolean {
  return (
    error instanceof RemoteError &&
    error.status === 404 &&
    error.code === "DRV004"
  );
}
