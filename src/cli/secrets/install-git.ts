import { isDeepStrictEqual } from "node:util";
import { UserError } from "../../domain/error.ts";
import {
  inWords,
  placeIn,
  readBytesIfThere,
  SHARED_FILE,
  writeAll,
  type Place,
} from "../../platform/files/index.ts";
import { runProgram } from "../../secrets/sops/run-program.ts";
import { missingLines } from "../../util/missing-lines.ts";
import type { Io } from "../io.ts";

const ATTRIBUTES: readonly string[] = [
  "*.enc.yaml diff=tieline merge=tieline",
  "*.enc.json diff=tieline merge=tieline",
  "*.enc.env diff=tieline merge=tieline",
];
/** Far beyond any .gitattributes. */
const MAX_BYTES = 1024 * 1024;

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
  // Looked at first: where it is a link or no file, git is not asked either.
  const place = placeIn(root, ".gitattributes");
  const before = readBytesIfThere(place, MAX_BYTES);
  const added = missingLines(
    new TextDecoder().decode(before ?? new Uint8Array()),
    ATTRIBUTES,
  );
  const done: string[] = [];
  for (const [name, value] of SETTINGS) {
    await git(["config", "--local", name, value], root, io);
    done.push(`git config ${name}`);
  }
  await git(
    ["config", "--local", "diff.tieline.cachetextconv", "false"],
    root,
    io,
  );
  if (added === "") return done;
  await addAttributes(place, before, added);
  return [...done, ".gitattributes"];
}

async function addAttributes(
  place: Place,
  before: Uint8Array | null,
  added: string,
): Promise<void> {
  try {
    await writeAll([
      {
        place,
        bytes: Buffer.concat([before ?? Buffer.of(), Buffer.from(added)]),
        mode: SHARED_FILE,
        objection: (now) =>
          isDeepStrictEqual(now, before)
            ? undefined
            : "it changed while the command ran",
      },
    ]);
  } catch (error) {
    throw inWords(error, {
      code: "CLI016",
      what: '".gitattributes" cannot be written',
      notDone:
        "git has the settings already; without the lines they do nothing",
    });
  }
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
