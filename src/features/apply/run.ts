import { approvalsOf } from "../../command/confirm.ts";
import { listOf, textOf, type Input } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";
import { openSession } from "../../environment/session.ts";
import { readPlan } from "../../environment/workspace.ts";
import { secretIntent } from "../plan/options.ts";
import { carryOut } from "./carry-out.ts";
import { resume } from "./resume-run.ts";

/** Carries out `tieline apply <environment | plan file>`. Resolves to the exit status. */
export async function run(input: Input, io: Io): Promise<number> {
  const what = textOf(input.args["what"]) ?? "";
  const file = what.endsWith(".json") ? readPlan(io.cwd, what) : undefined;
  const environment =
    file === undefined
      ? what
      : (textOf(input.options["environment"]) ?? file.environment);
  const session = await openSession(environment, input, io, {
    planOnly: file !== undefined,
  });
  try {
    if (input.options["resume"] === true)
      return await resume(session, input, io);
    const approvals = approvalsOf(
      listOf(input.options["approve"]),
      textOf(input.options["reason"]),
    );
    const plan =
      file ?? (await session.plan(approvals, secretIntent(input))).plan;
    const asks = file === undefined;
    const work = { session, plan, input, io, asks, approvals };
    return await carryOut(work);
  } finally {
    await session.close();
  }
}
