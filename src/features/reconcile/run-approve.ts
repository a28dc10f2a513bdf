import { ConflictError } from "../../domain/problem/error.ts";
import { respond } from "../../command/respond.ts";
import type { Io } from "../../command/io.ts";
import { thisHolder } from "../../environment/state.ts";
import { systemClock } from "../../environment/system-clock.ts";
import { safe, textOf } from "../../output/escape.ts";
import type { ReconcileStore } from "../../ports/reconcile-store.ts";
import type { ApproveInput } from "./command-approve.ts";
import { withStoreOf } from "./open-store.ts";

/** Carries out `tieline approve <environment> <digest>`. Resolves to the exit status. */
export async function run(input: ApproveInput, io: Io): Promise<number> {
  const { environment, digest } = input.args;
  const approval = {
    intentDigest: digest,
    by: thisHolder(io.env).actor,
    at: new Date(systemClock.now()).toISOString(),
  };
  await withStoreOf(environment, { input, io }, async (store) => {
    await assertWaiting(store, environment, digest);
    await store.changeOrders(environment, (orders) => ({
      ...orders,
      approvals: [
        // The same person counts once; the new time stands.
        ...orders.approvals.filter(
          ({ by, intentDigest }) =>
            by !== approval.by || intentDigest !== digest,
        ),
        approval,
      ],
      reconcileNow: { by: approval.by, at: approval.at },
    }));
  });
  return respond(io, {
    json: () => ({ kind: "approval", environment, ...approval }),
    text: () =>
      textOf([
        safe`${approval.by} approved ${digest} for ${environment}; it is carried out with the next tick, if it still is what the plan would do`,
      ]),
  });
}

/** @throws ConflictError PLN209 for a digest that is not the one that waits. */
async function assertWaiting(
  store: ReconcileStore,
  environment: string,
  digest: string,
): Promise<void> {
  const pending = (await store.readStatus(environment))?.pending ?? null;
  if (pending?.intentDigest === digest && pending.isApprovable) return;
  throw new ConflictError(
    "PLN209",
    pending?.intentDigest === digest
      ? `an approval is not what the plan for "${environment}" waits for`
      : `no plan of this digest waits for "${environment}"`,
    {
      why:
        pending === null
          ? "nothing waits there"
          : pending.intentDigest === digest
            ? pending.waitsFor.join("; ")
            : `what waits there is ${pending.intentDigest}`,
      fix: "look at what waits, on the status page or with tieline plan, and approve its intent digest",
      notDone: "nothing was approved",
    },
  );
}
