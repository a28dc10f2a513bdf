import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../../src/cli/generated/commands.ts";
import type { CommandDefinition } from "../../../src/command/command.ts";
import { GLOBAL_OPTIONS, parseCommandLine } from "../../../src/cli/program.ts";
import {
  isPipeline,
  switchValue,
  variableName,
} from "../../../src/command/switches.ts";

function optionsOf(
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

/** A command with the words that call it. */
type Called = readonly [readonly string[], CommandDefinition];
const ALL: readonly Called[] = COMMANDS.flatMap((entry): Called[] =>
  "subcommands" in entry
    ? entry.subcommands.map((inner) => [[entry.name, inner.name], inner])
    : [[[entry.name], entry]],
);

function call(
  words: readonly string[],
  { args }: CommandDefinition,
): readonly string[] {
  return [
    ...words,
    ...args.filter(({ isRequired }) => isRequired).map(() => "x"),
  ];
}

/** Every option of every command. */
const OPTIONS = ALL.flatMap(([words, command]) => {
  const own = new Set(command.options.map(({ flags }) => flags));
  return [
    ...command.options,
    ...GLOBAL_OPTIONS.filter(({ flags }) => !own.has(flags)),
  ].map((option) => ({
    argv: call(words, command),
    option,
    long: /--[a-z-]+/u.exec(option.flags)?.[0] ?? "",
    takesValue: /[<[]/u.test(option.flags),
  }));
});
const attributeOf = (long: string): string =>
  long
    .replace(/^--(?:no-)?/u, "")
    .replaceAll(/-(.)/gu, (_all, letter: string) => letter.toUpperCase());

describe("every option that is on or off", () => {
  const switches = OPTIONS.filter(({ takesValue }) => !takesValue);

  it("is switched by the value of its variable, not by its being there", () => {
    for (const { argv, long } of switches) {
      const isNegative = long.startsWith("--no-");
      const attribute = attributeOf(long);
      const untouched = optionsOf(argv, {})[attribute];
      for (const [texts, value] of [
        [ON, !isNegative],
        [OFF, isNegative ? untouched : false],
      ] as const)
        for (const text of texts) {
          const env = { [variableName(long)]: text, CI: "true" };
          expect(optionsOf(argv, env)[attribute], `${long}=${text}`).toBe(
            value,
          );
        }
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
    for (const { argv, long } of switches) {
      const attribute = attributeOf(long);
      const said = optionsOf([...argv, long], {})[attribute];
      const env = {
        [variableName(long)]: "0",
        TIELINE_COLOR: "0",
        TIELINE_NO_COLOR: "0",
      };
      expect(optionsOf([...argv, long], env)[attribute]).toBe(said);
    }
  });
});

describe("every option with a value", () => {
  const valued = OPTIONS.filter(({ takesValue }) => takesValue);

  it("takes it from its variable as from the command line, and nothing from an empty one", () => {
    for (const { argv, long, option } of valued) {
      const text = option.choices?.[0] ?? "some-text";
      const attribute = attributeOf(long);
      const given = optionsOf([...argv, long, text], {})[attribute];
      const variable = variableName(long);
      expect(optionsOf(argv, { [variable]: text })[attribute]).toEqual(given);
      expect(optionsOf(argv, { [variable]: "" })[attribute]).toBeUndefined();
    }
  });

  it("holds choices to what they are", () => {
    for (const { argv, long, option } of valued) {
      if (option.choices === undefined) continue;
      const parsed = parseCommandLine(argv, "0", {
        [variableName(long)]: "neither",
      });
      expect(parsed).toMatchObject({ kind: "usage", code: "CLI110" });
    }
  });
});

describe("a confirmation", () => {
  const confirming = ALL.filter(([, { options }]) =>
    options.some(({ flags }) => flags === "--yes"),
  );

  it("is not given by a variable alone", () => {
    expect(confirming.length).toBeGreaterThan(3);
    for (const [words, command] of confirming) {
      const argv = call(words, command);
      expect(optionsOf(argv, { TIELINE_YES: "1" })["yes"]).toBeUndefined();
      expect(
        optionsOf(argv, { TIELINE_YES: "1", CI: "false" })["yes"],
      ).toBeUndefined();
      expect(optionsOf(argv, { TIELINE_YES: "1", CI: "true" })["yes"]).toBe(
        true,
      );
      expect(optionsOf(argv, { TIELINE_YES: "0", CI: "true" })["yes"]).toBe(
        false,
      );
      expect(optionsOf([...argv, "--yes"], { TIELINE_YES: "0" })["yes"]).toBe(
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
