import { approvalsOf } from "../../command/confirm.ts";
import { listOf, textOf, type Input } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";
import { withEnvironment } from "../../command/open-environment.ts";
import { planIn } from "./plan-in.ts";
import { secretIntent } from "../../command/plan-options.ts";
import { showPlan } from "./show-plan.ts";

/** Carries out `tieline plan <environment>`. Resolves to the exit status. */
export async function run(input: Input, io: Io): Promise<number> {
  const name = textOf(input.args["environment"]) ?? "";
  const approvals = approvalsOf(
    listOf(input.options["approve"]),
    textOf(input.options["reason"]),
  );
  return withEnvironment(
    name,
    { input, io },
    async (environment) =>
      showPlan(
        await planIn(environment, { approvals, ...secretIntent(input) }),
        input,
        io,
      ),
    { ref: textOf(input.options["ref"]) },
  );
}
