import { setMaxListeners } from "node:events";
import { TransientError } from "../domain/problem/error.ts";
import type { Clock } from "../ports/clock.ts";
import type {
  HttpClient,
  HttpReply,
  HttpRequest,
  Paces,
  RequestFact,
  RequestPace,
} from "../ports/http-client.ts";
import { judgeReply, type Verdict } from "./attempt.ts";
import { createFailureError } from "./failure-error.ts";
import type { ProxySettings } from "./proxy.ts";
import {
  decideRetry,
  DEFAULT_RETRY,
  mayHaveTakenEffect,
  parseRetryAfter,
  type RetryPolicy,
} from "./retry-policy.ts";
import { createSemaphore } from "./semaphore.ts";
import { createTokenBucket } from "./token-bucket.ts";
import {
  createTransport,
  isNetworkFailure,
  type Transport,
} from "./transport.ts";
import { requestIdOf } from "./vendor-status.ts";

/** What a client is made from. */
export interface HttpClientOptions {
  /** Scheme, host and port; nothing else is ever spoken to. */
  readonly origin: string;
  readonly clock: Clock;
  readonly limits: {
    readonly concurrency: number;
    readonly requestsPerSecond: number;
    /** Longest wait for one whole reply; each attempt has its own. */
    readonly timeoutMs: number;
  };
  readonly retry?: Partial<RetryPolicy>;
  /** Removes secrets from any text before it leaves. */
  readonly scrub: (text: string) => string;
  /**
   * Takes one line per attempt: method, route, status, time. No values of queries, headers or
   * bodies.
   */
  readonly trace?: (line: string) => void;
  /** Takes what each attempt told. */
  readonly observe?: (fact: RequestFact) => void;
  /** Paces that several clients share; one of its own by default. */
  readonly paces?: Paces;
  readonly userAgent: string;
  /** Proxies to use for hosts other than loopback; none by default. */
  readonly proxy?: ProxySettings;
}

/**
 * The HTTP client of the drivers: see the obligations of {@link HttpClient}. No socket and no
 * library is touched before the first request.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { clock, limits } = options;
  const policy: RetryPolicy = { ...DEFAULT_RETRY, ...options.retry };
  const bucket =
    options.paces?.of(options.origin, limits.requestsPerSecond) ??
    createTokenBucket({ clock, ratePerSecond: limits.requestsPerSecond });
  const transport = createTransport({
    origin: options.origin,
    connections: limits.concurrency,
    timeoutMs: limits.timeoutMs,
    userAgent: options.userAgent,
    proxy: options.proxy ?? {},
  });
  const attemptOnce = createAttempt(options, bucket, transport);

  const send = async (
    request: HttpRequest,
    signal: AbortSignal,
  ): Promise<HttpReply> => {
    // One signal ends a whole run; many requests listening to it is no leak.
    setMaxListeners(0, signal);
    // An earlier attempt may have taken effect although the last one certainly did not.
    let mayHaveCommitted = false;
    for (let attempt = 1; ; attempt += 1) {
      const verdict: Verdict = await waitUnlessStopped(
        attemptOnce(request, attempt, signal),
        { request, signal, mayHaveCommitted },
      );
      if (verdict.kind === "ok") return replyOf(verdict, options.scrub);
      // A GET changes nothing, however it ends.
      mayHaveCommitted ||=
        request.method !== "GET" && mayHaveTakenEffect(verdict);
      if (verdict.kind === "rate-limited") bucket.refused();
      const adviceMs = adviceOf(verdict, clock.now());
      const advice = adviceMs === undefined ? {} : { adviceMs };
      const decision = decideRetry(
        {
          verdict,
          isIdempotent: request.isIdempotent,
          attempt,
          ...advice,
          random: clock.random(),
        },
        policy,
      );
      if (!decision.retry) {
        throw createFailureError({
          request,
          origin: options.origin,
          verdict,
          because: decision.because,
          attempts: attempt,
          ...advice,
          mayHaveCommitted,
          timeoutMs: limits.timeoutMs,
          scrub: options.scrub,
        });
      }
      if (adviceMs !== undefined) bucket.hold(decision.delayMs);
      await waitUnlessStopped(clock.sleep(decision.delayMs, signal), {
        request,
        signal,
        mayHaveCommitted,
      });
    }
  };

  return {
    origin: options.origin,
    send,
    close: () => transport.close(),
  };
}

type Attempt = (
  request: HttpRequest,
  attempt: number,
  signal: AbortSignal,
) => Promise<Verdict>;

/** Sends a request once, in its turn, and judges what comes back. */
function createAttempt(
  options: HttpClientOptions,
  bucket: RequestPace,
  transport: Transport,
): Attempt {
  const { clock, limits } = options;
  const semaphore = createSemaphore(limits.concurrency);
  // The place comes first: a rate token booked while waiting for a place would be spent in a bunch
  // later.
  return (request, attempt, signal) =>
    semaphore.run(async () => {
      await bucket.take(signal);
      const startedAt = clock.now();
      const result = await transport.send(request, signal);
      if (!isNetworkFailure(result))
        request.onReply?.({
          headers: result.headers,
          receivedAt: clock.now(),
        });
      const verdict: Verdict = isNetworkFailure(result)
        ? { kind: "network", failure: result }
        : judgeReply(result, {
            isAnswer: request.method === "GET",
            ...(request.list === undefined ? {} : { list: request.list }),
            isStatusEnough: request.isStatusEnough === true,
          });
      if (options.trace !== undefined) {
        const at = { number: attempt, elapsedMs: clock.now() - startedAt };
        const line = traceLine(request, verdict, at, options.scrub);
        options.trace(options.scrub(line));
      }
      options.observe?.({
        isWrite: request.method !== "GET",
        isError: verdict.kind !== "ok",
        elapsedMs: clock.now() - startedAt,
      });
      return verdict;
    }, signal);
}

/** Waits for something the signal can end, and says in our words that it did. */
async function waitUnlessStopped<T>(
  work: Promise<T>,
  at: {
    readonly request: HttpRequest;
    readonly signal: AbortSignal;
    readonly mayHaveCommitted: boolean;
  },
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!at.signal.aborted) throw error;
    throw new TransientError(
      "DRV002",
      `"${at.request.route}" was not sent because the run is stopping`,
      {
        status: null,
        route: at.request.route,
        mayHaveCommitted: at.mayHaveCommitted,
        why: "the run was told to stop while the request waited for its turn",
        fix: "run the command again",
      },
    );
  }
}

function replyOf(
  {
    reply,
    body,
    items,
    isEquivocal,
  }: Extract<Verdict, { readonly kind: "ok" }>,
  scrub: HttpClientOptions["scrub"],
): HttpReply {
  return {
    status: reply.status,
    headers: reply.headers,
    body,
    ...(items === undefined ? {} : { items }),
    ...(isEquivocal === true ? { isEquivocal } : {}),
    requestId: requestIdOf({ headers: reply.headers, body }, scrub),
  };
}

function adviceOf(verdict: Verdict, nowMs: number): number | undefined {
  return verdict.kind === "network"
    ? undefined
    : parseRetryAfter(verdict.reply.headers["retry-after"], nowMs);
}

function traceLine(
  request: HttpRequest,
  verdict: Verdict,
  attempt: { readonly number: number; readonly elapsedMs: number },
  scrub: HttpClientOptions["scrub"],
): string {
  const end =
    verdict.kind === "network"
      ? `${verdict.failure.kind} ${verdict.failure.code}`
      : `${String(verdict.reply.status)} ${requestIdOf({ headers: verdict.reply.headers, body: verdict.body }, scrub) ?? ""}`;
  const again =
    attempt.number === 1 ? "" : ` (attempt ${String(attempt.number)})`;
  return `${request.route} -> ${end.trim()} in ${String(Math.round(attempt.elapsedMs))} ms${again}`;
}
