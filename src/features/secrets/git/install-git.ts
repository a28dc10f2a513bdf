import { isDeepStrictEqual } from "node:util";
import { UserError } from "../../../domain/problem/error.ts";
import {
  inWords,
  placeIn,
  readBytesIfThere,
  SHARED_FILE,
  writeAll,
  type Place,
} from "../../../platform/files/index.ts";
import { createGit } from "../../../platform/git/index.ts";
import type { Git } from "../../../ports/git.ts";
import { missingLines } from "../../../util/missing-lines.ts";
import type { Io } from "../../../command/io.ts";
import { gitDrivers, runningProgram } from "./git-driver.ts";

const ATTRIBUTES: readonly string[] = [
  "*.enc.yaml diff=tieline merge=tieline",
  "*.enc.json diff=tieline merge=tieline",
  // Converted line ends would be part of its values.
  "*.enc.env diff=tieline merge=tieline -text",
];
/** Far beyond any .gitattributes. */
const MAX_BYTES = 1024 * 1024;

/**
 * Installs the diff and merge drivers: lines of `.gitattributes`, which are committed, and settings
 * of this clone. @returns what changed.
 */
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
  const git = createGit(root, io.env);
  const done: string[] = [];
  for (const [name, value] of settingsOf(await topLevelOf(git, root))) {
    await configure(git, name, value);
    done.push(`git config ${name}`);
  }
  // The converted text is never cached: git would store it in the repository.
  await configure(git, "diff.tieline.cachetextconv", "false");
  if (added === "") return done;
  await addAttributes(place, before, added);
  return [...done, ".gitattributes"];
}

/**
 * The settings of this clone. They stand in no file that is committed, so paths of this machine may
 * be in them.
 */
function settingsOf(topLevel: string): readonly (readonly [string, string])[] {
  const { textconv, merge } = gitDrivers(topLevel, runningProgram());
  return [
    ["diff.tieline.textconv", textconv],
    ["merge.tieline.name", "merge of SOPS files, value by value"],
    ["merge.tieline.driver", merge],
  ];
}

async function topLevelOf(git: Git, root: string): Promise<string> {
  // In no repository the first setting is refused, and says so.
  return (await git.place())?.topLevel ?? root;
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

async function configure(git: Git, name: string, value: string): Promise<void> {
  const answer = await git.run(["config", "--local", name, value]);
  if (answer.status === 0) return;
  throw new UserError("SEC031", "git did not accept the settings", {
    why: `git says: ${answer.stderr}`,
    fix: "make the settings of this clone writable",
    notDone: "nothing was written",
  });
}
