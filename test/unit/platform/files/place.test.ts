import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, parse, relative } from "node:path";
import { describe, expect, it } from "vitest";
import {
  FileError,
  pathOf,
  placeIn,
  placeNamed,
  type Place,
} from "../../../../src/platform/files/index.ts";
import { aRealFolder } from "../../../support/folder.ts";

function problemOf(work: () => Place): string {
  try {
    return pathOf(work());
  } catch (error) {
    return error instanceof FileError ? error.problem : String(error);
  }
}

/**
 * A folder with a project in it, and links inside and outside of the project that lead out of it.
 */
function aPlayground(mark: string): string {
  const top = aRealFolder();
  mkdirSync(join(top, "project", mark), { recursive: true });
  mkdirSync(join(top, "project/sub"));
  mkdirSync(join(top, "elsewhere"));
  symlinkSync(join(top, "elsewhere"), join(top, "own"));
  symlinkSync(join(top, "project"), join(top, "way"));
  symlinkSync(join(top, "elsewhere"), join(top, "project/evil"));
  symlinkSync(join(top, "project/sub"), join(top, "project/inner"));
  symlinkSync("/nowhere/at/all", join(top, "project/dangling"));
  symlinkSync(join(top, "elsewhere"), join(top, "project/sub/evil"));
  writeFileSync(join(top, "project/file"), "");
  return top;
}

describe("a place below a folder that others may write to", () => {
  it.each([
    ["sub/x", "project/sub/x"],
    ["new/deep/x", "project/new/deep/x"],
    ["evil/x", "link"],
    ["inner/x", "link"],
    ["dangling/x", "link"],
    ["sub/evil/x", "link"],
    ["evil/new/x", "link"],
    ["file/x", "not-a-file"],
    ["../elsewhere/x", "outside"],
    [".", "outside"],
  ])("%s is %s", (path, expected) => {
    const top = aPlayground(".git");
    for (const root of ["project", "way"])
      expect(problemOf(() => placeIn(join(top, root), path))).toBe(
        expected.includes("/") ? join(top, expected) : expected,
      );
  });
});

describe("a place that a user named", () => {
  it.each([".git", "environments"])(
    "follows the user's own links, and none of a project that holds %s",
    (mark) => {
      const top = aPlayground(mark);
      const there = (path: string): string =>
        problemOf(() => placeNamed(parse(top).root, join(top, path)));
      expect(there("own/x")).toBe(join(top, "elsewhere/x"));
      expect(there("own/new/x")).toBe(join(top, "elsewhere/new/x"));
      expect(there("way/sub/x")).toBe(join(top, "project/sub/x"));
      for (const path of [
        "project/evil/x",
        "project/inner/x",
        "project/dangling/x",
        "project/sub/evil/x",
        "way/evil/x",
        "way/sub/evil/x",
      ])
        expect([path, there(path)]).toEqual([path, "link"]);
    },
  );

  it("follows no link below the folder the command runs in, project or not", () => {
    const top = aPlayground("nothing-special");
    const from = (cwd: string, path: string): string =>
      problemOf(() => placeNamed(join(top, cwd), path));
    expect(from("project", "evil/x")).toBe("link");
    expect(from("project", join(top, "project/evil/x"))).toBe("link");
    expect(from("project/sub", "../evil/x")).toBe(join(top, "elsewhere/x"));
    expect(from("elsewhere", "../own/x")).toBe(join(top, "elsewhere/x"));
    const way = relative(join(top, "way"), join(top, "way/evil/x"));
    expect(from("way", way)).toBe("link");
  });

  it("is read through a link at its end only where that is the user's own", () => {
    const top = aPlayground(".git");
    expect(placeNamed("/", join(top, "x")).isOwn).toBe(true);
    expect(placeNamed(top, "x").isOwn).toBe(false);
    expect(placeNamed("/", join(top, "project/x")).isOwn).toBe(false);
  });
});
