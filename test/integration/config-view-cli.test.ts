import { describe, expect, it } from "vitest";
import { aWorkspace, environmentText } from "../support/cli.ts";
import { tielineHere } from "../support/in-process.ts";

const FILES = { "a/environments/dev/environment.yaml": environmentText() };

/** Where each setting is said to come from. */
async function origins(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, string>>> {
  const cwd = await aWorkspace(FILES);
  const { stdout } = await tielineHere(
    ["config", "view", "--show-origin", ...args],
    { cwd, env },
  );
  return Object.fromEntries(
    [...stdout.matchAll(/^(\w+) .*\((.+)\)$/gmu)].map(
      ([, name = "", origin = ""]) => [name, origin],
    ),
  );
}

describe("config view --show-origin", () => {
  it.each([
    ["the option", ["--root", "a"], {}, "command line"],
    ["the variable", [], { TIELINE_ROOT: "a" }, "TIELINE_ROOT"],
    [
      "the option before the variable",
      ["--root", "a"],
      { TIELINE_ROOT: "b" },
      "command line",
    ],
    [
      "the option that says the same",
      ["--root", "a"],
      { TIELINE_ROOT: "a" },
      "command line",
    ],
  ])("names what gave the root: %s", async (_what, args, env, origin) => {
    expect(await origins(args, env)).toMatchObject({ root: origin });
  });

  it("names what keeps it from asking", async () => {
    expect(await origins([], { TIELINE_NO_INPUT: "1" })).toMatchObject({
      asks: "TIELINE_NO_INPUT",
    });
    expect(
      await origins(["--no-input"], { TIELINE_NO_INPUT: "1" }),
    ).toMatchObject({ asks: "command line" });
  });
});
