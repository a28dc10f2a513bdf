import type { ApprovalRules } from "../../domain/environment.ts";
import { CODEOWNERS_WORD } from "../approvals/judge.ts";
import { approvalRuleText } from "../approvals/rule-text.ts";
import type { PlanApproval } from "../../domain/reconcile/orders.ts";

/** How approvals that people gave here stand to the rules of an environment. */
export interface GivenApprovals {
  /** Who approved, sorted. */
  readonly people: readonly string[];
  /** The rules that are met. */
  readonly met: readonly ApprovalRules[];
  /** Those that are not, in a sentence; `null` where there are none. */
  readonly missing: string | null;
}

/**
 * Holds the approvals of one plan against the rules. Whoever is named counts once; a team cannot be
 * resolved here, so that a rule which names one counts only people that it names beside it: nobody
 * can be called like a team, or like the word for the owners of files. Nor is the review of a
 * merged pull request seen here, so that a rule which asks for nothing else asks for one person.
 */
export function givenApprovals(
  intentDigest: string,
  approvals: readonly PlanApproval[],
  required: readonly ApprovalRules[],
): GivenApprovals {
  const people = [
    ...new Set(
      approvals
        .filter((approval) => approval.intentDigest === intentDigest)
        .map(({ by }) => by),
    ),
  ].sort();
  const isMet = ({ count, by }: ApprovalRules): boolean =>
    people.filter((person) => isCounted(person, by)).length >=
    Math.max(1, count);
  const open = required.filter((rule) => !isMet(rule));
  return {
    people,
    met: required.filter(isMet),
    missing:
      open.length === 0
        ? null
        : `the environment asks for ${open.map(approvalRuleText).join(", and for ")}${people.length === 0 ? "" : `; given by ${people.join(", ")}`}`,
  };
}

function isCounted(person: string, by: ApprovalRules["by"]): boolean {
  if (by === null) return true;
  return (
    person !== CODEOWNERS_WORD && !person.includes("/") && by.includes(person)
  );
}
