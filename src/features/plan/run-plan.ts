import { approvalsOf } from "../../command/confirm.ts";
import type { PlanInput } from "./command-plan.ts";
import type { Io } from "../../command/io.ts";
import { withPlannable } from "../../command/open-environment.ts";
import { planIn } from "./plan-in.ts";
import { secretIntent, snapshotOf } from "../../command/plan-options.ts";
import { showPlan } from "./show-plan.ts";

/** Carries out `tieline plan <environment>`. Resolves to the exit status. */
export async function run(input: PlanInput, io: Io): Promise<number> {
  const name = input.args.environment;
  const approvals = approvalsOf(input.options.approve, input.options.reason);
  return withPlannable(
    name,
    { input, io },
    async (environment) =>
      showPlan(
        await planIn(environment, {
          approvals,
          ...secretIntent(input.options),
        }),
        input,
        io,
      ),
    {
      ref: input.options.ref,
      snapshot: snapshotOf(input.options),
    },
  );
}
