import {
  assertPlanned,
  ownershipOptions,
  type OwnershipAction,
} from "./ownership.ts";
import { carryOut } from "../apply/carry-out.ts";
import { approvalsOf } from "../../command/confirm.ts";
import { listOf, textOf, type Input } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";
import { showPlan } from "../plan/show-plan.ts";
import { openSession } from "../../environment/session.ts";

/** `adopt` and `forget`: an ordinary plan, limited to that; shown and applied, or with `--out` only written down. */
export async function changeOwnership(
  action: OwnershipAction,
  input: Input,
  io: Io,
): Promise<number> {
  const environment = textOf(input.args["environment"]) ?? "";
  const names = listOf(input.args["connection"]);
  const session = await openSession(environment, input, io);
  try {
    const approvals = approvalsOf(
      listOf(input.options["approve"]),
      textOf(input.options["reason"]),
    );
    const options = ownershipOptions(action, names);
    const result = await session.plan(approvals, options);
    assertPlanned(result.plan, action, names, await session.knownKeys());
    if (input.options["out"] !== undefined)
      return await showPlan(result, input, io);
    const { plan } = result;
    return await carryOut({ session, plan, input, io, asks: true });
  } finally {
    await session.close();
  }
}
