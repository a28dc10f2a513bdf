import type { Clock } from "../../ports/clock.ts";
import { createRandom } from "./random.ts";
import { matchesGlob } from "../../util/glob.ts";

/** What can go wrong on request. `docs/embedded-api.md` says what each does. */
export const FAULT_KINDS = [
  "latency",
  "reset-before",
  "reset-after",
  "429",
  "status",
  "truncated",
  "html",
  "slow-body",
  "hang",
  "token-expired",
  "duplicate",
  "rate-budget",
] as const;

/** A kind of fault. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** What a 429 says about when to come back. */
export type RetryAfter =
  | { readonly kind: "none" }
  | { readonly kind: "seconds" | "date"; readonly seconds: number };

/** One fault and the requests it strikes. */
export interface FaultRule {
  readonly kind: FaultKind;
  /**
   * `*`, `/api/v1/connections/*`, `PATCH /api/v1/connections/*` or `PATCH*`; `*` stands for any
   * text. Default `*`.
   */
  readonly route?: string;
  /** Strikes only this method. */
  readonly method?: string;
  /** Strikes at most so many requests. */
  readonly times?: number;
  /** Lets so many matching requests pass first. */
  readonly after?: number;
  /** Chance to strike a matching request, 0 to 1. Default 1. */
  readonly probability?: number;
  /** `latency`: the delay. `slow-body`: how long the body takes. */
  readonly ms?: number;
  /** `latency`: added on top, drawn between 0 and this. */
  readonly spreadMs?: number;
  /** `429` and `rate-budget`. Default none. */
  readonly retryAfter?: RetryAfter;
  /** `status`: the reply's status. Default 503. */
  readonly status?: number;
  /**
   * `status`, `html`, `429`, `hang`, `truncated`, `slow-body`: whether the request takes effect all
   * the same.
   */
  readonly commits?: boolean;
  /** `rate-budget`: requests per minute of the clock. */
  readonly perMinute?: number;
}

/** What befalls one request. */
export interface FaultPlan {
  readonly delayMs: number;
  readonly revokesTokens: boolean;
  readonly isDuplicated: boolean;
  /** The one rule that spoils the exchange, if any. */
  readonly breakage: FaultRule | undefined;
}

/** Decides, request by request, what goes wrong. */
export interface FaultSchedule {
  next(method: string, path: string): FaultPlan;
}

/**
 * A schedule that is the same for the same rules, seed and sequence of requests. Each rule draws
 * from a generator of its own, so that adding a rule leaves the others as they were.
 */
export function createFaultSchedule(
  rules: readonly FaultRule[],
  seed: number,
  clock: Clock,
): FaultSchedule {
  const states = rules.map((rule, index) =>
    createRuleState(rule, seed + index * 7919, clock),
  );
  return {
    next(method, path) {
      let plan: FaultPlan = NO_FAULT;
      for (const state of states) {
        // A request that is spoilt already uses up no other rule.
        if (plan.breakage !== undefined) break;
        plan = state.strike(plan, method, path);
      }
      return plan;
    },
  };
}

const NO_FAULT: FaultPlan = {
  delayMs: 0,
  revokesTokens: false,
  isDuplicated: false,
  breakage: undefined,
};

interface RuleState {
  strike(plan: FaultPlan, method: string, path: string): FaultPlan;
}

function createRuleState(
  rule: FaultRule,
  seed: number,
  clock: Clock,
): RuleState {
  const random = createRandom(seed);
  let seenCount = 0;
  let struckCount = 0;
  let minute = -1;
  let minuteCount = 0;

  const isOverBudget = (): boolean => {
    const now = Math.floor(clock.now() / 60_000);
    if (now !== minute) {
      minute = now;
      minuteCount = 0;
    }
    minuteCount += 1;
    return minuteCount > (rule.perMinute ?? 60);
  };
  const hits = (): boolean => {
    seenCount += 1;
    if (seenCount <= (rule.after ?? 0)) return false;
    if (struckCount >= (rule.times ?? Infinity)) return false;
    if (random() >= (rule.probability ?? 1)) return false;
    return rule.kind !== "rate-budget" || isOverBudget();
  };
  return {
    strike(plan, method, path) {
      if (!matchesRoute(rule, method, path) || !hits()) return plan;
      struckCount += 1;
      return addEffect(plan, rule, random);
    },
  };
}

function addEffect(
  plan: FaultPlan,
  rule: FaultRule,
  random: () => number,
): FaultPlan {
  switch (rule.kind) {
    case "latency":
      return {
        ...plan,
        delayMs:
          plan.delayMs + (rule.ms ?? 0) + random() * (rule.spreadMs ?? 0),
      };
    case "token-expired":
      return { ...plan, revokesTokens: true };
    case "duplicate":
      return { ...plan, isDuplicated: true };
    default:
      return { ...plan, breakage: rule };
  }
}

function matchesRoute(rule: FaultRule, method: string, path: string): boolean {
  if (rule.method !== undefined && rule.method !== method) return false;
  const route = rule.route ?? "*";
  const text = route.startsWith("/") ? path : `${method} ${path}`;
  return matchesGlob(route, text);
}
