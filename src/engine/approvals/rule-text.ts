import type { ApprovalRules } from "../../domain/environment.ts";

/** A rule about approvals in words. */
export function approvalRuleText({ count, by }: ApprovalRules): string {
  const people = by === null ? "whoever may write" : by.join(", ");
  if (count === 0) return "the review of a pull request that was merged";
  return `${String(count)} ${count === 1 ? "approval" : "approvals"} by ${people}`;
}
