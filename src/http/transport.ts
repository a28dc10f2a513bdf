import type { Dispatcher } from "undici";
import type { HttpRequest } from "../ports/http-client.ts";
import type { NetworkFailure, RawReply } from "./attempt.ts";
import {
  codeOf,
  ConnectFailure,
  createConnector,
  type SocketSource,
} from "./connector.ts";
import { decodeContent } from "./content-encoding.ts";
import { createGate } from "./gate.ts";
import { proxyFor, type Proxy, type ProxySettings } from "./proxy.ts";
import { decodeReply } from "./reply-text.ts";

/**
 * Sends one request once. Never throws for what the network does: a failure is an answer here. What
 * `beforeSend` throws is thrown.
 */
export interface Transport {
  send(
    request: HttpRequest,
    signal: AbortSignal,
  ): Promise<RawReply | NetworkFailure>;
  close(): Promise<void>;
}

/** What a transport is made from. */
export interface TransportOptions {
  readonly origin: string;
  /** Sockets at most. */
  readonly connections: number;
  /** Longest wait for one whole reply. */
  readonly timeoutMs: number;
  readonly userAgent: string;
  readonly proxy: ProxySettings;
}

/**
 * Shares of the whole wait that opening a connection may take: less than all of it, so that a host
 * that is away is not taken for a slow one.
 */
const CONNECT_SHARE = 0.8;
const MAX_CONNECT_MS = 10_000;

/** Far above a page of 30 connections, far below what hurts. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** Why a request was ended by us and not by the run. */
const TIMED_OUT = Symbol("timed out");

/** True for the failed half of {@link Transport.send}. */
export function isNetworkFailure(
  value: RawReply | NetworkFailure,
): value is NetworkFailure {
  return "hasReached" in value;
}

/**
 * A transport over undici, which is loaded with the first request because importing it is slow.
 * @throws UserError CLI110 when the surroundings name a proxy that cannot be used.
 */
export function createTransport(options: TransportOptions): Transport {
  const proxy = proxyFor(options.origin, options.proxy);
  const closing = new AbortController();
  let opening: Promise<Line> | undefined;

  return {
    async send(request, signal) {
      opening ??= openLine(options, proxy, closing.signal);
      const line = await opening;
      const limit = new AbortController();
      const timer = setTimeout(() => {
        limit.abort(TIMED_OUT);
      }, options.timeoutMs);
      const onAbort = (): void => {
        limit.abort();
      };
      signal.addEventListener("abort", onAbort, { once: true });
      if (signal.aborted) limit.abort();
      const gate = createGate(request);
      try {
        const dispatcher = gate.before(line.pool);
        return await exchange(dispatcher, options, request, limit.signal);
      } catch (error) {
        if (gate.refusal !== undefined) throw gate.refusal.error;
        const hasReached = line.sockets.hasOpened();
        if (limit.signal.reason === TIMED_OUT)
          return hasReached
            ? { kind: "timeout", code: "ETIMEDOUT", hasReached }
            : { kind: "unreachable", code: "ETIMEDOUT", hasReached };
        if (signal.aborted)
          return { kind: "aborted", code: "ABORTED", hasReached };
        return classifyNetworkError(error);
      } finally {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
      }
    },
    async close() {
      closing.abort();
      const line = await opening;
      await line?.pool.destroy();
    },
  };
}

/** Sockets to one origin. */
interface Line {
  readonly pool: Dispatcher;
  readonly sockets: SocketSource;
}

async function openLine(
  options: TransportOptions,
  proxy: Proxy | undefined,
  signal: AbortSignal,
): Promise<Line> {
  const { buildConnector, Pool } = await import("undici");
  // Through a proxy a connection takes two waits.
  const waits = proxy === undefined ? 1 : 2;
  const timeoutMs = Math.min(
    MAX_CONNECT_MS,
    (options.timeoutMs * CONNECT_SHARE) / waits,
  );
  const sockets = createConnector({
    // Said outright, so that NODE_TLS_REJECT_UNAUTHORIZED does not switch it off: credentials would
    // go to whoever answers.
    direct: buildConnector({ timeout: timeoutMs, rejectUnauthorized: true }),
    proxy,
    timeoutMs,
    signal,
  });
  const pool = new Pool(options.origin, {
    connections: options.connections,
    // One request at a time on a socket: pipelining is slower here and makes a reset ambiguous for
    // several requests.
    pipelining: 1,
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
    connect: sockets.connect,
  });
  return { pool, sockets };
}

async function exchange(
  pool: Dispatcher,
  options: TransportOptions,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<RawReply | NetworkFailure> {
  const response = await pool.request({
    origin: options.origin,
    path: pathWithQuery(request),
    method: request.method,
    headers: {
      accept: "application/json",
      "accept-encoding": "identity",
      "user-agent": options.userAgent,
      ...request.headers,
      ...(request.body === undefined
        ? {}
        : { "content-type": request.body.contentType }),
    },
    body: request.body?.text ?? null,
    signal,
  });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    // Undici's body yields buffers; the stream's type does not say so.
    const bytes = chunk as Uint8Array;
    size += bytes.byteLength;
    if (size > MAX_BODY_BYTES)
      return { kind: "too-large", code: "BODY_LIMIT", hasReached: true };
    chunks.push(bytes);
  }
  const headers = flatHeaders(response.headers);
  const body = await decodeContent(
    Buffer.concat(chunks),
    headers["content-encoding"],
    MAX_BODY_BYTES,
  );
  if (body === "too-large")
    return { kind: "too-large", code: "BODY_LIMIT", hasReached: true };
  return {
    status: response.statusCode,
    headers,
    text: body === "unreadable" ? NO_TEXT : decodeReply(body),
  };
}

/** Stands for what cannot be read: it is text, and never JSON. */
const NO_TEXT = "\uFFFD";

function pathWithQuery(request: HttpRequest): string {
  const query = new URLSearchParams(
    Object.entries(request.query ?? {}).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, value]),
    ),
  ).toString();
  return query === "" ? request.path : `${request.path}?${query}`;
}

function flatHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined
        ? []
        : [
            [
              name.toLowerCase(),
              Array.isArray(value) ? value.join(", ") : value,
            ],
          ],
    ),
  );
}

/**
 * Sorts what the HTTP library throws. Only the code is kept: its messages and fields can quote
 * bytes of the reply. What our connector did not report happened on an open connection, so it
 * counts as received.
 */
function classifyNetworkError(error: unknown): NetworkFailure {
  const code = codeOf(error);
  if (error instanceof ConnectFailure)
    return { kind: "unreachable", code, at: error.at, hasReached: false };
  if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT")
    return { kind: "timeout", code, hasReached: true };
  return { kind: "broken", code, hasReached: true };
}
