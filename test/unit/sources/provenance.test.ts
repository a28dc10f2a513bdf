import { execFileSync } from "node:child_process";
import { mkdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readProvenance } from "../../../src/sources/provenance.ts";
import { aRepository, type Repositories } from "../../support/repository.ts";

interface Place {
  readonly repository: Repositories;
  readonly root: string;
}

async function aPlace(): Promise<Place> {
  const repository = await aRepository();
  const root = await repository.clone();
  await repository.commit(root, {
    "part/a.yaml": "a: 1\n",
    "part/deep/b.yaml": "b: 1\n",
    "other/c.yaml": "c: 1\n",
  });
  return { repository, root };
}

const read = (folder: string, within?: readonly string[]) =>
  readProvenance(folder, process.env, within);

describe("where documents are from", () => {
  it("is the commit, with nothing that differs", async () => {
    const { repository, root } = await aPlace();
    expect(await read(root)).toEqual({
      commit: repository.git(root, "rev-parse", "HEAD").trim(),
      dirty: false,
      subject: repository.git(root, "log", "-1", "--format=%s").trim(),
      problem: null,
    });
    // Other times are no difference.
    await utimes(join(root, "part/a.yaml"), 1_000_000, 1_000_000);
    expect((await read(root)).dirty).toBe(false);
  });

  const changes: readonly (readonly [
    string,
    (place: Place) => Promise<void> | void,
  ])[] = [
    [
      "a changed file",
      ({ root }) => writeFile(join(root, "part/a.yaml"), "a: 2\n"),
    ],
    [
      "a file of the same size",
      ({ root }) => writeFile(join(root, "part/a.yaml"), "a: 3\n"),
    ],
    [
      "a new file",
      ({ root }) => writeFile(join(root, "part/new.yaml"), "n: 1\n"),
    ],
    ["a deleted file", ({ root }) => rm(join(root, "part/a.yaml"))],
    [
      "a staged file",
      async ({ repository, root }) => {
        await writeFile(join(root, "part/a.yaml"), "a: 2\n");
        repository.git(root, "add", "part");
        await writeFile(join(root, "part/a.yaml"), "a: 1\n");
      },
    ],
    [
      "a renamed file",
      ({ repository, root }) => {
        repository.git(root, "mv", "part/a.yaml", "part/z.yaml");
      },
    ],
    [
      "a file whose filter is not installed",
      async ({ repository, root }) => {
        await repository.commit(root, { ".gitattributes": "* filter=none\n" });
        await writeFile(join(root, "part/a.yaml"), "a: 2\n");
      },
    ],
    [
      "a file whose filter another file of a commit invents, beside one that is installed",
      async ({ repository, root }) => {
        repository.git(root, "config", "filter.real.clean", "false");
        await repository.commit(root, { ".gitattributes": "* filter=evil\n" });
        await writeFile(join(root, "part/a.yaml"), "a: 2\n");
      },
    ],
  ];

  it.each(changes)("differs by %s", async (_name, change) => {
    const place = await aPlace();
    await change(place);
    expect((await read(place.root)).dirty).toBe(true);
    expect((await read(join(place.root, "part"))).dirty).toBe(true);
    expect((await read(join(place.root, "other"))).dirty).toBe(false);
    expect((await read(place.root, ["other"])).dirty).toBe(false);
  });

  it("is open where only filters could tell, and where one cannot be switched off", async () => {
    const { repository, root } = await aPlace();
    await repository.commit(root, { ".gitattributes": "*.yaml filter=real\n" });
    repository.git(root, "config", "filter.real.clean", "false");
    await writeFile(join(root, "part/a.yaml"), "a: 2\n");
    expect((await read(root)).dirty).toBeNull();
    await writeFile(join(root, "part/notes"), "n");
    expect((await read(root)).dirty).toBe(true);
    await rm(join(root, "part/notes"));
    repository.git(
      root,
      "config",
      "--file",
      ".git/config",
      "filter.a=b.clean",
      "false",
    );
    const { commit, dirty } = await read(root);
    expect([commit, dirty]).toEqual([
      repository.git(root, "rev-parse", "HEAD").trim(),
      null,
    ]);
  });

  it("differs where a submodule is at another commit, or has changes", async () => {
    const { repository, root } = await aPlace();
    const other = await repository.clone();
    const allowed = ["-c", "protocol.file.allow=always"];
    repository.git(
      root,
      ...allowed,
      "submodule",
      "--quiet",
      "add",
      repository.bare,
      "sub",
    );
    await repository.commit(root, {});
    expect((await read(root)).dirty).toBe(false);
    await writeFile(join(root, "sub/part/a.yaml"), "a: 2\n");
    expect((await read(root)).dirty).toBe(true);
    expect((await read(root, ["part"])).dirty).toBe(false);
    repository.git(join(root, "sub"), "checkout", "--quiet", ".");
    expect((await read(root)).dirty).toBe(false);
    await repository
      .commit(other, { "part/a.yaml": "a: 4\n" })
      .catch(() => undefined);
    repository.git(
      join(root, "sub"),
      "-c",
      "user.name=x",
      "commit",
      "--allow-empty",
      "--quiet",
      "--message",
      "x",
    );
    expect((await read(root)).dirty).toBe(true);
  });

  it("is nothing in no repository, and before the first commit", async () => {
    const { root } = await aPlace();
    await rm(join(root, ".git"), { recursive: true });
    expect(await read(root)).toEqual({
      commit: null,
      dirty: null,
      subject: null,
      problem: null,
    });
    execFileSync("git", ["init", "--quiet"], { cwd: root });
    expect(await read(root)).toMatchObject({
      commit: null,
      dirty: true,
      problem: null,
    });
  });

  it("is a problem, with its reason, where git refuses", async () => {
    const { root } = await aPlace();
    await mkdir(join(root, "kept"));
    await rename(join(root, ".git"), join(root, "kept/git"));
    await writeFile(join(root, ".git"), "gitdir: kept/git\n");
    expect(await read(root)).toMatchObject({
      commit: null,
      dirty: null,
      problem: { code: "STA011" },
    });
  });
});
