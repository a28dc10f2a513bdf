import { UserError } from "../domain/problem/error.ts";
import { cannotAsk } from "./cannot-ask.ts";
import type { Io } from "./io.ts";

/**
 * Asks a question that only `yes` answers. @throws UserError CLI005 for another answer, and when
 * nobody can be asked.
 */
export async function askYes(question: string, io: Io): Promise<void> {
  const notDone = "nothing was changed";
  const why = cannotAsk(io);
  if (why !== undefined)
    throw new UserError("CLI005", "this needs a confirmation and cannot ask", {
      why,
      fix: "look at what is shown without --yes, then add --yes",
      notDone,
    });
  const answer = await io.ask(`${question} Type "yes" to go on: `);
  if (answer !== "yes")
    throw new UserError("CLI005", "not confirmed", { notDone });
}
