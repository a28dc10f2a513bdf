import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as library from "../../src/index.ts";

describe("the library's surface", () => {
  it("is exactly this: adding to it is a decision, removing from it breaks people", () => {
    expect(Object.keys(library).sort()).toEqual([
      "AppError",
      "ConflictError",
      "InternalError",
      "InterruptedError",
      "InvalidDocumentsError",
      "RefusedError",
      "RemoteError",
      "TransientError",
      "UserError",
      "openConfiguration",
    ]);
  });
});

describe("unit tests", () => {
  it("stand in the folders of what they test", () => {
    const tests = join(import.meta.dirname, "../unit");
    const sources = join(import.meta.dirname, "../../src");
    const folders = readdirSync(tests, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
      .map((entry) => entry.parentPath.slice(tests.length));
    expect(folders.length).toBeGreaterThan(0);
    expect(
      [...new Set(folders)].filter(
        (folder) => !existsSync(join(sources, folder)),
      ),
    ).toEqual([]);
  });
});
