import { UserError } from "../../domain/problem/error.ts";
import { respond } from "../../command/respond.ts";
import type { Io } from "../../command/io.ts";
import { thisHolder } from "../../environment/state.ts";
import { systemClock } from "../../environment/system-clock.ts";
import { safe, textOf } from "../../output/escape.ts";
import { commandText } from "../../output/words.ts";
import type { SuspendInput } from "./command-suspend.ts";
import { untilOf } from "./until.ts";
import { withStoreOf } from "./open-store.ts";

/** Carries out `tieline suspend <environment>`. Resolves to the exit status. */
export async function run(input: SuspendInput, io: Io): Promise<number> {
  const { environment } = input.args;
  const why = input.options.reason?.trim() ?? "";
  if (why.length < 3)
    throw new UserError("CLI001", "a suspension has a reason", {
      why: "whoever finds the environment suspended has to know whether it still has to be",
      fix: "say it with --reason",
      notDone: "nothing was suspended",
    });
  const now = systemClock.now();
  const until = untilOf(input.options.until, now);
  const suspension = {
    by: thisHolder(io.env).actor,
    why,
    at: new Date(now).toISOString(),
    until,
  };
  await withStoreOf(environment, { input, io }, (store) =>
    store.changeOrders(environment, (orders) => ({ ...orders, suspension })),
  );
  return respond(io, {
    json: () => ({ kind: "suspension", environment, ...suspension }),
    text: () =>
      textOf([
        safe`${environment} is suspended ${until === null ? "" : safe`until ${until}, or `}until it is resumed: ${commandText("resume", environment)}`,
      ]),
  });
}
