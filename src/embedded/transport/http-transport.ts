import type { IncomingMessage, ServerResponse } from "node:http";

import { hostOf, leadsHere } from "../../domain/address.ts";
import type { Clock } from "../../ports/clock.ts";
import type {
  FaultPlan,
  FaultRule,
  FaultSchedule,
  RetryAfter,
} from "../faults/faults.ts";
import type { RequestRecord } from "../options.ts";
import {
  MAX_BODY_BYTES,
  TOKEN_PATH,
  answerError,
  bodyTooLarge,
} from "./rest.ts";
import type { RestReply, RestRequest } from "./rest.ts";
import {
  StatusError,
  httpStatusOf,
  invalidArgument,
  misdirected,
  rateLimited,
} from "../wire/status.ts";

/** What the transport needs of the rest. */
export interface TransportDeps {
  readonly clock: Clock;
  /** The schedule in force now. */
  readonly faults: () => FaultSchedule;
  readonly answer: (request: RestRequest) => RestReply;
  readonly revokeTokens: () => void;
  readonly record: (record: RequestRecord) => void;
  /** Aborted when the server closes, so that no delay outlives it. */
  readonly closing: AbortSignal;
}

/**
 * Handles one HTTP request: reads it whole, lets the faults have their way, answers. Never throws.
 */
export function createHttpHandler(
  deps: TransportDeps,
): (request: IncomingMessage, response: ServerResponse) => void {
  let count = 0;
  return (request, response) => {
    count += 1;
    const requestId = `req-${String(count)}`;
    // The times in an answer and the time of the answer are of one clock.
    response.setHeader("date", new Date(deps.clock.now()).toUTCString());
    handle(deps, { request, response, requestId }).catch(() => {
      // The caller went away or the server is closing: there is nobody left to tell.
      response.destroy();
    });
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
}

async function handle(deps: TransportDeps, exchange: Exchange): Promise<void> {
  const { method = "", url = "" } = exchange.request;
  const [path = "", query = ""] = splitOnce(stripOrigin(url), "?");
  const isWrite = method !== "GET" && method !== "HEAD" && path !== TOKEN_PATH;
  let status: number | null = null;
  try {
    const body = await readBody(exchange.request);
    if (!isForUs(exchange.request)) {
      status = send(
        exchange.response,
        answerError(misdirected(), exchange.requestId),
      );
      return;
    }
    const plan = deps.faults().next(method, path);
    if (plan.delayMs > 0) await deps.clock.sleep(plan.delayMs, deps.closing);
    if (plan.revokesTokens) deps.revokeTokens();
    const rest: RestRequest = {
      method,
      path,
      query,
      contentType: exchange.request.headers["content-type"] ?? "",
      authorization: exchange.request.headers.authorization,
      apiVersion: textHeader(exchange.request.headers["x-api-version"]),
      body: body ?? new Uint8Array(),
      requestId: exchange.requestId,
    };
    const run = (): RestReply =>
      body === undefined
        ? answerError(bodyTooLarge(), exchange.requestId)
        : answerOnceOrTwice(deps, plan, rest);
    status = await respond(deps, exchange, { rule: plan.breakage, run });
  } finally {
    deps.record({ method, path, status, isWrite });
  }
}

/** A duplicated request takes effect twice; the caller sees the first answer. */
function answerOnceOrTwice(
  deps: TransportDeps,
  plan: FaultPlan,
  request: RestRequest,
): RestReply {
  const reply = deps.answer(request);
  if (plan.isDuplicated) deps.answer(request);
  return reply;
}

interface Breakage {
  readonly rule: FaultRule | undefined;
  readonly run: () => RestReply;
}

/**
 * Sends the reply, or what the fault makes of it. @returns The status sent, `null` when none got
 * through whole.
 */
async function respond(
  deps: TransportDeps,
  { response, requestId }: Exchange,
  { rule, run }: Breakage,
): Promise<number | null> {
  if (rule === undefined) return send(response, run());
  const commits = rule.commits ?? COMMITS_BY_DEFAULT.has(rule.kind);
  const reply = (commits ? run() : undefined) ?? EMPTY_REPLY;
  const ms = rule.ms ?? 1000;
  switch (rule.kind) {
    case "truncated":
      sendHalf(response, reply);
      return null;
    case "slow-body":
      return sendSlowly(deps, response, { reply, ms });
    case "hang":
      // Left open on purpose: the caller's timeout or the server's close ends it.
      return null;
    default: {
      const spoilt = spoiltReply(deps, rule, requestId);
      if (spoilt !== undefined) return send(response, spoilt);
      response.socket?.destroy();
      return null;
    }
  }
}

/** The reply a fault puts in place of the real one; none where the line is cut. */
function spoiltReply(
  deps: TransportDeps,
  rule: FaultRule,
  requestId: string,
): RestReply | undefined {
  switch (rule.kind) {
    case "429":
    case "rate-budget":
      return limitReply(deps, rule, requestId);
    case "status":
      return statusReply(rule.status ?? 503, requestId);
    case "html":
      return HTML_REPLY;
    default:
      return undefined;
  }
}

const COMMITS_BY_DEFAULT: ReadonlySet<string> = new Set([
  "reset-after",
  "truncated",
  "slow-body",
]);

const HTML_REPLY: RestReply = {
  status: 200,
  headers: { "content-type": "text/html; charset=utf-8" },
  text: "<!doctype html><html><head><title>Sign in</title></head><body><h1>Please sign in</h1></body></html>\n",
};

const EMPTY_REPLY: RestReply = {
  status: 200,
  headers: { "content-type": "application/json" },
  text: "{}",
};

function limitReply(
  deps: TransportDeps,
  rule: FaultRule,
  requestId: string,
): RestReply {
  const reply = answerError(rateLimited(), requestId);
  const retryAfter = encodeRetryAfter(rule.retryAfter, deps.clock.now());
  return retryAfter === undefined
    ? reply
    : { ...reply, headers: { ...reply.headers, "retry-after": retryAfter } };
}

function encodeRetryAfter(
  retryAfter: RetryAfter | undefined,
  now: number,
): string | undefined {
  if (retryAfter === undefined || retryAfter.kind === "none") return undefined;
  if (retryAfter.kind === "seconds") return String(retryAfter.seconds);
  return new Date(now + retryAfter.seconds * 1000).toUTCString();
}

function statusReply(httpStatus: number, requestId: string): RestReply {
  const error = new StatusError(
    httpStatus >= 500 ? 14 : 9,
    "the service is unavailable",
    {
      errorCode: "UNAVAILABLE",
      httpStatus,
    },
  );
  return { ...answerError(error, requestId), status: httpStatusOf(error) };
}

function send(response: ServerResponse, reply: RestReply): number {
  const bytes = Buffer.from(reply.text, "utf8");
  response.writeHead(reply.status, {
    ...reply.headers,
    "content-length": bytes.length,
  });
  response.end(bytes);
  return reply.status;
}

/** Announces the whole body, sends half of it and cuts the line. */
function sendHalf(response: ServerResponse, reply: RestReply): void {
  const bytes = Buffer.from(reply.text, "utf8");
  response.writeHead(reply.status, {
    ...reply.headers,
    "content-length": bytes.length,
  });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => {
    response.socket?.destroy();
  });
}

const SLOW_PIECES = 4;

async function sendSlowly(
  deps: TransportDeps,
  response: ServerResponse,
  { reply, ms }: { readonly reply: RestReply; readonly ms: number },
): Promise<number> {
  const bytes = Buffer.from(reply.text, "utf8");
  response.writeHead(reply.status, {
    ...reply.headers,
    "content-length": bytes.length,
  });
  const size = Math.ceil(bytes.length / SLOW_PIECES);
  for (let offset = 0; offset < bytes.length; offset += size) {
    await deps.clock.sleep(ms / SLOW_PIECES, deps.closing);
    response.write(bytes.subarray(offset, offset + size));
  }
  response.end();
  return reply.status;
}

/**
 * The whole body, or `undefined` when it is too large; the rest of a large one is read and dropped.
 */
async function readBody(
  request: IncomingMessage,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Uint8Array))
      throw invalidArgument("the body is not made of bytes");
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}

function textHeader(value: string | string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.join(", ");
}

/** Whether a request names this machine, in its header and in the absolute form of its target. */
function isForUs({ headers, url = "" }: IncomingMessage): boolean {
  const named = hostOf(url);
  return (
    leadsHere((headers.host ?? "").toLowerCase()) &&
    (named === undefined || leadsHere(named))
  );
}

/** The absolute form of a request target, as proxies send it, says the same as the path alone. */
function stripOrigin(url: string): string {
  return url.replace(/^https?:\/\/[^/?]*/i, "");
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at === -1
    ? [text]
    : [text.slice(0, at), text.slice(at + separator.length)];
}
