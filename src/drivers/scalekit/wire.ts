import { isJsonObject, type JsonObject } from "../../domain/json.ts";
import type { HttpReply } from "../../ports/http-client.ts";
import { misfit, stringAt } from "../wire-reading.ts";

/**
 * A connection as the wire shows it, list and detail alike. Whether the server sends zero values is
 * not known, so a missing member reads as its zero value (docs/drivers/scalekit-api.md section 4).
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
