import { coversPlan } from "../../engine/diff/covers.ts";
import { plainText } from "../../output/escape.ts";
import { approvalsRequiredIn } from "./approved.ts";
import { carryOut } from "./carry-out.ts";
import { approvalsOf } from "../../command/confirm.ts";
import type { ApplyInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import type { Environment } from "../../environment/open.ts";
import { planIn } from "../plan/plan-in.ts";
import { findCutOffRun } from "./resume.ts";

/**
 * Finishes a run that was cut off: shows what it left, plans again, and asks only when the new plan
 * does more than the approved one announced.
 * @throws ConflictError CLI030 when there is nothing to resume.
 */
export async function resume(
  environment: Environment,
  input: ApplyInput,
  io: Io,
): Promise<number> {
  const { run, openKeys, approved } = await findCutOffRun(
    environment.name,
    environment.state,
  );
  if (!io.isQuiet) {
    const since = run === null ? "" : ` ${run.runId} of ${run.startedAt}`;
    io.err(
      `The run${since} did not finish. Open: ${openKeys.map(plainText).join(", ") || "nothing that was started"}.\n`,
    );
  }
  const approvals = approvalsOf(input.options.approve, input.options.reason);
  const { plan } = await planIn(environment, { approvals });
  const isCovered = approved !== null && coversPlan(approved, plan);
  if (!io.isQuiet)
    io.err(
      isCovered
        ? "What is left was approved with that run.\n"
        : "What is left is not all of what was approved then, so it is asked for.\n",
    );
  // What was approved with that run needs no second approval.
  const approval = isCovered
    ? { digest: plan.digest, rules: await approvalsRequiredIn(environment) }
    : undefined;
  return carryOut({
    environment,
    plan,
    input,
    io,
    asks: !isCovered,
    approvals,
    ...(approval === undefined ? {} : { approval }),
  });
}
