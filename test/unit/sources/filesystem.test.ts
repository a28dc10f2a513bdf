import { execFileSync } from "node:child_process";
import {
  chmod,
  mkdir,
  mkdtemp,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFilesystemSource } from "../../../src/sources/filesystem.ts";

let outer = "";
let root = "";
const isRoot = process.getuid?.() === 0;

beforeEach(async () => {
  outer = await mkdtemp(join(tmpdir(), "tieline-source-"));
  root = join(outer, "project");
  await mkdir(join(root, "connections"), { recursive: true });
});
afterEach(async () => {
  await rm(outer, { recursive: true, force: true });
});

const write = (path: string, text = "a: 1\n"): Promise<void> =>
  writeFile(join(root, path), text);
const read = () => createFilesystemSource(root).readFolder("connections");

describe("a folder", () => {
  it("gives its documents sorted, and nothing hidden or of another kind", async () => {
    for (const name of [
      "b.yaml",
      "a.yml",
      "c.json",
      ".hidden.yaml",
      "notes.md",
      "a.yaml~",
    ])
      await write(`connections/${name}`);
    const { exists, files, refused } = await read();
    expect(exists).toBe(true);
    expect(files.map(({ path }) => path)).toEqual([
      "connections/a.yml",
      "connections/b.yaml",
      "connections/c.json",
    ]);
    expect(new TextDecoder().decode(files[0]?.bytes)).toBe("a: 1\n");
    expect(refused).toEqual([]);
  });

  it("that is missing differs from one that is empty", async () => {
    expect(await read()).toEqual({ exists: true, files: [], refused: [] });
    expect(await createFilesystemSource(root).readFolder("nowhere")).toEqual({
      exists: false,
      files: [],
      refused: [],
    });
  });

  it("follows links inside, and refuses those that lead outside or nowhere", async () => {
    await write("real.yaml");
    await writeFile(join(outer, "secret.yaml"), "canary");
    await symlink(join(root, "real.yaml"), join(root, "connections/in.yaml"));
    await symlink(
      join(outer, "secret.yaml"),
      join(root, "connections/out.yaml"),
    );
    await symlink("/etc/passwd", join(root, "connections/passwd.yaml"));
    await symlink("nowhere", join(root, "connections/dangling.yaml"));
    await symlink("loop.yaml", join(root, "connections/loop.yaml"));
    const { files, refused } = await read();
    expect(files.map(({ path }) => path)).toEqual(["connections/in.yaml"]);
    expect(refused.map(({ path, reason }) => `${path} ${reason}`)).toEqual([
      "connections/dangling.yaml unreadable",
      "connections/loop.yaml unreadable",
      "connections/out.yaml outside",
      "connections/passwd.yaml outside",
    ]);
  });

  it("that is itself a link leading outside is refused", async () => {
    await mkdir(join(outer, "elsewhere"));
    await symlink(join(outer, "elsewhere"), join(root, "linked"));
    const { files, refused } =
      await createFilesystemSource(root).readFolder("linked");
    expect(files).toEqual([]);
    expect(refused).toMatchObject([{ reason: "outside" }]);
  });

  it("refuses folders, pipes and large files without opening them", async () => {
    await mkdir(join(root, "connections/dir.yaml"));
    execFileSync("mkfifo", [join(root, "connections/pipe.yaml")]);
    await write("connections/big.yaml", "x".repeat(1024 * 1024 + 1));
    await write("connections/limit.yaml", "x".repeat(1024 * 1024));
    const { files, refused } = await read();
    expect(files.map(({ path }) => path)).toEqual(["connections/limit.yaml"]);
    expect(refused.map(({ path, reason }) => `${path} ${reason}`)).toEqual([
      "connections/big.yaml too-large",
      "connections/dir.yaml not-a-file",
      "connections/pipe.yaml not-a-file",
    ]);
  });

  it.skipIf(isRoot)(
    "and files without permission are refused, not left out",
    async () => {
      await write("connections/a.yaml");
      await chmod(join(root, "connections/a.yaml"), 0);
      expect((await read()).refused).toMatchObject([{ reason: "unreadable" }]);
      await chmod(join(root, "connections"), 0);
      const listing = await read();
      await chmod(join(root, "connections"), 0o700);
      expect(listing).toMatchObject({
        exists: true,
        refused: [{ path: "connections", reason: "unreadable" }],
      });
    },
  );

  it("that is a file is refused", async () => {
    await write("plain");
    expect(
      (await createFilesystemSource(root).readFolder("plain")).refused,
    ).toMatchObject([{ reason: "not-a-file" }]);
  });
});

describe("a file", () => {
  it("is read, or null when there is none", async () => {
    await write("connections/a.yaml");
    const source = createFilesystemSource(root);
    expect((await source.readFile("connections/a.yaml"))?.path).toBe(
      "connections/a.yaml",
    );
    expect(await source.readFile("connections/b.yaml")).toBeNull();
    expect(await source.readFile("connections/a.yaml/b.yaml")).toBeNull();
  });

  it.each(["../x.yaml", "/etc/passwd", "connections/../../x"])(
    "outside by its spelling is refused: %s",
    async (path) => {
      await expect(
        createFilesystemSource(root).readFile(path),
      ).rejects.toMatchObject({ code: "CFG002" });
    },
  );

  it("behind a linked folder that leads outside is refused", async () => {
    await mkdir(join(outer, "elsewhere"));
    await writeFile(join(outer, "elsewhere/a.yaml"), "canary");
    await symlink(join(outer, "elsewhere"), join(root, "linked"));
    await expect(
      createFilesystemSource(root).readFile("linked/a.yaml"),
    ).rejects.toMatchObject({ code: "CFG002" });
  });
});

describe("folders of a folder", () => {
  it("are listed sorted, without files and hidden ones; none when it is missing", async () => {
    for (const name of ["prod", "dev", ".git"])
      await mkdir(join(root, "environments", name), { recursive: true });
    await write("environments/README.md");
    const source = createFilesystemSource(root);
    expect(await source.listFolders("environments")).toEqual(["dev", "prod"]);
    expect(await source.listFolders("nowhere")).toEqual([]);
  });
});
