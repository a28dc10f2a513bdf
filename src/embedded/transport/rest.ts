import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { AGENT_PREFIX, answerAgent } from "./agent-rest.ts";
import { isShallow, readQuery } from "../wire/decode.ts";
import { matchRoute } from "./routes.ts";
import type { RouteMatch } from "./routes.ts";
import { assertPermitted, callRpc, requestSpecOf } from "../service/service.ts";
import type { ServiceContext } from "../service/service-context.ts";
import {
  StatusError,
  encodeStatus,
  httpStatusOf,
  internalError,
  invalidArgument,
  unauthenticated,
} from "../wire/status.ts";
import type { TokenRegistry } from "../service/tokens.ts";

/** A request that was read whole. */
export interface RestRequest {
  readonly method: string;
  /** Path without query, still percent-encoded. */
  readonly path: string;
  readonly query: string;
  readonly contentType: string;
  readonly authorization: string | undefined;
  /** Header `x-api-version`. */
  readonly apiVersion: string | undefined;
  readonly body: Uint8Array;
  readonly requestId: string;
}

/** A reply before any fault touches it. */
export interface RestReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Largest request body, bytes. The vendor's own limit is not documented. */
export const MAX_BODY_BYTES: number = 1024 * 1024;

/** Path of the token endpoint, the one call without a token. */
export const TOKEN_PATH = "/oauth/token";

/** Who may call, and how each says so. */
export interface Callers {
  readonly tokens: TokenRegistry;
  /** What the client may do; everything when absent. */
  readonly permissions: readonly string[] | undefined;
  /** The bearer token of the older dialect; without one that dialect is not served. */
  readonly apiToken: string | undefined;
}

/**
 * Answers a REST request. Never throws: whatever goes wrong becomes a reply, and an internal
 * failure tells nothing about itself.
 */
export function answerRest(
  context: ServiceContext,
  callers: Callers,
  request: RestRequest,
): RestReply {
  const reply = answerRequest(context, callers, request);
  const { apiVersion } = request;
  const isEchoed =
    context.switches.apiVersion === "echoed" && apiVersion !== undefined;
  return isEchoed
    ? { ...reply, headers: { ...reply.headers, "x-api-version": apiVersion } }
    : reply;
}

function answerRequest(
  context: ServiceContext,
  { tokens, permissions, apiToken }: Callers,
  request: RestRequest,
): RestReply {
  try {
    if (request.path === TOKEN_PATH) return answerToken(tokens, request);
    if (request.path.startsWith(AGENT_PREFIX)) {
      const body = (): JsonValue | undefined => parseBody(request);
      const { status, message } = answerAgent(context, apiToken, {
        ...request,
        body,
      });
      return jsonReply(status, message, request.requestId);
    }
    if (!tokens.accepts(request.authorization)) throw unauthenticated();
    assertApiVersion(context, request.apiVersion);
    const match = matchRoute(request.method, request.path);
    assertPermitted(match.route.rpc, permissions);
    const message = callRpc(
      context,
      match.route.rpc,
      buildMessage(match, request),
    );
    return jsonReply(match.route.status ?? 200, message, request.requestId);
  } catch (error) {
    return answerError(error, request.requestId);
  }
}

/**
 * @throws StatusError INVALID_ARGUMENT where the environment requires `x-api-version` and the
 * request has none.
 */
export function assertApiVersion(
  { switches }: ServiceContext,
  apiVersion: string | undefined,
): void {
  if (switches.apiVersion === "required" && !apiVersion) {
    throw invalidArgument("the header x-api-version is required");
  }
}

/** The reply to a refusal; anything that is no refusal is INTERNAL. */
export function answerError(error: unknown, requestId: string): RestReply {
  const status = error instanceof StatusError ? error : internalError();
  return jsonReply(
    httpStatusOf(status),
    encodeStatus(status, requestId),
    requestId,
  );
}

/** The refusal of a body above {@link MAX_BODY_BYTES}. */
export function bodyTooLarge(): StatusError {
  return new StatusError(8, "the request body is too large", {
    errorCode: "RESOURCE_EXHAUSTED",
    httpStatus: 413,
  });
}

function answerToken(tokens: TokenRegistry, request: RestRequest): RestReply {
  if (request.method !== "POST") {
    throw new StatusError(12, "Method Not Allowed", {
      errorCode: "UNIMPLEMENTED",
    });
  }
  if (!hasMediaType(request, "application/x-www-form-urlencoded")) {
    const body = {
      error: "invalid_request",
      error_description: "the body must be a form",
    };
    return jsonReply(400, body, request.requestId);
  }
  const form = new URLSearchParams(Buffer.from(request.body).toString("utf8"));
  const { status, body } = tokens.issue(form);
  return jsonReply(status, body, request.requestId);
}

function buildMessage(
  { route, params }: RouteMatch,
  request: RestRequest,
): JsonObject {
  const query = readQuery(
    requestSpecOf(route.rpc),
    new URLSearchParams(request.query),
  );
  if (route.body === undefined) return { ...query, ...params };
  const body = parseBody(request);
  return {
    ...query,
    ...params,
    ...(body === undefined ? {} : { [route.body]: body }),
  };
}

function parseBody(request: RestRequest): JsonValue | undefined {
  if (request.body.length === 0) return undefined;
  if (!hasMediaType(request, "application/json")) {
    throw new StatusError(3, "the body must be application/json", {
      errorCode: "INVALID_ARGUMENT",
      httpStatus: 415,
    });
  }
  const value = parseJson(request.body);
  if (!isShallow(value)) throw invalidArgument("the body is nested too deeply");
  return value;
}

function parseJson(bytes: Uint8Array): JsonValue {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // JSON.parse gives nothing but JSON.
    return JSON.parse(text) as JsonValue;
  } catch {
    throw invalidArgument("the body is not valid JSON");
  }
}

function hasMediaType(request: RestRequest, mediaType: string): boolean {
  const [given = ""] = request.contentType.split(";");
  return given.trim().toLowerCase() === mediaType;
}

function jsonReply(
  status: number,
  body: JsonObject,
  requestId: string,
): RestReply {
  return {
    status,
    headers: { "content-type": "application/json", "x-request-id": requestId },
    text: JSON.stringify(body),
  };
}
