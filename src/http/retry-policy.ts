import type { Verdict } from "./attempt.ts";
import { causeOf } from "./network-causes.ts";

/** How often and how patiently a request is repeated. */
export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly maxAttempts: number;
  /** Upper bound of the first wait; doubles with each attempt. */
  readonly baseDelayMs: number;
  /** Upper bound of any wait we choose ourselves. */
  readonly maxDelayMs: number;
  /** Longest wait a server may ask for; beyond it the request fails with the advice. */
  readonly maxAdviceMs: number;
}

/**
 * @remarks Source: docs/drivers/scalekit-api.md section 13: neither `Retry-After` nor limits are
 * documented, so the wait grows exponentially up to a cap; full jitter spreads many waiting clients
 * best. The numbers keep a run that meets a short outage alive for about four seconds and never
 * hold a command for more than five minutes.
 */
export const DEFAULT_RETRY: RetryPolicy = {
  maxAttempts: 5,
  baseDelayMs: 250,
  maxDelayMs: 8_000,
  maxAdviceMs: 60_000,
};

/** What the policy looks at. */
export interface RetryQuestion {
  readonly verdict: Verdict;
  readonly isIdempotent: boolean;
  /** Number of the attempt that just ended, from 1. */
  readonly attempt: number;
  /**
   * What `Retry-After` asks for, in milliseconds; absent when the reply has none that can be
   * understood.
   */
  readonly adviceMs?: number;
  /** In [0, 1). */
  readonly random: number;
}

/** Repeat after a wait, or give up and why. */
export type RetryDecision =
  | { readonly retry: true; readonly delayMs: number }
  | {
      readonly retry: false;
      readonly because: "final" | "unsafe" | "exhausted" | "advice-too-long";
    };

/** Decides whether a request is sent again. Pure; the one place that knows what is safe. */
export function decideRetry(
  question: RetryQuestion,
  policy: RetryPolicy,
): RetryDecision {
  const { verdict, isIdempotent, attempt, adviceMs, random } = question;
  if (!isTemporary(verdict)) return { retry: false, because: "final" };
  if (!isIdempotent && mayHaveTakenEffect(verdict))
    return { retry: false, because: "unsafe" };
  if (attempt >= policy.maxAttempts)
    return { retry: false, because: "exhausted" };
  if (adviceMs !== undefined) {
    return adviceMs > policy.maxAdviceMs
      ? { retry: false, because: "advice-too-long" }
      : { retry: true, delayMs: adviceMs };
  }
  const ceiling = Math.min(
    policy.maxDelayMs,
    policy.baseDelayMs * 2 ** (attempt - 1),
  );
  return { retry: true, delayMs: Math.round(ceiling * random) };
}

/**
 * True when the server may have carried the request out although no usable answer came. A 429 and a
 * refused connection mean it did not.
 */
export function mayHaveTakenEffect(verdict: Verdict): boolean {
  if (verdict.kind === "network") return verdict.failure.hasReached;
  return verdict.kind === "server-error" || verdict.kind === "not-json";
}

function isTemporary(verdict: Verdict): boolean {
  switch (verdict.kind) {
    case "ok":
    case "redirect":
    case "refused":
      return false;
    case "rate-limited":
    case "server-error":
    case "not-json":
      return true;
    case "network":
      return (
        verdict.failure.kind !== "aborted" &&
        verdict.failure.kind !== "too-large" &&
        !(
          verdict.failure.kind === "unreachable" &&
          causeOf(verdict.failure).isLasting
        )
      );
  }
}

/**
 * Reads a `Retry-After` header: seconds or an HTTP date.
 * @returns milliseconds from `nowMs`, 0 for a date in the past, `undefined` for anything else.
 * @remarks Source: RFC 9110 section 10.2.3.
 */
export function parseRetryAfter(
  text: string | undefined,
  nowMs: number,
): number | undefined {
  if (text === undefined) return undefined;
  const trimmed = text.trim();
  if (/^\d{1,9}$/u.test(trimmed)) return Number(trimmed) * 1000;
  // Only the three date forms of the RFC start with a day's name; Date.parse alone would accept far
  // too much.
  if (!/^(?:Mon|Tues?|Wed|Wednes|Thu|Thurs|Fri|Sat|Satur|Sun)/u.test(trimmed))
    return undefined;
  const at = Date.parse(trimmed);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
