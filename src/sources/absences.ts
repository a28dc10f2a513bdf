import { posix } from "node:path";
import type { Git } from "../ports/git.ts";
import { shellWord } from "../util/shell-word.ts";
import { haveObjects, type TrackedFile } from "./tracked-files.ts";

/** Why something that git tracks is not here, and the command that brings it. */
export interface Absence {
  readonly detail: string;
  readonly fix: string;
}

/** A file that git tracks and that is not here for another reason than that somebody deleted it. */
export interface AbsentFile {
  readonly path: string;
  readonly absence: Absence;
}

/** Files to find out about. */
export interface AbsenceRequest {
  readonly git: Git;
  /** Folder of the workspace that paths are relative to: empty, or a submodule's. */
  readonly base: string;
  /** Files that git tracks and that are not here. */
  readonly missing: readonly TrackedFile[];
  /** True when nothing of their folder is in the working tree or the index. */
  readonly isFolderEmpty: boolean;
}

/**
 * Which of the missing files are no deletion. A deletion is what somebody did here: the file had
 * been written to this working tree, or its content is in this clone and its neighbours are here.
 */
export async function findAbsences(
  request: AbsenceRequest,
): Promise<readonly AbsentFile[]> {
  const { git, base, missing, isFolderEmpty } = request;
  const headOnly = missing.filter(({ kind }) => kind === "head-only");
  const isDeleted =
    !isFolderEmpty &&
    (await haveObjects(
      git,
      headOnly.map(({ object }) => object),
    ));
  const command = base === "" ? "git" : `git -C ${shellWord(base)}`;
  return missing.flatMap(({ path, kind }) => {
    if (kind === "ordinary" || (kind === "head-only" && isDeleted)) return [];
    const absence = ABSENCES[kind](path, command);
    return [{ path: posix.join(base, path), absence }];
  });
}

/**
 * By what git knows of the file; `git` is the command for its repository, and paths are relative to
 * that.
 */
const ABSENCES: Readonly<
  Record<
    Exclude<TrackedFile["kind"], "ordinary">,
    (path: string, git: string) => Absence
  >
> = {
  unwritten: (path, git) => ({
    detail: "git tracks it, and it was never checked out here",
    fix: `bring it here: ${git} checkout -- ${folderOf(path)}`,
  }),
  "left-out": (_path, git) => ({
    detail: "git tracks it, and this checkout leaves it out",
    fix: `bring it here: ${git} sparse-checkout disable`,
  }),
  unwatched: (path, git) => ({
    detail: "git tracks it, and was told not to look whether it is here",
    fix: `bring it here: ${git} update-index --no-assume-unchanged -- ${shellWord(path)} && ${git} checkout -- ${shellWord(path)}`,
  }),
  unmerged: (_path, git) => ({
    detail: "its merge is not finished",
    fix: `finish it: ${git} status says what is left`,
  }),
  "head-only": (path, git) => ({
    detail: "the commit has it, and it was never checked out here",
    fix: `bring it here: ${git} checkout HEAD -- ${folderOf(path)}; where it is to be deleted, commit that`,
  }),
};

function folderOf(path: string): string {
  return shellWord(posix.dirname(path));
}

/** Of a folder that a sparse checkout leaves out as a whole. */
export function folderAbsence(base: string): Absence {
  return ABSENCES["left-out"](
    "",
    base === "" ? "git" : `git -C ${shellWord(base)}`,
  );
}

/** Of a submodule that is not checked out. @param path - its folder, from the workspace. */
export function submoduleAbsence(path: string): Absence {
  return {
    detail: "it is in a submodule that is not checked out",
    fix: `bring it here: git submodule update --init -- ${shellWord(path)}`,
  };
}

/** One entry for each reason: a checkout may leave out thousands of files. */
export function groupAbsences(
  folder: string,
  absent: readonly AbsentFile[],
): readonly AbsentFile[] {
  const groups = new Map<string, AbsentFile[]>();
  for (const file of absent) {
    const known = groups.get(file.absence.detail);
    if (known === undefined) groups.set(file.absence.detail, [file]);
    else known.push(file);
  }
  return [...groups.values()].flatMap((files) => {
    const [first] = files;
    if (first === undefined || files.length === 1) return files;
    const { detail, fix } = first.absence;
    return [
      {
        path: folder,
        absence: {
          detail: `${String(files.length)} files of it are missing, such as "${posix.basename(first.path)}": ${detail}`,
          fix,
        },
      },
    ];
  });
}
