import type { JsonObject } from "../../domain/json.ts";
import { readOne } from "../read-one.ts";
import { isJsonObject } from "../../domain/json.ts";
import type { Secret } from "../../domain/secret.ts";
import type { Clock } from "../../ports/clock.ts";
import type { HttpClient, HttpReply } from "../../ports/http-client.ts";
import type { ApiClient } from "../api-client.ts";
import { readPages } from "../pages.ts";
import { misfit, objectAt, stringAt } from "../wire-reading.ts";

/** The API behind its bearer token. */
export type AgentAuthApi = ApiClient;

/** A connection as the wire shows it. */
export interface WireConnection {
  /** The name we gave it: its only handle. */
  readonly id: string;
  readonly provider: string;
  readonly authType: string;
  readonly state: string;
  readonly raw: JsonObject;
}

/**
 * @remarks Source: docs/drivers/scalekit-api.md section 21; only the create call is documented, the
 * other routes are inferred from it.
 */
const COLLECTION = "/v1/connect/connections";
const GET_ROUTE = "GET /v1/connect/connections/{connection_id}";
const LIST_ROUTE = "GET /v1/connect/connections";

/** The largest page that is asked for. @remarks Inferred: pages work as on the vendor's API of today. */
const PAGE_SIZE = "30";

/** Calls with the token. A refused token cannot be renewed: the call fails with DRV007. */
export function createApiClient(options: {
  readonly http: HttpClient;
  readonly token: Secret;
  readonly clock: Clock;
}): AgentAuthApi {
  const { http, token, clock } = options;
  return {
    clock,
    call({ bodyText, ...request }, signal) {
      return http.send(
        {
          ...request,
          headers: { authorization: `Bearer ${token.reveal()}` },
          ...(bodyText === undefined
            ? {}
            : { body: { contentType: "application/json", text: bodyText } }),
        },
        signal,
      );
    },
  };
}

/** The path of all connections, or of one. */
export function connectionPath(id?: string): string {
  return id === undefined
    ? COLLECTION
    : `${COLLECTION}/${encodeURIComponent(id)}`;
}

/** One connection, or `null` when there is none of this name. @throws RemoteError DRV020 */
export function readConnection(
  api: AgentAuthApi,
  id: string,
  signal: AbortSignal,
): Promise<WireConnection | null> {
  return readOne(
    api,
    {
      path: connectionPath(id),
      route: GET_ROUTE,
      id: id,
      parse: parseReply,
    },
    signal,
  );
}

/** Every connection, page by page, each once. */
export async function* listConnections(
  api: AgentAuthApi,
  signal: AbortSignal,
): AsyncGenerator<readonly WireConnection[]> {
  const seen = new Set<string>();
  const list = {
    path: COLLECTION,
    route: LIST_ROUTE,
    query: { page_size: PAGE_SIZE },
    member: "connections",
  };
  for await (const page of readPages(api, list, signal)) {
    const fresh = page.items
      .map((item) => parseConnection(item, LIST_ROUTE))
      .filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    yield fresh;
  }
}

/** The connection of a reply: the reply itself, or its member `connection`, as either is plausible. @throws RemoteError DRV020 */
export function parseReply(reply: HttpReply, route: string): WireConnection {
  if (!isJsonObject(reply.body)) throw misfit(route, "it is not an object");
  const wrapped = objectAt(reply.body, "connection");
  return parseConnection(
    Object.keys(wrapped).length === 0 ? reply.body : wrapped,
    route,
  );
}

function parseConnection(raw: JsonObject, route: string): WireConnection {
  const id = stringAt(raw, "connection_id");
  const provider = stringAt(raw, "provider");
  const authType = stringAt(raw, "auth_type");
  if (id === "" || provider === "" || authType === "")
    throw misfit(
      route,
      "a connection in it lacks its connection_id, provider or auth_type",
    );
  return {
    id,
    provider,
    authType,
    // The vendor writes the states with a capital in prose; the wire's spelling is not documented.
    state: stringAt(raw, "state").toLowerCase() || "active",
    raw,
  };
}
