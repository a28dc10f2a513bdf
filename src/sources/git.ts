import { createGit } from "./git-program.ts";

/** Which commit the documents are from; `null` members where git cannot tell. */
export interface GitProvenance {
  readonly commit: string | null;
  /** True when a tracked or untracked file below the folder differs from the commit. */
  readonly dirty: boolean | null;
}

/** Asks git about a folder. No repository, or no git at all, is an ordinary answer. Runs nothing that the repository could configure. */
export async function readGitProvenance(
  folder: string,
): Promise<GitProvenance> {
  const [commit, changes] = await Promise.all([
    git(folder, ["rev-parse", "HEAD"]),
    git(folder, [
      "status",
      "--porcelain",
      "--untracked-files=normal",
      "--",
      ".",
    ]),
  ]);
  return {
    commit:
      commit === null || !/^[0-9a-f]{40,64}\n$/u.test(commit)
        ? null
        : commit.trim(),
    dirty: changes === null ? null : changes !== "",
  };
}

async function git(
  folder: string,
  args: readonly string[],
): Promise<string | null> {
  try {
    const answer = await createGit(folder, process.env).run(args);
    return answer.status === 0
      ? Buffer.from(answer.stdout).toString("utf8")
      : null;
  } catch {
    // No git at all, or one that does not answer: then nobody knows.
    return null;
  }
}
