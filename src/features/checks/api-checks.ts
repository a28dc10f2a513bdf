import type { ReplyFacts } from "../../ports/http-client.ts";
import type { PermissionFinding } from "../../ports/connections-api.ts";
import type { CheckResult } from "./report.ts";

/**
 * Whether the client has the permissions that runs need: each that is missing is named, and each
 * that only a write would show.
 */
export function checkPermissions(
  findings: readonly PermissionFinding[],
): readonly CheckResult[] {
  return findings.map(({ permission, use, isHeld }): CheckResult => {
    const check = "permission";
    switch (isHeld) {
      case true:
        return { check, result: "ok", message: `${permission}: ${use}` };
      case false:
        return {
          check,
          result: "bad",
          message: `${permission} is missing: it is needed to ${use}`,
          fix: `give the client the permission ${permission} in the platform's dashboard, or use another client`,
        };
      case "unknown":
        return {
          check,
          result: "unknown",
          message: `${permission} (${use}) shows only when something is written; a client without it is refused then, by name`,
        };
    }
  });
}

/** A clock that is off by more than this makes fresh tokens look expired or not yet valid. */
const MAX_SKEW_MS = 60_000;

/**
 * Our clock against the `Date` of an answer. @remarks Source: RFC 9110 section 6.6.1; its
 * resolution is one second.
 */
export function checkClockSkew(facts: ReplyFacts | undefined): CheckResult {
  const check = "clock";
  const at = Date.parse(facts?.headers["date"] ?? "");
  if (facts === undefined || Number.isNaN(at))
    return {
      check,
      result: "unknown",
      message: "the API does not say what time it is",
    };
  const skewMs = facts.receivedAt - at;
  const seconds = String(Math.round(Math.abs(skewMs) / 1000));
  if (Math.abs(skewMs) <= MAX_SKEW_MS)
    return {
      check,
      result: "ok",
      message: `the clocks agree within ${seconds} s`,
    };
  return {
    check,
    result: "bad",
    message: `this machine's clock is ${seconds} s ${skewMs > 0 ? "ahead of" : "behind"} the API's`,
    fix: "set the clock of this machine, for example by switching on network time",
  };
}

const LIMIT_HEADERS = ["ratelimit-limit", "x-ratelimit-limit"] as const;
const REMAINING_HEADERS = [
  "ratelimit-remaining",
  "x-ratelimit-remaining",
] as const;

/** Below this share of the budget other clients and a large apply get in each other's way. */
const LOW_SHARE = 0.1;

/**
 * How much of the request budget is left, where the API says so.
 * @remarks Source: docs/drivers/scalekit-api.md section 13: the vendor documents no such header, so
 * `unknown` is the ordinary answer.
 */
export function checkRateHeadroom(facts: ReplyFacts | undefined): CheckResult {
  const check = "rate_limit";
  const limit = numberOf(facts, LIMIT_HEADERS);
  const remaining = numberOf(facts, REMAINING_HEADERS);
  if (limit === undefined || remaining === undefined || limit <= 0)
    return {
      check,
      result: "unknown",
      message: "the API does not say how many requests are left",
    };
  const message = `${String(remaining)} of ${String(limit)} requests are left`;
  if (remaining / limit >= LOW_SHARE) return { check, result: "ok", message };
  return {
    check,
    result: "bad",
    message,
    fix: "wait a minute, or lower limits.requests_per_second in environment.yaml",
  };
}

function numberOf(
  facts: ReplyFacts | undefined,
  names: readonly string[],
): number | undefined {
  for (const name of names) {
    const text = facts?.headers[name];
    // Some APIs write a policy behind the number: `100, 100;w=60`.
    const digits = /^\s*(\d{1,9})(?!\d)/u.exec(text ?? "")?.[1];
    if (digits !== undefined) return Number(digits);
  }
  return undefined;
}
