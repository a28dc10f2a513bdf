/**
 * What one tick does, from what it found. Pure: a plan goes in, and what may be carried out of it
 * comes out, with the reasons for what may not.
 */
import type { Plan, PlanAction } from "../../domain/generated/plan.ts";
import type { PlanApproval } from "../../domain/reconcile/orders.ts";
import type { ReconcileMode } from "../../domain/reconcile/settings.ts";
import type { PendingPlan } from "../../domain/reconcile/status.ts";
import { countOf } from "../../util/count.ts";
import { isEmptyPlan } from "../plan/empty-plan.ts";
import { loosenedRules } from "./standing.ts";

/** Acts that no mode carries out by itself. */
const NEED_APPROVAL: ReadonlySet<PlanAction> = new Set([
  "rename",
  "replace",
  "delete",
  "forget",
]);

/** Acts that take drift back: what stands is changed in place, and what is gone is made again. */
export const HEALING: ReadonlySet<PlanAction> = new Set(["update", "create"]);

/** What a tick found. */
export interface Findings {
  readonly mode: ReconcileMode;
  /** Permissions of people, oldest first. */
  readonly approvals: readonly PlanApproval[];
  /** What the documents of today ask for; `null` where they could not be planned. */
  readonly whole: Plan | null;
  /** True when those documents are the ones that were applied last. */
  readonly isRolledOut: boolean;
  /**
   * Takes back what may be taken back now, from the documents that were applied last; `null` where
   * nothing may, or where they are not to be had.
   */
  readonly heal: Plan | null;
  /** Why drift is left, in sentences. */
  readonly held: readonly string[];
  /**
   * What the rules of the environment ask for before the whole may be carried out, and nobody gave
   * yet, in a sentence; `null` where nothing is missing.
   */
  readonly missingApprovals: string | null;
  /** Why this commit may not be rolled out, whatever the plan says; `null` where nothing is. */
  readonly refusedCommit: string | null;
  /** Why people have to look before anything is done, in a sentence; `null` where nothing is. */
  readonly caution: string | null;
}

/** What to carry out, and what waits. */
export interface Decision {
  readonly apply: {
    readonly plan: Plan;
    readonly purpose: "heal" | "rollout";
    /** Who approved it; `null` where the mode allows it. */
    readonly approvedBy: string | null;
  } | null;
  /** The plan that waits while `apply` is carried out, and why. */
  readonly waiting: {
    readonly plan: Plan;
    readonly pending: Omit<PendingPlan, "since">;
  } | null;
}

/**
 * An approved plan comes first, then what the mode allows: `enforce` rolls out, `heal` and
 * `enforce` take drift back. What a rollout cannot do is healed all the same. What loosens a rule
 * of the environment no mode does by itself: a commit would decide how far it may go.
 */
export function decide(found: Findings): Decision {
  const { whole } = found;
  if (whole !== null && !isEmptyPlan(whole)) {
    const reasons = obstaclesOf(whole, found);
    if (reasons.length === 0)
      return {
        apply: {
          plan: whole,
          purpose: purposeOf(found),
          approvedBy: approverOf(whole, found),
        },
        waiting: null,
      };
    const heal = healIn(found);
    // What a heal takes back is all there is: nothing is left to wait.
    const isSame = heal !== null && heal.intent_digest === whole.intent_digest;
    return {
      apply:
        heal === null
          ? null
          : { plan: heal, purpose: "heal", approvedBy: null },
      waiting: isSame
        ? null
        : {
            plan: whole,
            pending: {
              kind: purposeOf(found),
              digest: whole.digest,
              intentDigest: whole.intent_digest,
              summary: whole.summary,
              waitsFor: reasons,
              isApprovable: isApprovable(whole, found),
            },
          },
    };
  }
  const heal = healIn(found);
  return {
    apply:
      heal === null ? null : { plan: heal, purpose: "heal", approvedBy: null },
    waiting: null,
  };
}

function purposeOf({ isRolledOut }: Findings): "heal" | "rollout" {
  return isRolledOut ? "heal" : "rollout";
}

function healIn({ mode, heal, caution }: Findings): Plan | null {
  if (mode !== "heal" && mode !== "enforce") return null;
  if (caution !== null) return null;
  if (heal === null || isEmptyPlan(heal)) return null;
  const isAllowed =
    refusalsOf(heal).length === 0 &&
    loosenedRules(heal).length === 0 &&
    heal.changes.every(({ action }) => HEALING.has(action));
  return isAllowed ? heal : null;
}

function approverOf(plan: Plan, { approvals }: Findings): string | null {
  return (
    approvals.findLast(
      ({ intentDigest }) => intentDigest === plan.intent_digest,
    )?.by ?? null
  );
}

function isApprovable(plan: Plan, { mode, refusedCommit }: Findings): boolean {
  return (
    mode !== "observe" &&
    refusedCommit === null &&
    refusalsOf(plan).length === 0
  );
}

/** Why a whole plan is not carried out now; empty when it may be. */
function obstaclesOf(plan: Plan, found: Findings): readonly string[] {
  const { mode, isRolledOut, refusedCommit, held } = found;
  const stops = [
    ...refusalsOf(plan),
    ...(refusedCommit === null || isRolledOut ? [] : [refusedCommit]),
  ];
  if (mode === "observe")
    return [...stops, "the mode is observe: nothing is carried out"];
  if (stops.length > 0) return stops;
  if (found.missingApprovals !== null) return [found.missingApprovals];
  if (approverOf(plan, found) !== null) return [];
  const needs = whatNeedsPeople(plan, found);
  if (needs.length > 0) return needs;
  if (mode === "enforce" && (!isRolledOut || held.length === 0)) return [];
  if (!isRolledOut) return [`the mode is ${mode}: approve it by its digest`];
  return [
    ...held,
    mode === "propose"
      ? "the mode is propose: approve it by its digest"
      : "only what drifted is taken back by itself; approve the whole by its digest",
  ];
}

function whatNeedsPeople(plan: Plan, { caution }: Findings): readonly string[] {
  const risky = plan.changes.filter(({ action }) => NEED_APPROVAL.has(action));
  const loosened = loosenedRules(plan);
  return [
    ...(caution === null ? [] : [`${caution}: approve it by its digest`]),
    ...(loosened.length === 0
      ? []
      : [
          `it loosens ${loosened.join(", ")}, which no mode does by itself: approve it by its digest`,
        ]),
    ...(risky.length === 0
      ? []
      : [
          `it has ${countOf(risky.length, "change")} that no mode makes by itself (${[...new Set(risky.map(({ action }) => action))].sort().join(", ")}): approve it by its digest`,
        ]),
  ];
}

function refusalsOf({ findings }: Plan): string[] {
  return findings
    .filter(({ level }) => level === "refuse")
    .map(({ code, message }) => `refused by ${code}: ${message}`);
}
