import { createServer } from "node:http2";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { Socket } from "node:net";

import { leadsHere } from "../../domain/address.ts";
import { isJsonObject } from "../../domain/json.ts";
import type { JsonObject } from "../../domain/json.ts";
import { createDescriptors } from "./descriptors.ts";
import type { Descriptors } from "./descriptors.ts";
import type { FaultPlan, FaultRule } from "../faults/faults.ts";
import {
  Code,
  compressionBrotli,
  compressionGzip,
  ConnectError,
  create,
  createConnectRouter,
  createContextKey,
  createContextValues,
  fromJson,
  toJson,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "./rpc-library.ts";
import type {
  DescMessage,
  DescMethod,
  DescMethodUnary,
  HandlerContext,
  Message,
} from "./rpc-library.ts";
import type { TransportDeps } from "./http-transport.ts";
import { MAX_BODY_BYTES } from "./rest.ts";
import { FORBIDDEN, RPCS } from "../service/service.ts";
import type { RpcName } from "../service/service.ts";
import {
  StatusError,
  encodeErrorInfo,
  httpStatusOf,
  internalError,
  misdirected,
  permissionDenied,
  rateLimited,
  unimplemented,
} from "../wire/status.ts";

/** What the gRPC transport needs of the rest. */
export type GrpcDeps = Pick<
  TransportDeps,
  "clock" | "faults" | "revokeTokens" | "record" | "closing"
> & {
  /** Answers a call of this caller. @throws StatusError for every refusal. */
  readonly call: (
    rpc: RpcName,
    request: JsonObject,
    headers: Headers,
  ) => JsonObject;
};

/** One call on its way. */
interface Exchange {
  readonly request: Http2ServerRequest;
  readonly response: Http2ServerResponse;
  readonly requestId: string;
  readonly plan: FaultPlan;
  /**
   * Remembers the call, once its HTTP status (`null` when cut) is known and before the caller
   * learns it.
   */
  readonly report: (status: number | null) => void;
}

const EXCHANGE = createContextKey<Exchange | undefined>(undefined);

/** Largest message, bytes: the body limit of REST. */
const LIMITS = { readMaxBytes: MAX_BODY_BYTES, writeMaxBytes: 2 ** 26 };

/**
 * Serves gRPC over cleartext HTTP/2 on the connections it is given. This file and what it imports
 * are loaded at the first of them, so that nobody pays for HTTP/2 who does not speak it.
 */
export function createGrpcServer(deps: GrpcDeps): (socket: Socket) => void {
  const handlers = createHandlers(deps);
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    const { method } = request;
    const path = request.url.split("?", 1)[0] ?? "";
    const exchange: Exchange = {
      request,
      response,
      requestId: `grpc-${String(count)}`,
      plan: deps.faults().next(method, path),
      report: (status) => {
        deps.record({ method, path, status, isWrite: !READS.test(path) });
      },
    };
    serve(handlers.get(path), exchange).catch(() => {
      // The caller went away, a fault cut the line or the server is closing: there is nobody left
      // to tell.
      if (!response.stream.destroyed) response.stream.destroy();
    });
  });
  // A session that breaks off ends its calls; they report themselves.
  server.on("sessionError", () => undefined);
  return (socket) => {
    server.emit("connection", socket);
  };
}

const READS = /\/(?:Get|List|Search)[A-Za-z]*$/;

type Handlers = ReturnType<typeof createConnectRouter>["handlers"];
type Handler = Handlers[number];

function createHandlers(deps: GrpcDeps): ReadonlyMap<string, Handler> {
  const descriptors = createDescriptors();
  const router = createConnectRouter({
    connect: false,
    grpcWeb: false,
    acceptCompression: [compressionGzip, compressionBrotli],
    ...LIMITS,
  });
  for (const service of descriptors.services.values()) {
    for (const method of service.methods) {
      const { name, input, output } = method;
      if (!isUnary(method) || !isRpcName(name)) continue;
      const rpc: BoundRpc = { name, input, output, descriptors };
      router.rpc(method, (message, call) =>
        answer(deps, rpc, { message, call }),
      );
    }
  }
  return new Map(
    router.handlers.map((handler) => [handler.requestPath, handler]),
  );
}

async function serve(
  handler: Handler | undefined,
  exchange: Exchange,
): Promise<void> {
  const { request, response } = exchange;
  const named = request.headers[":authority"] ?? request.headers.host ?? "";
  if (!leadsHere(named.toLowerCase())) {
    refuse(exchange, misdirected());
    return;
  }
  if (handler === undefined) {
    refuseUnserved(exchange);
    return;
  }
  if (exchange.plan.breakage?.kind === "html") {
    exchange.report(200);
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end("<!doctype html><title>Sign in</title>\n");
    return;
  }
  const values = createContextValues().set(EXCHANGE, exchange);
  const reply = await handler(
    universalRequestFromNodeRequest(request, response, undefined, values),
  );
  await universalResponseToNodeResponse(reply, response);
}

/**
 * A method nobody serves is UNIMPLEMENTED, one that no client may call is refused; what is no gRPC
 * at all learns where REST is.
 */
function refuseUnserved(exchange: Exchange): void {
  const { request, response, report } = exchange;
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("application/grpc")) {
    report(415);
    response.writeHead(415, { "content-type": "text/plain" });
    response.end("REST is served over HTTP/1.1, HTTP/2 carries gRPC only\n");
    return;
  }
  const isForbidden = FORBIDDEN.has(request.url.slice(1));
  refuse(
    exchange,
    isForbidden
      ? permissionDenied([])
      : unimplemented("this method is not served here"),
  );
}

/**
 * A reply without a message is one frame of headers that ends the stream: clients take anything
 * else for a broken call.
 */
function refuse({ response, report }: Exchange, refusal: StatusError): void {
  report(httpStatusOf(refusal));
  response.stream.respond(
    {
      ":status": 200,
      "content-type": "application/grpc+proto",
      "grpc-status": String(refusal.grpcCode),
      "grpc-message": refusal.message,
    },
    { endStream: true },
  );
}

interface BoundRpc {
  readonly name: RpcName;
  readonly input: DescMessage;
  readonly output: DescMessage;
  readonly descriptors: Descriptors;
}

interface Received {
  readonly message: Message;
  readonly call: HandlerContext;
}

async function answer(
  deps: GrpcDeps,
  rpc: BoundRpc,
  { message, call }: Received,
): Promise<Message> {
  const exchange = call.values.get(EXCHANGE);
  if (exchange === undefined) throw new ConnectError("no call", Code.Internal);
  try {
    await waitFor(deps, call, exchange.plan.delayMs);
    const reply = await run(deps, { rpc, message, call, exchange });
    exchange.report(200);
    return reply;
  } catch (error) {
    if (deps.closing.aborted || call.signal.aborted) {
      const isLate = call.signal.reason instanceof ConnectError;
      exchange.report(isLate ? 504 : null);
      throw isLate ? error : new ConnectError("nobody waits", Code.Aborted);
    }
    throw refusalOf(error, rpc.descriptors, exchange);
  }
}

/** Waits as a fault wants it, but never past the caller's deadline. */
async function waitFor(
  deps: GrpcDeps,
  call: HandlerContext,
  ms: number,
): Promise<void> {
  if (ms > 0) {
    const signal = AbortSignal.any([call.signal, deps.closing]);
    await deps.clock.sleep(ms, signal).catch(() => undefined);
    deps.closing.throwIfAborted();
  }
  call.signal.throwIfAborted();
}

interface Run extends Received {
  readonly rpc: BoundRpc;
  readonly exchange: Exchange;
}

async function run(
  deps: GrpcDeps,
  { rpc, message, call, exchange }: Run,
): Promise<Message> {
  const { breakage, isDuplicated, revokesTokens } = exchange.plan;
  if (revokesTokens) deps.revokeTokens();
  const request = readMessage(rpc.input, message);
  const commit = (): JsonObject => {
    const reply = deps.call(rpc.name, request, call.requestHeader);
    if (isDuplicated) deps.call(rpc.name, request, call.requestHeader);
    return reply;
  };
  if (breakage !== undefined) {
    return spoil(deps, breakage, { commit, call, exchange, rpc });
  }
  return writeMessage(rpc.output, commit());
}

interface Spoiling {
  readonly commit: () => JsonObject;
  readonly call: HandlerContext;
  readonly exchange: Exchange;
  readonly rpc: BoundRpc;
}

/** What a fault makes of a call. A cut line takes the whole connection with it, as on the wire. */
async function spoil(
  deps: GrpcDeps,
  rule: FaultRule,
  { commit, call, exchange, rpc }: Spoiling,
): Promise<Message> {
  const commits = rule.commits ?? COMMITTING.has(rule.kind);
  const reply = commits ? commit() : {};
  switch (rule.kind) {
    case "429":
    case "rate-budget":
      throw rateLimited();
    case "status":
      throw unavailable(rule.status ?? 503);
    case "slow-body":
      await waitFor(deps, call, rule.ms ?? 1000);
      return writeMessage(rpc.output, reply);
    case "hang":
      // Until the caller's deadline, its going away, or the server's end.
      await new Promise((resolve) => {
        const signal = AbortSignal.any([call.signal, deps.closing]);
        signal.addEventListener("abort", resolve, { once: true });
      });
      call.signal.throwIfAborted();
      break;
    default:
      break;
  }
  exchange.response.stream.session?.destroy();
  throw new ConnectError("the line was cut", Code.Aborted);
}

const COMMITTING: ReadonlySet<string> = new Set([
  "reset-after",
  "truncated",
  "slow-body",
]);

function unavailable(httpStatus: number): StatusError {
  return new StatusError(
    httpStatus >= 500 ? 14 : 9,
    "the service is unavailable",
    { errorCode: "UNAVAILABLE", httpStatus },
  );
}

/**
 * A request in proto names. Zero values are spelled out: the binary wire cannot tell them from
 * unset, and rules apply to them.
 */
function readMessage(input: DescMessage, message: Message): JsonObject {
  const json = toJson(input, message, {
    useProtoFieldName: true,
    alwaysEmitImplicit: true,
  });
  return isJsonObject(json) ? json : {};
}

/** A reply as bytes will carry it: names and members the descriptors do not have cannot travel. */
function writeMessage(output: DescMessage, reply: JsonObject): Message {
  return fromJson(
    output,
    // Our JSON is readonly, the library's is not; it does not write to it.
    reply as Parameters<typeof fromJson>[1],
    { ignoreUnknownFields: true },
  );
}

/** The library's names for the numbers of gRPC. */
const CODES: ReadonlyMap<number, Code> = new Map(
  Object.values(Code).flatMap((code) =>
    typeof code === "number" ? [[code, code]] : [],
  ),
);

function refusalOf(
  error: unknown,
  { errorInfo }: Descriptors,
  exchange: Exchange,
): ConnectError {
  if (error instanceof ConnectError) {
    exchange.report(null);
    return error;
  }
  const status = error instanceof StatusError ? error : internalError();
  exchange.report(httpStatusOf(status));
  const value = writeMessage(
    errorInfo,
    encodeErrorInfo(status, exchange.requestId),
  );
  const refusal = new ConnectError(
    status.message,
    CODES.get(status.grpcCode) ?? Code.Unknown,
  );
  refusal.details = [{ desc: errorInfo, value: create(errorInfo, value) }];
  return refusal;
}

function isUnary(method: DescMethod): method is DescMethodUnary {
  return method.methodKind === "unary";
}

function isRpcName(name: string): name is RpcName {
  return Object.hasOwn(RPCS, name);
}
