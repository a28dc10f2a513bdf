import { approvalsOf } from "../../command/confirm.ts";
import { listOf, textOf, type Input } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";
import { withEnvironment } from "../../command/open-environment.ts";
import { readPlan } from "../../command/workspace.ts";
import { secretIntent } from "../../command/plan-options.ts";
import { planIn } from "../plan/plan-in.ts";
import { carryOut } from "./carry-out.ts";
import { resume } from "./resume-run.ts";

/** Carries out `tieline apply <environment | plan file>`. Resolves to the exit status. */
export async function run(input: Input, io: Io): Promise<number> {
  const what = textOf(input.args["what"]) ?? "";
  const file = what.endsWith(".json") ? readPlan(io.cwd, what) : undefined;
  const name =
    file === undefined
      ? what
      : (textOf(input.options["environment"]) ?? file.environment);
  return withEnvironment(
    name,
    { input, io },
    async (environment) => {
      if (input.options["resume"] === true)
        return resume(environment, input, io);
      const approvals = approvalsOf(
        listOf(input.options["approve"]),
        textOf(input.options["reason"]),
      );
      const request = { approvals, ...secretIntent(input) };
      const plan = file ?? (await planIn(environment, request)).plan;
      const asks = file === undefined;
      return carryOut({ environment, plan, input, io, asks, approvals });
    },
    { reads: file === undefined ? "documents" : "rules" },
  );
}
