import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeTextFile } from "../../../src/command/named-files.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tieline-out-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("writeTextFile", () => {
  it("replaces a plain file and leaves nothing else behind", async () => {
    await writeFile(join(folder, "plan.json"), "old");
    await writeTextFile(folder, "plan.json", "new");
    expect(await readFile(join(folder, "plan.json"), "utf8")).toBe("new");
    expect(await readdir(folder)).toEqual(["plan.json"]);
  });

  it("refuses a folder", async () => {
    await mkdir(join(folder, "plans"));
    await expect(writeTextFile(folder, "plans", "x")).rejects.toMatchObject({
      code: "CLI016",
    });
    expect(await readdir(folder)).toEqual(["plans"]);
  });

  it("refuses a link, so that a name such as /dev/stdout is never replaced", async () => {
    await writeFile(join(folder, "elsewhere"), "kept");
    await symlink("elsewhere", join(folder, "link"));
    await expect(writeTextFile(folder, "link", "x")).rejects.toMatchObject({
      code: "CLI016",
    });
    expect(await readlink(join(folder, "link"))).toBe("elsewhere");
    expect(await readFile(join(folder, "elsewhere"), "utf8")).toBe("kept");
  });

  it("says what the system said when a parent is no folder", async () => {
    await writeFile(join(folder, "file"), "");
    await expect(
      writeTextFile(folder, "file/plan.json", "x"),
    ).rejects.toMatchObject({ code: "CLI016" });
  });
});
