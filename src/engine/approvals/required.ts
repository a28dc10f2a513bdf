import type { Approval } from "../../domain/approval.ts";
import type { ApprovalRules } from "../../domain/environment.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import { isJsonList, type JsonValue } from "../../domain/json.ts";
import type { RecordedRules } from "../../domain/state/inventory.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { isEmptyPlan } from "../plan/empty-plan.ts";

/**
 * Every rule about approvals that holds: those of today's documents and those that the last apply
 * recorded, so that a change which loosens them is still held to what it loosens. Pure.
 */
export function requiredApprovals(
  declared: readonly (ApprovalRules | null)[],
  recorded: RecordedRules | undefined,
): readonly ApprovalRules[] {
  const found = [...declared, recordedApprovals(recorded ?? {})];
  const rules = found.filter((rule) => rule !== null).map(inOrder);
  return [...new Map(rules.map((rule) => [nameOf(rule), rule])).values()];
}

/**
 * Whether a plan may be applied as far as approvals go: nobody is asked, there is nothing to do, or
 * this very plan was approved under every rule that holds.
 */
export function isApproved(
  plan: Plan,
  required: readonly ApprovalRules[],
  approval: Approval | undefined,
): boolean {
  if (required.length === 0 || isEmptyPlan(plan)) return true;
  if (approval === undefined) return false;
  const met = new Set(approval.rules.map((rule) => nameOf(inOrder(rule))));
  return (
    [plan.digest, plan.intent_digest].includes(approval.digest) &&
    required.every((rule) => met.has(nameOf(rule)))
  );
}

function recordedApprovals(recorded: RecordedRules): ApprovalRules | null {
  const count = ownValue(recorded, "approvals.count");
  const by = ownValue(recorded, "approvals.by");
  if (typeof count !== "number") return null;
  return { count, by: isJsonList(by) ? by.map(String) : null };
}

function ownValue(
  recorded: RecordedRules,
  name: string,
): JsonValue | undefined {
  return Object.hasOwn(recorded, name) ? recorded[name] : undefined;
}

function inOrder({ count, by }: ApprovalRules): ApprovalRules {
  return { count, by: by === null ? null : [...by].sort() };
}

function nameOf({ count, by }: ApprovalRules): string {
  return canonicalJson({ count, by });
}
