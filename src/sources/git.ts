import { execFile } from "node:child_process";

/** Which commit the documents are from; `null` members where git cannot tell. */
export interface GitProvenance {
  readonly commit: string | null;
  /** True when a tracked or untracked file below the folder differs from the commit. */
  readonly dirty: boolean | null;
}

/** A git that does not answer within this time is treated as absent; it only reads a local repository. */
const GIT_TIMEOUT_MS = 5000;

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

function git(folder: string, args: readonly string[]): Promise<string | null> {
  // A repository's own configuration can name programs to run as file system monitor or hook; both are switched off.
  const safe = [
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    ...args,
  ];
  return new Promise((resolve) => {
    execFile(
      "git",
      safe,
      {
        cwd: folder,
        timeout: GIT_TIMEOUT_MS,
        maxBuffer: 1 << 20,
        env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" },
      },
      (error, stdout) => {
        resolve(error === null ? stdout : null);
      },
    );
  });
}
