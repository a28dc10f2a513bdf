import { respond } from "../../command/respond.ts";
import type { Io } from "../../command/io.ts";
import { thisHolder } from "../../environment/state.ts";
import { systemClock } from "../../environment/system-clock.ts";
import { safe, textOf } from "../../output/escape.ts";
import type { ResumeInput } from "./command-resume.ts";
import { withStoreOf } from "./open-store.ts";

/** Carries out `tieline resume <environment>`. Resolves to the exit status. */
export async function run(input: ResumeInput, io: Io): Promise<number> {
  const { environment } = input.args;
  const at = new Date(systemClock.now()).toISOString();
  const { actor: by } = thisHolder(io.env);
  const was = await withStoreOf(environment, { input, io }, async (store) => {
    const { suspension } = await store.readOrders(environment);
    await store.changeOrders(environment, (orders) => ({
      ...orders,
      suspension: null,
      reconcileNow: { by, at },
    }));
    return suspension;
  });
  return respond(io, {
    json: () => ({ kind: "resume", environment, was_suspended: was }),
    text: () =>
      textOf([
        was === null
          ? safe`${environment} was not suspended; it is looked at with the next tick`
          : safe`${environment} is reconciled again; ${was.by} had suspended it: ${was.why}`,
      ]),
  });
}
