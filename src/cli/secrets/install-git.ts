import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../domain/error.ts";
import { runProgram } from "../../secrets/sops/run-program.ts";
import type { Io } from "../io.ts";

const ATTRIBUTES =
  "*.enc.yaml diff=tieline merge=tieline\n*.enc.json diff=tieline merge=tieline\n*.enc.env diff=tieline merge=tieline\n";

/** The settings of this clone. The converted text is never cached: git would store it in the repository. */
const SETTINGS: readonly (readonly [string, string])[] = [
  ["diff.tieline.textconv", "tieline secrets textconv"],
  ["merge.tieline.name", "merge of SOPS files, value by value"],
  ["merge.tieline.driver", "tieline secrets merge %O %A %B %P"],
];

/** Installs the diff and merge drivers: lines of `.gitattributes`, which are committed, and settings of this clone. @returns what changed. */
export async function installGit(
  root: string,
  io: Io,
): Promise<readonly string[]> {
  const done: string[] = [];
  const file = join(root, ".gitattributes");
  const before = await readFile(file, "utf8").catch(() => "");
  const missing = ATTRIBUTES.split("\n").filter(
    (line) => line !== "" && !before.split(/\r?\n/u).includes(line),
  );
  for (const [name, value] of SETTINGS) {
    await git(["config", "--local", name, value], root, io);
    done.push(`git config ${name}`);
  }
  await git(
    ["config", "--local", "diff.tieline.cachetextconv", "false"],
    root,
    io,
  );
  if (missing.length > 0) {
    const lead =
      before === "" || before.endsWith("\n") ? before : `${before}\n`;
    await writeFile(file, `${lead}${missing.join("\n")}\n`);
    done.push(".gitattributes");
  }
  return done;
}

async function git(
  args: readonly string[],
  cwd: string,
  io: Io,
): Promise<void> {
  const result = await runProgram("git", ["-C", cwd, ...args], { env: io.env });
  if (result.status === 0) return;
  throw new UserError("SEC031", "git did not take the settings", {
    why: result.isMissing
      ? "the program git was not found"
      : "this folder is in no git repository, or it cannot be written",
    fix: "run it inside a clone",
    notDone: "nothing was written",
  });
}
