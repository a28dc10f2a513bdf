import type { StateUnlockInput } from "./command-unlock.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { argumentWord } from "../../util/shell-word.ts";
import { UserError } from "../../domain/problem/error.ts";
import { openStateOf } from "../../command/open-state.ts";

/**
 * Carries out `tieline state unlock <environment> --if-holder <id>`. Resolves to the exit status.
 */
export async function run(input: StateUnlockInput, io: Io): Promise<number> {
  const opened = await openStateOf(input.args.environment, input, io);
  const id = input.options.ifHolder;
  if (id === undefined)
    throw new UserError("CLI001", "unlock needs --if-holder", {
      why: "it ends exactly the lease you looked at, never one that was taken meanwhile",
      fix: `look at the id with: tieline state show ${argumentWord(input.args.environment)}`,
      notDone: "nothing was changed",
    });
  await opened.state.breakLease(id);
  return respond(io, {
    json: () => ({
      kind: "state-unlock",
      environment: opened.rules.name,
      lease: id,
    }),
    text: () => "The lease is ended.\n",
  });
}
