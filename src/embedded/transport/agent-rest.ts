import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { utf8Equal } from "../../util/hash.ts";
import {
  createAgent,
  deleteAgent,
  getAgent,
  listAgents,
  testAgent,
  updateAgent,
} from "../service/agent-connections.ts";
import type { ServiceContext } from "../service/service-context.ts";
import {
  StatusError,
  invalidArgument,
  notFound,
  unauthenticated,
  unimplemented,
} from "../wire/status.ts";

/** Where the older dialect begins. */
export const AGENT_PREFIX = "/v1/connect/";

/** A request of the older dialect, its body parsed when first asked for. */
export interface AgentRequest {
  readonly method: string;
  /** Path without query, still percent-encoded. */
  readonly path: string;
  readonly query: string;
  readonly authorization: string | undefined;
  readonly body: () => JsonValue | undefined;
}

/** A reply before it is text. */
export interface AgentReply {
  readonly status: 200 | 201;
  readonly message: JsonObject;
}

/**
 * Answers a request of the older dialect.
 * @param apiToken - the one bearer token; without it the dialect is not there.
 * @throws StatusError for every refusal, in the form of today's API.
 * @remarks Source: scalekit wire contract, the seed's dialect: only the create request is
 * documented, the rest is inferred.
 */
export function answerAgent(
  context: ServiceContext,
  apiToken: string | undefined,
  request: AgentRequest,
): AgentReply {
  if (apiToken === undefined) throw notFound("the older dialect");
  const token = /^Bearer (\S+)$/i.exec(request.authorization ?? "")?.[1];
  if (token === undefined || !utf8Equal(token, apiToken))
    throw unauthenticated();
  const [, id, action] =
    /^\/v1\/connect\/connections(?:\/([^/]+)(\/test)?)?$/.exec(request.path) ??
    [];
  const isServed = /^\/v1\/connect\/connections(?:$|\/)/.test(request.path);
  if (!isServed) throw new StatusError(5, "Not Found", NOT_THERE);
  if (id === undefined) return answerCollection(context, request);
  const name = decodeName(id);
  if (action === undefined) return answerOne(context, name, request);
  if (request.method !== "POST") throw unimplemented("Method Not Allowed");
  return { status: 200, message: testAgent(context, name) };
}

const NOT_THERE = { errorCode: "RESOURCE_NOT_FOUND" } as const;

function answerCollection(
  context: ServiceContext,
  { method, query, body, path }: AgentRequest,
): AgentReply {
  if (path !== "/v1/connect/connections")
    throw new StatusError(5, "Not Found", NOT_THERE);
  switch (method) {
    case "POST":
      return { status: 201, message: createAgent(context, body() ?? {}) };
    case "GET":
      return {
        status: 200,
        message: listAgents(
          context,
          Object.fromEntries(new URLSearchParams(query)),
        ),
      };
    default:
      throw unimplemented("Method Not Allowed");
  }
}

function answerOne(
  context: ServiceContext,
  name: string,
  { method, body }: AgentRequest,
): AgentReply {
  switch (method) {
    case "GET":
      return { status: 200, message: getAgent(context, name) };
    case "PATCH":
      return {
        status: 200,
        message: updateAgent(context, name, body() ?? {}),
      };
    case "DELETE":
      return { status: 200, message: deleteAgent(context, name) };
    default:
      throw unimplemented("Method Not Allowed");
  }
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidArgument("the path is not valid percent-encoding");
  }
}
