import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { UserError } from "../../domain/problem/error.ts";
import { nearest } from "../../util/nearest.ts";
import { shellWord } from "../../util/shell-word.ts";
import type { CompletionInput } from "./command.ts";
import { SCRIPTS } from "./scripts.ts";

/** Carries out `tieline completion <shell>`. Resolves to the exit status. */
export function run({ args }: CompletionInput, io: Io): Promise<number> {
  const script = SCRIPTS.get(args.shell);
  if (script === undefined) throw noShell(args.shell);
  return Promise.resolve(
    respond(io, {
      json: () => ({ kind: "completion", shell: args.shell, script }),
      text: () => script,
    }),
  );
}

function noShell(word: string): UserError {
  const shells = [...SCRIPTS.keys()];
  const near = nearest(word, shells);
  return new UserError("CLI001", `"${word}" is no shell that is known`, {
    why: `there are scripts for ${shells.join(", ")}`,
    fix: `tieline completion ${shellWord(near ?? "bash")}`,
  });
}
