import { planOwnership, type OwnershipAction } from "./ownership.ts";
import { carryOut } from "../apply/carry-out.ts";
import { approvalsOf } from "../../command/confirm.ts";
import type { AdoptInput } from "./command-adopt.ts";
import type { ForgetInput } from "./command-forget.ts";
import type { Io } from "../../command/io.ts";
import { showPlan } from "../plan/show-plan.ts";
import { withEnvironment } from "../../command/open-environment.ts";

/**
 * `adopt` and `forget`: an ordinary plan, limited to that; shown and applied, or with `--out` only
 * written down.
 */
export async function changeOwnership(
  action: OwnershipAction,
  input: AdoptInput | ForgetInput,
  io: Io,
): Promise<number> {
  const name = input.args.environment;
  const names = input.args.connection;
  return withEnvironment(name, { input, io }, async (environment) => {
    const approvals = approvalsOf(input.options.approve, input.options.reason);
    const result = await planOwnership(environment, action, names, approvals);
    if (input.options.out !== undefined) return showPlan(result, input, io);
    const { plan } = result;
    return carryOut({ environment, plan, input, io, asks: true, approvals });
  });
}
