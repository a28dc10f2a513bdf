import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { manPage } from "../../../scripts/man-page.mjs";
import { kebabCase, optionsOf } from "../../../src/cli/options.ts";
import { LEAVES } from "../../support/command-tree.ts";

const hasMan = spawnSync("groff", ["--version"]).status === 0;

describe("the manual page", () => {
  it("has every command and every option", async () => {
    const page = (await manPage()).replaceAll("\\-", "-");
    for (const { path, definition } of LEAVES) {
      expect(page).toContain(`tieline ${path}`);
      for (const key of Object.keys(optionsOf(definition)))
        expect(page).toContain(`--${kebabCase(key)}`);
    }
  });

  it.skipIf(!hasMan)("is read by groff without a warning", async () => {
    const { stderr, stdout } = spawnSync(
      "groff",
      ["-man", "-Tutf8", "-ww", "-rLL=78n", "-"],
      { input: await manPage(), encoding: "utf8" },
    );
    expect(stderr).toBe("");
    expect(stdout).toContain("tieline");
  });
});
