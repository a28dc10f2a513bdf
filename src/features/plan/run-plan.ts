import { approvalsOf } from "../../command/confirm.ts";
import { listOf, textOf, type Input } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";
import { openSession } from "../../environment/session.ts";
import { secretIntent } from "./options.ts";
import { showPlan } from "./show-plan.ts";

/** Carries out `tieline plan <environment>`. Resolves to the exit status. */
export async function run(input: Input, io: Io): Promise<number> {
  const session = await openSession(
    textOf(input.args["environment"]) ?? "",
    input,
    io,
    { ref: textOf(input.options["ref"]) },
  );
  try {
    const approvals = approvalsOf(
      listOf(input.options["approve"]),
      textOf(input.options["reason"]),
    );
    return await showPlan(
      await session.plan(approvals, secretIntent(input)),
      input,
      io,
    );
  } finally {
    await session.close();
  }
}
