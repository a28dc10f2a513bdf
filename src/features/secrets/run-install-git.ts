import type { InstallGitInput } from "./command-install-git.ts";
import type { Io } from "../../command/io.ts";
import { respond } from "../../command/respond.ts";
import { openWorkspace } from "../../command/workspace.ts";
import { plainText } from "../../output/escape.ts";
import { installGit } from "./git/install-git.ts";

/** Carries out `tieline secrets install-git`. Resolves to the exit status. */
export async function run(input: InstallGitInput, io: Io): Promise<number> {
  const source = await openWorkspace(input, io);
  const done = await installGit(source.root, io);
  return respond(io, {
    json: () => ({ kind: "secrets-install-git", done }),
    text: () => done.map((what) => `set ${plainText(what)}\n`).join(""),
  });
}
