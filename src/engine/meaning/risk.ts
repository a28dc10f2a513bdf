import type { PlanRisk } from "../../domain/generated/plan.ts";
import { compareText } from "../../util/compare-text.ts";
import { RISK_KINDS, type RiskCode } from "./risk-kinds.ts";

/** Levels of risks, worst first. */
export const LEVELS = ["critical", "high", "warning", "info"] as const;

/**
 * Makes a risk. What rests on less than documents is marked by its kind, or here where only this
 * sentence does.
 */
export function risk(
  code: RiskCode,
  level: PlanRisk["level"],
  message: string,
  more: Pick<PlanRisk, "hosts" | "accounts" | "evidence"> = {},
): PlanRisk {
  const isInferred =
    more.evidence === "inferred" || RISK_KINDS[code].evidence === "inferred";
  return {
    code,
    level,
    message,
    ...(more.hosts === undefined || more.hosts.length === 0
      ? {}
      : { hosts: more.hosts }),
    ...(more.accounts === undefined ? {} : { accounts: more.accounts }),
    ...(isInferred ? { evidence: "inferred" } : {}),
  };
}

/** The worst first, then in an order that depends on nothing but themselves. */
export function sortRisks(risks: readonly PlanRisk[]): PlanRisk[] {
  return [...risks].sort(
    (a, b) =>
      LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message),
  );
}

/** The worst of some levels; `undefined` of none. */
export function worstOf(
  levels: readonly PlanRisk["level"][],
): PlanRisk["level"] | undefined {
  return LEVELS.find((level) => levels.includes(level));
}
