import { approvalsOf } from "../../command/confirm.ts";
import type { ApplyInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { withEnvironment } from "../../command/open-environment.ts";
import { readPlan } from "../../command/workspace.ts";
import { secretIntent } from "../../command/plan-options.ts";
import { planIn } from "../plan/plan-in.ts";
import { applyApproved, assertAlone } from "./apply-approved.ts";
import { carryOut } from "./carry-out.ts";
import { resume } from "./resume-run.ts";

/** Carries out `tieline apply <environment | plan file>`. Resolves to the exit status. */
export async function run(input: ApplyInput, io: Io): Promise<number> {
  const what = input.args.what;
  if (input.options.expectApproved) assertAlone(input);
  const file = what.endsWith(".json") ? readPlan(io.cwd, what) : undefined;
  const name =
    file === undefined ? what : (input.options.environment ?? file.environment);
  return withEnvironment(
    name,
    { input, io },
    async (environment) => {
      if (input.options.resume) return resume(environment, input, io);
      if (input.options.expectApproved)
        return applyApproved(environment, input, io);
      const approvals = approvalsOf(
        input.options.approve,
        input.options.reason,
      );
      const request = { approvals, ...secretIntent(input.options) };
      const plan = file ?? (await planIn(environment, request)).plan;
      const asks = file === undefined;
      return carryOut({ environment, plan, input, io, asks, approvals });
    },
    { reads: file === undefined ? "late" : "rules" },
  );
}
