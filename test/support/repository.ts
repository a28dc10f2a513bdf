import { execFileSync } from "node:child_process";
import { appendFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { writeFiles } from "./cli.ts";

/**
 * A bare repository and clones of it, as CI runners and people have them. Removed when the test
 * ends.
 */
export interface Repositories {
  /** Clones the repository; gives the folder. */
  clone(): Promise<string>;
  /** Runs git in a clone and gives what it printed. */
  git(folder: string, ...args: string[]): string;
  /** Writes these files, commits everything and pushes; gives the commit. */
  commit(
    folder: string,
    files: Readonly<Record<string, string>>,
  ): Promise<string>;
  readonly bare: string;
}

/** Makes a bare repository whose default branch is `main`. */
export async function aRepository(): Promise<Repositories> {
  const outer = await mkdtemp(join(tmpdir(), "tieline-git-"));
  onTestFinished(() => rm(outer, { recursive: true, force: true }));
  const bare = join(outer, "origin.git");
  await mkdir(bare);
  const git = (folder: string, ...args: string[]): string =>
    execFileSync(
      "git",
      ["-c", "user.name=test", "-c", "user.email=test@localhost", ...args],
      { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
    );
  git(bare, "init", "--bare", "--quiet", "--initial-branch=main");
  let clones = 0;
  return {
    bare,
    git,
    async clone() {
      clones += 1;
      const folder = join(outer, `clone-${String(clones)}`);
      git(outer, "clone", "--quiet", bare, folder);
      // What the program keeps beside the documents is in nobody's history.
      await appendFile(join(folder, ".git/info/exclude"), ".tieline/\n");
      return folder;
    },
    async commit(folder, files) {
      await writeFiles(folder, files);
      git(folder, "add", "--all");
      git(folder, "commit", "--quiet", "--message", "documents");
      git(folder, "push", "--quiet", "origin", "HEAD:main");
      return git(folder, "rev-parse", "HEAD").trim();
    },
  };
}
