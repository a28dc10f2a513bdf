import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { localPath } from "../../../src/environment/local-folder.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "tieline-local-"));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

describe("localPath", () => {
  it("is below .tieline, whether that exists or not", async () => {
    expect(localPath(root, "state", "dev")).toBe(
      join(root, ".tieline/state/dev"),
    );
    await mkdir(join(root, ".tieline/state/dev"), { recursive: true });
    expect(localPath(root, "state", "dev")).toBe(
      join(root, ".tieline/state/dev"),
    );
  });

  it.each([".tieline", ".tieline/state", ".tieline/state/dev"])(
    "refuses a link at %s, even one that leads nowhere",
    async (at) => {
      await mkdir(join(root, at, ".."), { recursive: true });
      await symlink("/nowhere", join(root, at));
      expect(() => localPath(root, "state", "dev")).toThrow(
        expect.objectContaining({ code: "STA008" }),
      );
    },
  );
});
