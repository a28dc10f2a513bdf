import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  searchFolders,
  withSearchFolders,
} from "../../../../src/platform/programs/search-path.ts";
import { runProgram } from "../../../../src/secrets/sops/keys/run-program.ts";

/** A program that lies in the working folder. */
const PLANT = "planted";

const path = (...folders: readonly string[]): string => folders.join(delimiter);

describe("the folders programs are looked for in", () => {
  it("are those with a whole path, in their order", () => {
    const PATH = path("/usr/bin", "", ".", "bin", "./bin", "../x", "/bin", "");
    expect(searchFolders({ PATH })).toEqual(["/usr/bin", "/bin"]);
    expect(withSearchFolders({ PATH, A: "1" })).toEqual({
      PATH: path("/usr/bin", "/bin"),
      A: "1",
    });
  });

  it.each([{}, { PATH: "" }, { PATH: "." }, { PATH: path("", "bin") }])(
    "are none, and not the working folder either, where %j names none",
    async (env) => {
      const folder = await mkdtemp(join(tmpdir(), "tieline-path-"));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      await mkdir(join(folder, "bin"));
      for (const name of [PLANT, `bin/${PLANT}`]) {
        await writeFile(join(folder, name), "#!/bin/sh\necho planted\n");
        await chmod(join(folder, name), 0o755);
      }
      const before = process.cwd();
      process.chdir(folder);
      onTestFinished(() => {
        process.chdir(before);
      });
      // So that the plant is known to be alive.
      expect(
        execFileSync(PLANT, { env: { PATH: "." }, encoding: "utf8" }),
      ).toBe("planted\n");
      const run = await runProgram(PLANT, [], { env });
      expect([run.isMissing, run.stdout.toString("utf8")]).toEqual([true, ""]);
    },
  );
});
