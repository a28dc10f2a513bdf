import { execFileSync } from "node:child_process";
import {
  cp,
  mkdir,
  mkdtemp,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findRepository } from "../../../../src/platform/git/find-repository.ts";
import { createGit } from "../../../../src/platform/git/index.ts";

let outer = "";

const git = (folder: string, ...args: string[]): void => {
  execFileSync(
    "git",
    [
      "-c",
      "user.name=test",
      "-c",
      "user.email=test@localhost",
      "-c",
      "protocol.file.allow=always",
      ...args,
    ],
    { cwd: folder, stdio: "ignore" },
  );
};

async function aRepository(name: string): Promise<string> {
  const folder = join(outer, name);
  await mkdir(join(folder, "deep/er"), { recursive: true });
  git(folder, "init", "--quiet");
  git(folder, "commit", "--quiet", "--allow-empty", "--message", "x");
  return folder;
}

/** What a bare repository looks like, in plain files. */
async function aDisguise(folder: string): Promise<void> {
  await mkdir(join(folder, "objects"), { recursive: true });
  await mkdir(join(folder, "refs"));
  await writeFile(join(folder, "HEAD"), "ref: refs/heads/main\n");
  await writeFile(join(folder, "config"), "[core]\n\tbare = true\n");
}

beforeEach(async () => {
  outer = await realpath(await mkdtemp(join(tmpdir(), "tieline-find-")));
});
afterEach(async () => {
  await rm(outer, { recursive: true, force: true });
});

/** What is found, and that git agrees: `null` where nothing is. */
async function found(
  folder: string,
): Promise<{ topLevel: string; prefix: string } | null> {
  const place = await createGit(folder, process.env).place();
  if (place === null) return null;
  return { topLevel: place.topLevel, prefix: place.prefix };
}

describe("the repository of a folder", () => {
  it("is the nearest one above, past a folder that only looks like one", async () => {
    const top = await aRepository("top");
    await aDisguise(join(top, "deep"));
    expect(await found(join(top, "deep/er"))).toEqual({
      topLevel: top,
      prefix: "deep/er/",
    });
    expect(await found(join(top, "deep"))).toEqual({
      topLevel: top,
      prefix: "deep/",
    });
    expect(await found(top)).toEqual({ topLevel: top, prefix: "" });
  });

  it("is none where nothing above is one, whatever the folder looks like", async () => {
    await aDisguise(join(outer, "bare"));
    expect(await found(join(outer, "bare"))).toBeNull();
    expect(await found(outer)).toBeNull();
  });

  it("is found past an empty folder named .git, as git finds it", async () => {
    const top = await aRepository("top");
    await mkdir(join(top, "deep/.git"));
    expect(await found(join(top, "deep/er"))).toMatchObject({ topLevel: top });
  });

  it("is a linked working tree, a submodule, and one whose git folder is elsewhere", async () => {
    const top = await aRepository("top");
    git(top, "worktree", "add", "--quiet", join(outer, "tree"));
    expect(await found(join(outer, "tree"))).toMatchObject({
      topLevel: join(outer, "tree"),
    });
    git(top, "worktree", "add", "--quiet", join(top, "nested"));
    expect(await found(join(top, "nested"))).toMatchObject({
      topLevel: join(top, "nested"),
    });
    const other = await aRepository("other");
    git(top, "submodule", "--quiet", "add", other, "part");
    expect(await found(join(top, "part"))).toMatchObject({
      topLevel: join(top, "part"),
    });
    git(outer, "init", "--quiet", "--separate-git-dir", "kept.git", "apart");
    expect(await found(join(outer, "apart"))).toMatchObject({
      topLevel: join(outer, "apart"),
    });
  });

  it("is reached through a link to the folder", async () => {
    const top = await aRepository("top");
    await symlink(join(top, "deep"), join(outer, "link"));
    expect(await found(join(outer, "link/er"))).toEqual({
      topLevel: top,
      prefix: "deep/er/",
    });
  });
});

describe("a .git that leads elsewhere", () => {
  const refused = (folder: string): void => {
    expect(findRepository(folder)).toMatchObject({ kind: "refused" });
  };

  it("is refused where it leads into the working tree", async () => {
    const top = join(outer, "top");
    await aDisguise(join(top, "evil"));
    await writeFile(join(top, ".git"), "gitdir: evil\n");
    refused(top);
    await writeFile(join(top, ".git"), `gitdir: ${join(top, "evil")}\n`);
    refused(top);
    await rm(join(top, ".git"));
    await symlink("evil", join(top, ".git"));
    refused(top);
    // By a link on the way, and by the folder that a linked working tree shares.
    await symlink(join(top, "evil"), join(outer, "way"));
    await rm(join(top, ".git"));
    await writeFile(join(top, ".git"), `gitdir: ${join(outer, "way")}\n`);
    refused(top);
    await mkdir(join(outer, "own"));
    await writeFile(join(outer, "own/HEAD"), "ref: refs/heads/main\n");
    await writeFile(join(outer, "own/commondir"), join(top, "evil"));
    await writeFile(join(outer, "own/gitdir"), join(top, ".git"));
    await writeFile(join(top, ".git"), `gitdir: ${join(outer, "own")}\n`);
    refused(top);
  });

  it("is refused where it leads to nothing, to no repository, or to that of another working tree", async () => {
    const top = await aRepository("top");
    git(top, "worktree", "add", "--quiet", join(outer, "tree"));
    await cp(join(outer, "tree"), join(outer, "copy"), { recursive: true });
    refused(join(outer, "copy"));
    await mkdir(join(outer, "lost"));
    for (const text of ["gitdir: nowhere\n", "gitdir: .\n", "x", ""]) {
      await writeFile(join(outer, "lost/.git"), text);
      refused(join(outer, "lost"));
    }
  });

  it("is refused, with what helps, by whoever runs git", async () => {
    const top = await aRepository("top");
    await rename(join(top, ".git"), join(top, "kept"));
    await writeFile(join(top, ".git"), "gitdir: kept\n");
    await expect(createGit(top, process.env).run(["status"])).rejects.toThrow(
      expect.objectContaining({ code: "STA011" }) as Error,
    );
  });

  it("is refused where git's own settings name another working tree", async () => {
    const top = await aRepository("top");
    git(top, "config", "core.worktree", join(outer, "else"));
    await mkdir(join(outer, "else"));
    await expect(createGit(top, process.env).place()).rejects.toThrow(
      expect.objectContaining({ code: "STA011" }) as Error,
    );
  });
});
