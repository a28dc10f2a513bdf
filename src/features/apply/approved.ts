import type { ApprovalRules } from "../../domain/environment.ts";
import { RefusedError } from "../../domain/problem/error.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import {
  isApproved,
  requiredApprovals,
} from "../../engine/approvals/required.ts";
import { approvalRuleText } from "../../engine/approvals/rule-text.ts";
import { readOwnInventory } from "../../environment/own-inventory.ts";
import type { Environment } from "../../environment/open.ts";
import { shellWord } from "../../util/shell-word.ts";
import type { CheckContext, StoredFacts } from "./plan-objections.ts";

/**
 * Nothing is applied that nobody approved, where approvals are asked for: by the rules of this
 * checkout, or by those of the last apply, which the same change may have loosened.
 * @throws RefusedError PLN223.
 */
export function assertApproved(
  plan: Plan,
  { rules, approval }: CheckContext,
  { inventory }: Pick<StoredFacts, "inventory">,
): void {
  const required = requiredApprovals([rules.approvals], inventory?.rules);
  if (isApproved(plan, required, approval)) return;
  const name = plan.environment;
  throw new RefusedError("PLN223", `nobody approved this plan for "${name}"`, {
    why: `approvals in environments/${name}/environment.yaml, as it is or as the last apply recorded it, ask for ${required.map(approvalRuleText).join(", and for ")}`,
    fix: `open a pull request, let tieline review plan it, have it approved, and let the job for its merge run: tieline apply ${shellWord(name)} --expect-approved`,
    notDone: "nothing was changed",
  });
}

/** Every rule about approvals that holds in an environment now. */
export async function approvalsRequiredIn({
  state,
  name,
  api,
  rules,
}: Pick<Environment, "state" | "name" | "api" | "rules">): Promise<
  readonly ApprovalRules[]
> {
  const inventory = await readOwnInventory(state, name, api.apiHost);
  return requiredApprovals([rules.approvals], inventory?.rules);
}
