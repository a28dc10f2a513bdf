import { RemoteError } from "../../domain/error.ts";
import { isJsonObject, type JsonObject } from "../../domain/json.ts";
import type { HttpReply } from "../../ports/http-client.ts";

/**
 * A connection as the wire shows it, list and detail alike. Whether the server sends zero values is not known, so a missing
 * member reads as its zero value (scalekit-api.md section 4).
 */
export interface WireConnection {
  readonly id: string;
  readonly keyId: string;
  readonly providerKey: string;
  readonly type: string;
  readonly status: string;
  readonly isEnabled: boolean;
  readonly raw: JsonObject;
}

/** One page of a list. */
export interface WirePage {
  readonly items: readonly JsonObject[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
  readonly totalSize: number;
}

/** Takes a connection apart. @throws RemoteError DRV020 when it lacks what makes it one. */
export function parseConnection(value: unknown, route: string): WireConnection {
  if (!isJsonObject(value))
    throw misfit(route, "a connection is missing in it");
  const id = stringAt(value, "id");
  const type = stringAt(value, "type");
  if (id === "" || type === "")
    throw misfit(route, "a connection in it has no id or no type");
  return {
    id,
    // A connection always has a name today; one without cannot be told from others but by its handle.
    keyId: stringAt(value, "key_id") || id,
    providerKey: stringAt(value, "provider_key"),
    type,
    status: stringAt(value, "status") || "CONNECTION_STATUS_UNSPECIFIED",
    isEnabled: value["enabled"] === true,
    raw: value,
  };
}

/** The connection of a reply of the form `{connection: …}`. @throws RemoteError DRV020 */
export function parseConnectionReply(
  reply: HttpReply,
  route: string,
): WireConnection {
  return parseConnection(
    isJsonObject(reply.body) ? reply.body["connection"] : undefined,
    route,
  );
}

/** A page whose items are under `member`. @throws RemoteError DRV020 */
export function parsePage(
  reply: HttpReply,
  member: string,
  route: string,
): WirePage {
  if (!isJsonObject(reply.body)) throw misfit(route, "it is not an object");
  const items = reply.body[member] ?? [];
  if (!Array.isArray(items) || !items.every(isJsonObject))
    throw misfit(route, `"${member}" is not a list of objects`);
  const total = reply.body["total_size"];
  return {
    items,
    nextPageToken: stringAt(reply.body, "next_page_token"),
    totalSize: typeof total === "number" ? total : 0,
  };
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
