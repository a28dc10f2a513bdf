/**
 * A document that git tracks and that is not checked out is reported, with the command that brings
 * it.
 */
import { execFileSync } from "node:child_process";
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/domain/problem/error.ts";
import type { DocumentSource } from "../../../src/ports/document-source.ts";
import { createCheckoutSource } from "../../../src/sources/checkout-source.ts";
import { createFilesystemSource } from "../../../src/sources/filesystem.ts";
import { aRepository, type Repositories } from "../../support/repository.ts";

const ENVIRONMENT = "environments/dev/environment.yaml";
const FOLDERS = ["connections", "environments/dev/connections"];
const FILES: Readonly<Record<string, string>> = {
  [ENVIRONMENT]: "environment: dev\n",
  "environments/dev/connections/one.yaml": "a: 1\n",
  "connections/one.yaml": "a: 2\n",
  "connections/two.yaml": "a: 3\n",
  "connections/three.yaml": "a: 4\n",
};

interface Place {
  readonly repository: Repositories;
  /** The clone to make a part of. */
  readonly root: string;
  readonly git: (...args: string[]) => void;
}

async function aPlace(): Promise<Place> {
  const repository = await aRepository();
  const root = await repository.clone();
  await repository.commit(root, FILES);
  return {
    repository,
    root,
    git: (...args) => {
      execFileSync("git", args, { cwd: root, stdio: "ignore" });
    },
  };
}

/** Makes the clone anew, as `git clone` with these options does. */
function cloneAgain(
  { repository, root, git }: Place,
  ...options: string[]
): void {
  execFileSync("rm", ["-r", root]);
  execFileSync(
    "git",
    ["clone", "--quiet", ...options, `file://${repository.bare}`, root],
    { stdio: "ignore" },
  );
  git("config", "user.name", "test");
}

const PARTS: readonly (readonly [
  string,
  (place: Place) => Promise<void> | void,
])[] = [
  [
    "a sparse checkout of other folders",
    ({ git }) => {
      git("sparse-checkout", "set", "environments");
    },
  ],
  [
    "a sparse checkout without one file",
    ({ git }) => {
      git("sparse-checkout", "set", "--no-cone", "/*", "!connections/two.yaml");
    },
  ],
  [
    "a sparse checkout with a sparse index",
    ({ git }) => {
      git("sparse-checkout", "set", "--cone", "--sparse-index", "environments");
    },
  ],
  [
    "a sparse checkout without the overlays",
    ({ git }) => {
      git("sparse-checkout", "set", "connections", "environments/dev/none");
    },
  ],
  [
    "a sparse checkout without the environment's own file",
    ({ git }) => {
      git("sparse-checkout", "set", "--no-cone", "/*", "!environment.yaml");
    },
  ],
  [
    "a file that the index says to skip",
    async ({ git, root }) => {
      git("update-index", "--skip-worktree", "connections/two.yaml");
      await rm(join(root, "connections/two.yaml"));
    },
  ],
  [
    "a file that git was told not to look at",
    async ({ git, root }) => {
      git("update-index", "--assume-unchanged", "connections/two.yaml");
      await rm(join(root, "connections/two.yaml"));
    },
  ],
  [
    "a clone of which one folder was checked out",
    (place) => {
      cloneAgain(place, "--no-checkout");
      place.git("checkout", "HEAD", "--", "environments");
    },
  ],
  [
    "a clone whose index was read and some files written",
    (place) => {
      cloneAgain(place, "--no-checkout");
      place.git("reset", "--quiet");
      place.git("checkout", "--", "environments", "connections/one.yaml");
    },
  ],
  [
    "a partial clone of which some files were checked out",
    (place) => {
      place.repository.git(
        place.repository.bare,
        "config",
        "uploadpack.allowFilter",
        "true",
      );
      place.repository.git(
        place.repository.bare,
        "config",
        "uploadpack.allowAnySHA1InWant",
        "true",
      );
      cloneAgain(place, "--no-checkout", "--filter=blob:none");
      place.git(
        "checkout",
        "HEAD",
        "--",
        "environments",
        "connections/one.yaml",
      );
    },
  ],
  [
    "a partial clone with a sparse checkout",
    (place) => {
      place.repository.git(
        place.repository.bare,
        "config",
        "uploadpack.allowFilter",
        "true",
      );
      place.repository.git(
        place.repository.bare,
        "config",
        "uploadpack.allowAnySHA1InWant",
        "true",
      );
      cloneAgain(place, "--filter=tree:0", "--sparse");
      place.git("sparse-checkout", "set", "--sparse-index", "environments");
    },
  ],
  [
    "a linked working tree without a checkout",
    async ({ git, root }) => {
      git("worktree", "add", "--no-checkout", "--detach", `${root}-tree`);
      await rename(root, `${root}-main`);
      execFileSync("git", ["worktree", "repair", `${root}-tree`], {
        cwd: `${root}-main`,
        stdio: "ignore",
      });
      execFileSync("git", ["worktree", "move", `${root}-tree`, root], {
        cwd: `${root}-main`,
        stdio: "ignore",
      });
      git("checkout", "HEAD", "--", "environments");
    },
  ],
  [
    "a folder that a link in the repository leads to",
    async ({ git, root, repository }) => {
      await mkdir(join(root, "shared"));
      await rename(join(root, "connections"), join(root, "shared/connections"));
      await symlink("shared/connections", join(root, "connections"));
      await repository.commit(root, {});
      git("update-index", "--skip-worktree", "shared/connections/two.yaml");
      await rm(join(root, "shared/connections/two.yaml"));
    },
  ],
  [
    "a submodule that is not checked out",
    async ({ git, root, repository }) => {
      await aSubmodule(root, repository);
      git("submodule", "deinit", "--force", "connections");
    },
  ],
  [
    "a submodule that is a sparse checkout",
    async ({ root, repository }) => {
      await aSubmodule(root, repository);
      execFileSync(
        "git",
        ["sparse-checkout", "set", "--no-cone", "/*", "!two.yaml"],
        { cwd: join(root, "connections"), stdio: "ignore" },
      );
    },
  ],
  [
    "a merge that is not finished",
    async ({ root, repository }) => {
      repository.git(root, "checkout", "--quiet", "-b", "theirs");
      await repository.commit(root, {
        "connections/two.yaml": "a: 33\n",
      });
      repository.git(root, "checkout", "--quiet", "-b", "ours", "HEAD~1");
      await rm(join(root, "connections/two.yaml"));
      repository.git(root, "commit", "--quiet", "--all", "--message", "x");
      expect(() => repository.git(root, "merge", "theirs")).toThrow();
      await rm(join(root, "connections/two.yaml"), { force: true });
    },
  ],
];

/** Keeps the folder of connections in a repository of its own. */
async function aSubmodule(
  root: string,
  repository: Repositories,
): Promise<void> {
  const other = join(dirname(repository.bare), "connections.git");
  execFileSync("cp", ["-r", join(root, "connections"), other]);
  repository.git(other, "init", "--quiet");
  repository.git(other, "add", "--all");
  repository.git(other, "commit", "--quiet", "--message", "connections");
  repository.git(root, "rm", "-r", "--quiet", "connections");
  const allowed = ["-c", "protocol.file.allow=always"];
  repository.git(
    root,
    ...allowed,
    "submodule",
    "--quiet",
    "add",
    other,
    "connections",
  );
  await repository.commit(root, {});
}

function open(root: string): DocumentSource {
  return createCheckoutSource(createFilesystemSource(root), {
    env: process.env,
    folders: ["connections", "environments"],
  });
}

/** What every document that cannot be read says of it, and the names of those that can. */
async function readAll(root: string): Promise<{
  readonly fixes: readonly string[];
  readonly read: readonly string[];
}> {
  const source = open(root);
  const fixes: string[] = [];
  const read: string[] = [];
  for (const folder of FOLDERS) {
    const { files, refused } = await source.readFolder(folder);
    read.push(...files.map(({ path }) => path));
    for (const { reason, fix } of refused) {
      expect(reason).toBe("not-checked-out");
      fixes.push(fix ?? "");
    }
  }
  try {
    if ((await source.readFile(ENVIRONMENT)) !== null) read.push(ENVIRONMENT);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.code).toBe("CFG002");
    fixes.push(error.fix ?? "");
  }
  return { fixes, read: read.sort() };
}

describe("a part of a checkout", () => {
  it.each(PARTS)(
    "is reported, and ended by its fix: %s",
    async (name, take) => {
      const place = await aPlace();
      await take(place);
      const { fixes } = await readAll(place.root);
      expect(fixes).not.toEqual([]);
      if (name.includes("merge")) return;
      for (const fix of new Set(fixes)) {
        const command =
          /^bring it here: (git .*?)(?:;|$)/u.exec(fix)?.[1] ?? fix;
        execFileSync("sh", ["-c", command], {
          cwd: place.root,
          stdio: "ignore",
          env: {
            ...process.env,
            GIT_CONFIG_COUNT: "1",
            GIT_CONFIG_KEY_0: "protocol.file.allow",
            GIT_CONFIG_VALUE_0: "always",
          },
        });
      }
      expect(await readAll(place.root)).toEqual({
        fixes: [],
        read: Object.keys(FILES).sort(),
      });
    },
  );

  it("says once what holds for many files", async () => {
    const { root, git } = await aPlace();
    git("sparse-checkout", "set", "environments");
    const { refused } = await open(root).readFolder("connections");
    expect(refused).toMatchObject([
      {
        path: "connections",
        detail: expect.stringContaining("3 files") as unknown,
      },
    ]);
  });

  it("lists a folder that is left out", async () => {
    const { root, git, repository } = await aPlace();
    await repository.commit(root, {
      "environments/prod/environment.yaml": "a: 1\n",
    });
    git("sparse-checkout", "set", "connections", "environments/dev");
    expect(await open(root).listFolders("environments")).toEqual([
      "dev",
      "prod",
    ]);
  });

  it("is found where the workspace is a folder of the repository", async () => {
    const { root, git, repository } = await aPlace();
    await mkdir(join(root, "a b"));
    for (const name of ["connections", "environments"])
      repository.git(root, "mv", name, `a b/${name}`);
    await repository.commit(root, {});
    git("update-index", "--skip-worktree", "a b/connections/two.yaml");
    await rm(join(root, "a b/connections/two.yaml"));
    expect(
      (await open(join(root, "a b")).readFolder("connections")).refused,
    ).toMatchObject([
      { path: "connections/two.yaml", reason: "not-checked-out" },
    ]);
  });
});

describe("a document that somebody deleted here", () => {
  it.each([
    ["and did not stage", ["rm", "connections/two.yaml"]],
    ["and staged", ["git", "rm", "--quiet", "connections/two.yaml"]],
    [
      "by renaming it",
      ["git", "mv", "connections/two.yaml", "connections/four.yaml"],
    ],
    ["with all others, unstaged", ["rm", "-r", "connections"]],
  ])("is simply not there: %s", async (_name, [program = "", ...args]) => {
    const { root } = await aPlace();
    execFileSync(program, args, { cwd: root });
    const { fixes, read } = await readAll(root);
    expect(fixes).toEqual([]);
    expect(read).not.toContain("connections/two.yaml");
  });

  it("has to be committed where it was the last of its folder, and staged: no checkout of the folder looks the same", async () => {
    const { root, git } = await aPlace();
    git("rm", "-r", "--quiet", "connections");
    expect((await readAll(root)).fixes).toEqual([
      expect.stringContaining("commit that"),
    ]);
    git(
      "-c",
      "user.name=test",
      "-c",
      "user.email=test@localhost",
      "commit",
      "--quiet",
      "--message",
      "x",
    );
    expect((await readAll(root)).fixes).toEqual([]);
  });
});

describe("a folder in no repository, or in one without commits", () => {
  it("is read as it is", async () => {
    const { root } = await aPlace();
    await rm(join(root, ".git"), { recursive: true });
    await writeFile(join(root, "connections/four.yaml"), "a: 5\n");
    expect((await readAll(root)).fixes).toEqual([]);
    execFileSync("git", ["init", "--quiet"], { cwd: root });
    const { fixes, read } = await readAll(root);
    expect([fixes, read.length]).toEqual([[], 6]);
  });
});
