import type { ListedConnection } from "../../domain/connection.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../domain/json.ts";
import { readOne } from "../read-one.ts";
import { unreadableListed, unusableListed } from "../unreadable.ts";
import type { Secret } from "../../domain/secret/secret.ts";
import type { Clock } from "../../ports/clock.ts";
import type { HttpClient, HttpReply } from "../../ports/http-client.ts";
import type { ApiClient } from "../api-client.ts";
import { readPages } from "../pages.ts";
import { CAPABILITIES } from "./capabilities.ts";
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
export const GET_ROUTE = "GET /v1/connect/connections/{connection_id}";
const LIST_ROUTE = "GET /v1/connect/connections";

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

/** Every connection, page by page, each once; those that cannot be read apart. */
export async function* listConnections(
  api: AgentAuthApi,
  signal: AbortSignal,
): AsyncGenerator<{
  readonly connections: readonly WireConnection[];
  readonly unreadable: readonly ListedConnection[];
}> {
  const seen = new Set<string>();
  const list = {
    path: COLLECTION,
    route: LIST_ROUTE,
    query: { page_size: String(CAPABILITIES.pageSize) },
    member: "connections",
  };
  for await (const page of readPages(api, list, signal)) {
    const unreadable = page.unusable.map((item) =>
      unusableListed(item, { key: "connection_id", id: "connection_id" }),
    );
    const connections: WireConnection[] = [];
    for (const item of page.items) {
      const parsed = parseListed(item);
      if (!("raw" in parsed)) unreadable.push(parsed);
      else if (!seen.has(parsed.id)) connections.push(parsed);
    }
    for (const { id } of connections) seen.add(id);
    yield { connections, unreadable };
  }
}

function parseListed(raw: JsonObject): WireConnection | ListedConnection {
  const id = stringAt(raw, "connection_id");
  const parsed = takeApart(raw);
  const problem =
    parsed === undefined
      ? "it lacks its connection_id, provider or auth_type"
      : shapeProblem(parsed);
  if (problem === undefined && parsed !== undefined) return parsed;
  return unreadableListed({ key: id, remoteId: id }, problem ?? "");
}

/** Why a connection cannot be used although it has what makes it one. */
export function shapeProblem({ raw }: WireConnection): string | undefined {
  const isText = (value: JsonValue): boolean => typeof value === "string";
  if (!isText(raw["state"] ?? "")) return notWhatItIs("state");
  const group = ["credentials", "settings", "rate_limiting"].find(
    (name) => !isJsonObject(raw[name] ?? {}),
  );
  if (group !== undefined) return notWhatItIs(group);
  const scopes = raw["scopes"] ?? [];
  const isList =
    Array.isArray(scopes) && (scopes as readonly JsonValue[]).every(isText);
  return isList ? undefined : notWhatItIs("scopes");
}

function notWhatItIs(member: string): string {
  return `its "${member}" is not what the API says it is`;
}

/**
 * The connection of a reply: the reply itself, or its member `connection`, as either is plausible.
 * @throws RemoteError DRV020
 */
export function parseReply(reply: HttpReply, route: string): WireConnection {
  if (!isJsonObject(reply.body)) throw misfit(route, "it is not an object");
  const wrapped = objectAt(reply.body, "connection");
  return parseConnection(
    Object.keys(wrapped).length === 0 ? reply.body : wrapped,
    route,
  );
}

/** The connection that the answer to a write shows, `undefined` where it shows none. */
export function connectionShown({
  body,
}: HttpReply): WireConnection | undefined {
  if (!isJsonObject(body)) return undefined;
  const wrapped = objectAt(body, "connection");
  return takeApart(Object.keys(wrapped).length === 0 ? body : wrapped);
}

function parseConnection(raw: JsonObject, route: string): WireConnection {
  const parsed = takeApart(raw);
  if (parsed === undefined)
    throw misfit(
      route,
      "a connection in it lacks its connection_id, provider or auth_type",
    );
  return parsed;
}

function takeApart(raw: JsonObject): WireConnection | undefined {
  const id = stringAt(raw, "connection_id");
  const provider = stringAt(raw, "provider");
  const authType = stringAt(raw, "auth_type");
  if (id === "" || provider === "" || authType === "") return undefined;
  return {
    id,
    provider,
    authType,
    // The vendor writes the states with a capital in prose; the wire's spelling is not documented.
    state: stringAt(raw, "state").toLowerCase() || "active",
    raw,
  };
}
