import { execFileSync, spawnSync } from "node:child_process";
import {
  chmod,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { aWorkspace, PROGRAM, tieline } from "../support/cli.ts";

const FILE = "environments/dev/secrets.enc.yaml";
const ODD = `it's 100% "odd" $HOME`;
const QUIET = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_AUTHOR_NAME: "alex",
  GIT_AUTHOR_EMAIL: "alex@example.com",
  GIT_COMMITTER_NAME: "alex",
  GIT_COMMITTER_EMAIL: "alex@example.com",
};

function git(cwd: string, ...args: readonly string[]): string {
  return execFileSync("git", args, {
    cwd,
    encoding: "utf8",
    stdio: "pipe",
    env: { ...process.env, ...QUIET },
  });
}

/**
 * A clone with a workspace in a folder below it, both with names that shells have a meaning for.
 */
async function aClone(): Promise<{ top: string; root: string }> {
  const parent = await aWorkspace({});
  const top = join(parent, ODD);
  const root = join(top, "in fra");
  await mkdir(root, { recursive: true });
  expect((await tieline(["init", "."], { cwd: root })).status).toBe(0);
  git(top, "init", "-q", "-b", "main");
  await writeFile(join(top, ".gitignore"), "node_modules/\n");
  return { top, root };
}

async function commit(top: string): Promise<void> {
  git(top, "add", "-A");
  git(top, "commit", "-qm", "a commit");
}

async function set(root: string, path: string): Promise<void> {
  const args = ["secrets", "set", FILE, path, "--stdin"];
  const { status } = await tieline(args, { cwd: root, input: "value-1234" });
  expect(status).toBe(0);
}

/** The program as npm puts it into a folder. */
async function installed(root: string): Promise<string> {
  const bin = join(root, "node_modules/.bin");
  await mkdir(bin, { recursive: true });
  await symlink(PROGRAM, join(bin, "tieline"));
  return join(bin, "tieline");
}

function installGit(root: string, program: string): void {
  const args = [program, "secrets", "install-git"];
  execFileSync(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env["PATH"], ...QUIET },
  });
}

describe.skipIf(spawnSync("git", ["--version"]).status !== 0)(
  "what install-git writes (skipped where git is not installed)",
  () => {
    it("runs a program that is anywhere, in a clone of any name, for diffs and merges", async () => {
      const { top, root } = await aClone();
      installGit(root, PROGRAM);
      await commit(top);
      git(top, "switch", "-qc", "theirs");
      await set(root, "theirs/one");
      await commit(top);
      git(top, "switch", "-q", "main");
      await set(root, "ours/one");
      expect(git(top, "diff")).toMatch(/^\+ours\/one: /mu);
      await commit(top);
      git(top, "merge", "-q", "--no-edit", "theirs");
      const { stdout } = await tieline(["secrets", "list", "dev"], {
        cwd: root,
      });
      expect(stdout).toContain("ours/one");
      expect(stdout).toContain("theirs/one");
    });

    it("runs the program of node_modules, also after the clone was moved, and names no place of this machine in what is committed", async () => {
      const { top, root } = await aClone();
      installGit(root, await installed(root));
      const config = await readFile(join(top, ".git/config"), "utf8");
      expect(config).toContain("in fra/node_modules/.bin/tieline");
      expect(config).not.toContain(PROGRAM);
      await commit(top);
      const moved = join(top, "..", "moved");
      await rename(top, moved);
      await set(join(moved, "in fra"), "a/b");
      expect(git(moved, "diff")).toMatch(/^\+a\/b: /mu);
      for (const file of git(moved, "ls-files", "-z").split("\0"))
        if (file !== "")
          expect(await readFile(join(moved, file), "utf8")).not.toContain(
            PROGRAM,
          );
    });

    it("leaves git working when the program is gone", async () => {
      const { top, root } = await aClone();
      const program = await installed(root);
      installGit(root, program);
      await commit(top);
      await set(root, "a/b");
      await rm(program);
      expect(git(top, "diff")).toMatch(/^\+a:\n\+ {4}b: ENC\[/mu);
    });

    it("runs no program that came with a commit", async () => {
      const { top, root } = await aClone();
      const program = await installed(root);
      installGit(root, program);
      await commit(top);
      await rm(program);
      const planted = join(top, "planted");
      await writeFile(
        program,
        `require("node:fs").writeFileSync(${JSON.stringify(planted)}, "");\n`,
      );
      await chmod(program, 0o755);
      await writeFile(join(top, ".gitignore"), "");
      await set(root, "a/b");
      await commit(top);
      await set(root, "a/c");
      git(top, "diff");
      expect(existsSync(planted)).toBe(false);
    });
  },
);
