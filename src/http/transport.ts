import type { Dispatcher } from "undici";
import type { HttpRequest } from "../ports/http-client.ts";
import type { NetworkFailure, RawReply } from "./attempt.ts";
import { usesProxy, type ProxySettings } from "./proxy.ts";

/** Sends one request once. Never throws for what the network does: a failure is an answer here. */
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

/** A transport over undici, which is loaded with the first request because importing it is slow. */
export function createTransport(options: TransportOptions): Transport {
  let dispatcher: Promise<Dispatcher> | undefined;

  return {
    async send(request, signal) {
      dispatcher ??= createDispatcher(options);
      const pool = await dispatcher;
      const limit = new AbortController();
      const timer = setTimeout(() => {
        limit.abort(TIMED_OUT);
      }, options.timeoutMs);
      const onAbort = (): void => {
        limit.abort();
      };
      signal.addEventListener("abort", onAbort, { once: true });
      if (signal.aborted) limit.abort();
      try {
        return await exchange(pool, options, request, limit.signal);
      } catch (error) {
        if (limit.signal.reason === TIMED_OUT)
          return { kind: "timeout", code: "ETIMEDOUT", hasReached: true };
        if (signal.aborted)
          return { kind: "aborted", code: "ABORTED", hasReached: true };
        return classifyNetworkError(error);
      } finally {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
      }
    },
    async close() {
      const pool = await dispatcher;
      await pool?.destroy();
    },
  };
}

async function createDispatcher(
  options: TransportOptions,
): Promise<Dispatcher> {
  const { EnvHttpProxyAgent, Pool } = await import("undici");
  const shared = {
    connections: options.connections,
    // One request at a time on a socket: pipelining is slower here and makes a reset ambiguous for several requests.
    pipelining: 1,
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
    connect: { timeout: options.timeoutMs },
  };
  return usesProxy(options.origin, options.proxy)
    ? new EnvHttpProxyAgent({ ...options.proxy, ...shared })
    : new Pool(options.origin, shared);
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
  return {
    status: response.statusCode,
    headers: flatHeaders(response.headers),
    text: decodeUtf8(Buffer.concat(chunks)),
  };
}

/** Bytes that are not UTF-8 become text that is not JSON, so that they are judged as such. */
function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return "\uFFFD";
  }
}

function pathWithQuery(request: HttpRequest): string {
  const query = new URLSearchParams(request.query).toString();
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

/** Codes of failures that happen before a request can leave: the connection was never there. */
const UNREACHABLE_CODES: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "EADDRNOTAVAIL",
  "EPROTO",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/**
 * Sorts what the HTTP library throws. Only the code is kept: its messages and fields can quote bytes of the reply.
 * Anything not known to have failed before sending counts as received.
 */
function classifyNetworkError(error: unknown): NetworkFailure {
  const code = codeOf(error);
  if (UNREACHABLE_CODES.has(code) || /CERT|SELF_SIGNED|ALTNAME/u.test(code))
    return { kind: "unreachable", code, hasReached: false };
  if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT")
    return { kind: "timeout", code, hasReached: true };
  return { kind: "broken", code, hasReached: true };
}

function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "UNKNOWN";
  const code = "code" in error ? error.code : undefined;
  if (typeof code === "string" && /^[A-Z0-9_]{2,60}$/u.test(code)) return code;
  // Trying several addresses gives an AggregateError whose own code is set only on some Node lines.
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return "UNKNOWN";
}
