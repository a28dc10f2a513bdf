import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { UserError } from "../../../src/domain/problem/error.ts";
import type { FileChange } from "../../../src/domain/source-file.ts";
import { createWorkspaceWriter } from "../../../src/sources/workspace-writer.ts";

function aRoot(): string {
  const root = mkdtempSync(join(tmpdir(), "tieline-writer-"));
  onTestFinished(() => {
    rmSync(root, { recursive: true, force: true });
  });
  writeFileSync(join(root, "a.yaml"), "a: 1\n");
  return root;
}

async function codeOf(root: string, ...changes: FileChange[]): Promise<string> {
  const error: unknown = await createWorkspaceWriter(root)
    .write(changes)
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  return error instanceof UserError ? error.code : "none";
}

const CHANGE: FileChange = {
  path: "a.yaml",
  before: "a: 1\n",
  after: "a: 2\n",
};

describe("writing documents", () => {
  it("replaces, makes and deletes, with folders on the way and no trace", async () => {
    const root = aRoot();
    writeFileSync(join(root, "b.yaml"), "b: 1\n");
    const made = {
      path: "x/y/c.yaml",
      before: null,
      after: "c: é\n".repeat(300_000),
    };
    await createWorkspaceWriter(root).write([
      CHANGE,
      made,
      { path: "b.yaml", before: "b: 1\n", after: null },
    ]);
    expect(readFileSync(join(root, "a.yaml"), "utf8")).toBe("a: 2\n");
    expect(readFileSync(join(root, made.path), "utf8")).toBe(made.after);
    expect(readdirSync(root).sort()).toEqual(["a.yaml", "x"]);
    expect(readdirSync(join(root, "x/y"))).toEqual(["c.yaml"]);
  });

  it("takes a byte order mark for no difference", async () => {
    const root = aRoot();
    writeFileSync(join(root, "a.yaml"), "\u{FEFF}a: 1\n");
    expect(await codeOf(root, CHANGE)).toBe("none");
  });

  it("writes nothing at all when one file is not what it was", async () => {
    const root = aRoot();
    const others: FileChange[] = [
      { path: "a.yaml", before: "a: 0\n", after: "x" },
      { path: "a.yaml", before: null, after: "x" },
      { path: "gone.yaml", before: "a: 1\n", after: "x" },
    ];
    for (const other of others) {
      const fresh = { path: "new.yaml", before: null, after: "n: 1\n" };
      expect(await codeOf(root, fresh, other)).toBe("CFG046");
      expect(readdirSync(root)).toEqual(["a.yaml"]);
    }
  });

  it("never leaves the project, by name or through a link", async () => {
    const root = aRoot();
    const outside = aRoot();
    symlinkSync(outside, join(root, "link"));
    symlinkSync(join(outside, "a.yaml"), join(root, "linked.yaml"));
    symlinkSync(join(outside, "nothing"), join(root, "dangling"));
    mkdirSync(join(root, "folder.yaml"));
    for (const [path, before] of [
      ["../x.yaml", null],
      [join(outside, "x.yaml"), null],
      ["link/x.yaml", null],
      ["link/deep/x.yaml", null],
      ["linked.yaml", "a: 1\n"],
      ["linked.yaml", null],
      ["folder.yaml", null],
      ["dangling/x.yaml", null],
    ] as const)
      expect([path, await codeOf(root, { path, before, after: "x" })]).toEqual([
        path,
        "CFG046",
      ]);
    expect(readdirSync(outside)).toEqual(["a.yaml"]);
    expect(readFileSync(join(outside, "a.yaml"), "utf8")).toBe("a: 1\n");
  });

  it("writes through no link inside the project either: it could lead into git's own folder", async () => {
    const root = aRoot();
    mkdirSync(join(root, ".git/hooks"), { recursive: true });
    mkdirSync(join(root, "environments/prod"), { recursive: true });
    symlinkSync(
      join(root, ".git/hooks"),
      join(root, "environments/prod/connections"),
    );
    const path = "environments/prod/connections/x.yaml";
    expect(await codeOf(root, { path, before: null, after: "x" })).toBe(
      "CFG046",
    );
    expect(readdirSync(join(root, ".git/hooks"))).toEqual([]);
  });

  it("writes into a project that is reached through a link", async () => {
    const root = aRoot();
    const link = join(aRoot(), "project");
    symlinkSync(root, link);
    expect(await codeOf(link, CHANGE)).toBe("none");
  });

  it("writes all of the files or none, whichever of them fails", async () => {
    const root = aRoot();
    const file = { path: "x.yaml", before: null, after: "x: 1\n" };
    const below = { path: "x.yaml/y.yaml", before: null, after: "y" };
    const long = { ...file, path: `${"n".repeat(300)}.yaml` };
    for (const [others, code] of [
      [[file, below], "CFG046"],
      [[below, file], "CFG046"],
      [[long], "CFG046"],
    ] as const) {
      const error: unknown = await createWorkspaceWriter(root)
        .write([CHANGE, ...others])
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code, notDone: "nothing was written" });
      expect(readdirSync(root)).toEqual(["a.yaml"]);
      expect(readFileSync(join(root, "a.yaml"), "utf8")).toBe("a: 1\n");
    }
  });

  it("leaves no temporary file when a write fails", async () => {
    const root = aRoot();
    const change = { path: "a.yaml/x.yaml", before: null, after: "x" };
    expect(await codeOf(root, change)).toMatch(/^CFG046$/u);
    expect(readdirSync(root)).toEqual(["a.yaml"]);
    expect(existsSync(join(root, "a.yaml"))).toBe(true);
  });
});
