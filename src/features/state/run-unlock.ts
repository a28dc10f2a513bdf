import { EXIT } from "../../command/exit-codes.ts";
import type { StateUnlockInput } from "./command-unlock.ts";
import type { Io } from "../../command/io.ts";
import { UserError } from "../../domain/problem/error.ts";
import { jsonText } from "../../output/json.ts";
import { openStateSession } from "../../command/open-state.ts";

/** Carries out `tieline state unlock <environment> --if-holder <id>`. Resolves to the exit status. */
export async function run(input: StateUnlockInput, io: Io): Promise<number> {
  const session = await openStateSession(input.args.environment, input, io);
  const id = input.options.ifHolder;
  if (id === undefined)
    throw new UserError("CLI001", "unlock needs --if-holder", {
      why: "it ends exactly the lease you looked at, never one that was taken meanwhile",
      fix: "look at the id with: tieline state show",
      notDone: "nothing was changed",
    });
  await session.state.breakLease(id);
  if (io.isJson)
    io.out(
      jsonText({
        kind: "state-unlock",
        environment: session.rules.name,
        lease: id,
        exit_code: EXIT.done,
      }),
    );
  else io.out("The lease is ended.\n");
  return EXIT.done;
}
