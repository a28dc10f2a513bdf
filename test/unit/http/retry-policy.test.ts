import { describe, expect, it } from "vitest";
import type { NetworkFailure, Verdict } from "../../../src/http/attempt.ts";
import {
  decideRetry,
  DEFAULT_RETRY,
  parseRetryAfter,
} from "../../../src/http/retry-policy.ts";

function replied(
  kind: "redirect" | "rate-limited" | "server-error" | "refused" | "not-json",
): Verdict {
  return { kind, reply: { status: 0, headers: {}, text: "" }, body: {} };
}

function failed(
  kind: NetworkFailure["kind"],
  hasReached: boolean,
  code = "ECONNRESET",
): Verdict {
  return { kind: "network", failure: { kind, code, hasReached } };
}

const CASES: readonly (readonly [string, Verdict, boolean, string])[] = [
  ["429, repeatable", replied("rate-limited"), true, "retry"],
  ["429, not repeatable", replied("rate-limited"), false, "retry"],
  ["5xx, repeatable", replied("server-error"), true, "retry"],
  ["5xx, not repeatable", replied("server-error"), false, "unsafe"],
  ["not JSON, repeatable", replied("not-json"), true, "retry"],
  ["not JSON, not repeatable", replied("not-json"), false, "unsafe"],
  ["4xx", replied("refused"), true, "final"],
  ["redirect", replied("redirect"), true, "final"],
  ["reset, repeatable", failed("broken", true), true, "retry"],
  ["reset, not repeatable", failed("broken", true), false, "unsafe"],
  ["timeout, not repeatable", failed("timeout", true), false, "unsafe"],
  [
    "refused connection, not repeatable",
    failed("unreachable", false, "ECONNREFUSED"),
    false,
    "retry",
  ],
  ["unknown host", failed("unreachable", false, "ENOTFOUND"), true, "final"],
  [
    "bad certificate",
    failed("unreachable", false, "CERT_HAS_EXPIRED"),
    true,
    "final",
  ],
  ["run stops", failed("aborted", true), true, "final"],
  ["too large", failed("too-large", true), true, "final"],
];

describe("retry policy", () => {
  it.each(CASES)("%s", (_title, verdict, isIdempotent, expected) => {
    const decision = decideRetry(
      { verdict, isIdempotent, attempt: 1, random: 0.5 },
      DEFAULT_RETRY,
    );
    expect(decision.retry ? "retry" : decision.because).toBe(expected);
  });

  it("doubles the ceiling up to its bound and jitters fully below it", () => {
    const wait = (attempt: number, random: number): unknown =>
      decideRetry(
        {
          verdict: replied("server-error"),
          isIdempotent: true,
          attempt,
          random,
        },
        { ...DEFAULT_RETRY, maxAttempts: 99 },
      );
    expect([1, 2, 3, 6, 20].map((n) => wait(n, 1))).toEqual(
      [250, 500, 1000, 8000, 8000].map((delayMs) => ({ retry: true, delayMs })),
    );
    expect(wait(4, 0)).toEqual({ retry: true, delayMs: 0 });
  });

  it("gives up after the last attempt", () => {
    expect(
      decideRetry(
        {
          verdict: replied("rate-limited"),
          isIdempotent: true,
          attempt: 5,
          random: 0,
        },
        DEFAULT_RETRY,
      ),
    ).toEqual({ retry: false, because: "exhausted" });
  });

  it("follows the server's advice up to a minute", () => {
    const ask = (adviceMs: number): unknown =>
      decideRetry(
        {
          verdict: replied("rate-limited"),
          isIdempotent: false,
          attempt: 1,
          adviceMs,
          random: 0,
        },
        DEFAULT_RETRY,
      );
    expect(ask(60_000)).toEqual({ retry: true, delayMs: 60_000 });
    expect(ask(61_000)).toEqual({ retry: false, because: "advice-too-long" });
  });
});

describe("Retry-After", () => {
  const now = Date.UTC(2026, 0, 1);
  it.each([
    [undefined, undefined],
    ["7", 7000],
    [" 0 ", 0],
    ["Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
    ["Wed, 31 Dec 2025 23:00:00 GMT", 0],
    ["soon", undefined],
    ["-5", undefined],
    ["1e3", undefined],
    ["2026-01-01", undefined],
    ["", undefined],
  ])("%o", (text, expected) => {
    expect(parseRetryAfter(text, now)).toBe(expected);
  });
});
