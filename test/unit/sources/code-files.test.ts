import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createCodeFiles } from "../../../src/sources/code-files.ts";

function aFolder(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "tieline-code-"));
  onTestFinished(() => {
    rmSync(root, { recursive: true, force: true });
  });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

function listed(root: string, paths: readonly string[] = ["."]): string[] {
  const source = createCodeFiles({
    cwd: root,
    base: root,
    isCode: (name) => name.endsWith(".ts"),
  });
  return [...source.files(paths)].map((each) =>
    each.kind === "file"
      ? each.file.path
      : `skipped ${each.skipped.path}: ${each.skipped.reason}`,
  );
}

describe("the files of code below a folder", () => {
  it("come in order, without what others wrote or tools made", () => {
    const root = aFolder({
      "b.ts": "",
      "a/x.ts": "",
      "a/readme.md": "",
      "node_modules/p/i.ts": "",
      "dist/i.ts": "",
      ".git/i.ts": "",
      "vendor/i.ts": "",
      "my-env/pyvenv.cfg": "",
      "my-env/lib/i.ts": "",
    });
    expect(listed(root)).toEqual(["a/x.ts", "b.ts"]);
  });

  it("come once, however often they are named", () => {
    const root = aFolder({ "a/x.ts": "" });
    expect(listed(root, [".", "a", "a/x.ts"])).toEqual(["a/x.ts"]);
  });

  it("leave out links and large files, and say so", () => {
    const outside = aFolder({ "secret.ts": "" });
    const root = aFolder({
      "big.ts": " ".repeat(1024 * 1024 + 1),
      "own.ts": "",
    });
    symlinkSync(join(outside, "secret.ts"), join(root, "link.ts"));
    symlinkSync(outside, join(root, "folder"));
    symlinkSync(root, join(root, "circle"));
    expect(listed(root)).toEqual([
      "skipped big.ts: too-large",
      "skipped link.ts: outside",
      "own.ts",
    ]);
  });

  it("end in deep folders", () => {
    const root = aFolder({ [`${"d/".repeat(80)}x.ts`]: "", "y.ts": "" });
    expect(listed(root)).toEqual([
      expect.stringMatching(/^skipped (?:d\/?)+: too-large$/u),
      "y.ts",
    ]);
  });

  it("are refused for a path that does not exist", () => {
    expect(() => listed(aFolder({}), ["nope"])).toThrow(
      expect.objectContaining({ code: "USE004" }),
    );
  });
});
