import { describe, expect, it } from "vitest";
import { kebabCase, optionsOf } from "../../../src/cli/options.ts";
import { parseCommandLine } from "../../../src/cli/program.ts";
import {
  isPipeline,
  switchValue,
  variableName,
} from "../../../src/command/switches.ts";
import { called, LEAVES } from "../../support/command-tree.ts";

function valuesOf(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const parsed = parseCommandLine(argv, "0", env);
  if (parsed.kind !== "run") throw new Error(JSON.stringify(parsed));
  return parsed.input.options;
}

const ON = ["1", "true", "TRUE", "yes", "on", " yes "];
const OFF = ["", "0", "false", "False", "no", "off", " "];
const NEITHER = [
  "flase",
  "y",
  "2",
  "-1",
  "enabled",
  "null",
  "undefined",
  "tru e",
];

describe("a variable that is on or off", () => {
  it("has words for both, and no others", () => {
    expect(ON.map(switchValue)).toEqual(ON.map(() => true));
    expect(OFF.map(switchValue)).toEqual(OFF.map(() => false));
    expect(NEITHER.map(switchValue)).toEqual(NEITHER.map(() => undefined));
  });
});

/** Every option of every command. */
const OPTIONS = LEAVES.flatMap((leaf) =>
  Object.entries(optionsOf(leaf.definition)).map(([key, option]) => ({
    argv: called(leaf),
    key,
    option,
    long: `--${kebabCase(key)}`,
  })),
);

describe("every option that is on or off", () => {
  const switches = OPTIONS.filter(({ option }) => option.kind === "flag");

  it("is switched by the value of its variable, not by its being there", () => {
    for (const { argv, key, long } of switches)
      for (const [texts, value] of [
        [ON, true],
        [OFF, false],
      ] as const)
        for (const text of texts) {
          const env = { [variableName(long)]: text, CI: "true" };
          expect(valuesOf(argv, env)[key], `${long}=${text}`).toBe(value);
        }
    expect(switches.length).toBeGreaterThan(100);
  });

  it("refuses everything else and names the variable, not the value", () => {
    for (const { argv, long } of switches)
      for (const text of NEITHER) {
        const variable = variableName(long);
        const parsed = parseCommandLine(argv, "0", { [variable]: text });
        expect(parsed).toMatchObject({ kind: "usage", code: "CLI110" });
        expect(JSON.stringify(parsed)).toContain(variable);
        if (text.length > 4) expect(JSON.stringify(parsed)).not.toContain(text);
      }
  });

  it("counts less than the command line", () => {
    for (const { argv, key, long } of switches) {
      const said = valuesOf([...argv, long], {})[key];
      const env = {
        [variableName(long)]: "0",
        TIELINE_COLOR: "0",
        TIELINE_NO_COLOR: "0",
      };
      expect(said).toBe(true);
      expect(valuesOf([...argv, long], env)[key]).toBe(said);
    }
  });
});

describe("every option with a value", () => {
  const valued = OPTIONS.filter(({ option }) => option.kind !== "flag");

  it("takes it from its variable as from the command line, and nothing from an empty one", () => {
    for (const { argv, key, long, option } of valued) {
      const [word] = option.kind === "choice" ? option.choices : [];
      const text = word ?? "some-text";
      const given = valuesOf([...argv, long, text], {})[key];
      const nothing = option.kind === "list" ? [] : undefined;
      const variable = variableName(long);
      expect(given).toEqual(option.kind === "list" ? [text] : text);
      expect(valuesOf(argv, { [variable]: text })[key]).toEqual(given);
      expect(valuesOf(argv, { [variable]: "" })[key]).toEqual(nothing);
      expect(valuesOf(argv, {})[key]).toEqual(nothing);
    }
  });

  it("holds choices to what they are", () => {
    for (const { argv, long, option } of valued) {
      if (option.kind !== "choice") continue;
      const parsed = parseCommandLine(argv, "0", {
        [variableName(long)]: "neither",
      });
      expect(parsed).toMatchObject({ kind: "usage", code: "CLI110" });
    }
  });
});

describe("a confirmation", () => {
  const confirming = LEAVES.filter(({ definition }) =>
    Object.hasOwn(definition.options, "yes"),
  );

  it("is not given by a variable alone", () => {
    expect(confirming.length).toBeGreaterThan(3);
    for (const leaf of confirming) {
      const argv = called(leaf);
      expect(valuesOf(argv, { TIELINE_YES: "1" })["yes"]).toBe(false);
      expect(valuesOf(argv, { TIELINE_YES: "1", CI: "false" })["yes"]).toBe(
        false,
      );
      expect(valuesOf(argv, { TIELINE_YES: "1", CI: "true" })["yes"]).toBe(
        true,
      );
      expect(valuesOf(argv, { TIELINE_YES: "0", CI: "true" })["yes"]).toBe(
        false,
      );
      expect(valuesOf([...argv, "--yes"], { TIELINE_YES: "0" })["yes"]).toBe(
        true,
      );
    }
  });
});

describe("a pipeline", () => {
  it.each([
    ["true", true],
    ["1", true],
    ["woodpecker", true],
    ["false", false],
    ["0", false],
    ["", false],
    [undefined, false],
  ])("is told by CI=%s: %s", (text, expected) => {
    expect(isPipeline(text === undefined ? {} : { CI: text })).toBe(expected);
  });
});

describe("a variable of no option", () => {
  it("is held to the same", () => {
    expect(
      parseCommandLine(["validate"], "0", { TIELINE_DEBUG: "flase" }),
    ).toMatchObject({
      kind: "usage",
      code: "CLI110",
    });
    expect(
      parseCommandLine(["validate"], "0", { TIELINE_DEBUG: "off" }).kind,
    ).toBe("run");
  });
});
