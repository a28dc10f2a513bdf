import { EXIT } from "../../command/exit-codes.ts";
import type { InstallGitInput } from "./command-install-git.ts";
import type { Io } from "../../command/io.ts";
import { openWorkspace } from "../../command/workspace.ts";
import { plainText } from "../../output/escape.ts";
import { jsonText } from "../../output/json.ts";
import { installGit } from "./git/install-git.ts";

/** Carries out `tieline secrets install-git`. Resolves to the exit status. */
export async function run(input: InstallGitInput, io: Io): Promise<number> {
  const source = await openWorkspace(input, io);
  const done = await installGit(source.root, io);
  if (io.isJson)
    io.out(
      jsonText({
        kind: "secrets-install-git",
        done,
        exit_code: EXIT.done,
      }),
    );
  else io.out(done.map((what) => `set ${plainText(what)}\n`).join(""));
  return EXIT.done;
}
