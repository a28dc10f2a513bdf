import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { outputYamlText } from "../../../src/documents/read/yaml-text.ts";
import {
  plainJsonText,
  plainOutput,
  plainText,
} from "../../../src/util/plain-text.ts";
import { expectHarmless } from "../../support/hostile.ts";

const runs = Number(process.env["TIELINE_PROPERTY_RUNS"] ?? 300);

/** Text of every plane, and much of what acts somewhere. */
const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 4 }),
      fc.constantFrom(
        "::",
        ":",
        "##[",
        "#",
        "##vso[",
        "[",
        "\n",
        "\n ",
        "\t",
        "\u00a0",
        "\u001b[31m",
        "\u001b[0m",
        "\u001b[2J",
        "\u202e",
        "\u{e0041}",
        "\ufe0f",
        "❤",
        "1\ufe0f\u20e3",
        "\u200d",
        "\ud800",
        "x",
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe("plain text", () => {
  it("acts on nothing wherever it stands in a line, and is plain already", () => {
    fc.assert(
      fc.property(text, (value) => {
        const plain = plainText(value);
        expectHarmless(`a ${plain}`);
        expect(plain).not.toContain("\n");
        expect(plainText(plain)).toBe(plain);
      }),
      { numRuns: runs, seed: 1 },
    );
  });

  it.each([
    ["##[error]x", String.raw`\u{23}#[error]x`],
    ["###[error]x", String.raw`#\u{23}#[error]x`],
    ["##vso[task]x", String.raw`\u{23}#vso[task]x`],
    ["a\ufe0f", String.raw`a\u{fe0f}`],
    ["❤\ufe0f\ufe0f", String.raw`❤️\u{fe0f}`],
    ["1\ufe0f", String.raw`1\u{fe0f}`],
  ])("shows what it would be taken for: %s", (value, expected) => {
    expect(plainText(value)).toBe(expected);
  });

  it.each(["❤\ufe0f", "1\ufe0f\u20e3", "## Heading", "a ## b", "#[x]", "::"])(
    "leaves %s",
    (value) => {
      expect(plainText(value)).toBe(value);
    },
  );
});

describe("a plain output", () => {
  it("acts on nothing, colours or not", () => {
    fc.assert(
      fc.property(text, (value) => {
        expectHarmless(plainOutput(value, { isPainted: false }));
        const painted = plainOutput(value, { isPainted: true });
        expectHarmless(painted, { isPainted: true });
        expect(plainOutput(painted, { isPainted: true })).toBe(painted);
      }),
      { numRuns: runs, seed: 2 },
    );
  });

  it.each([
    ["::error::x", String.raw`\u{3a}:error::x`],
    ["a\n \t::x", String.raw`a` + "\n" + String.raw` \t::x`],
    ["a\n  ::x", "a\n  \\u{3a}:x"],
    ["a ::x\n", "a ::x\n"],
    ["\u001b[31m::x\u001b[0m", "\u001b[31m\\u{3a}:x\u001b[0m"],
    ["\u001b[8mx", String.raw`\u{1b}[8mx`],
  ])("keeps lines and colours: %j", (value, expected) => {
    expect(plainOutput(value, { isPainted: true })).toBe(expected);
  });

  it("lets annotations through where they are meant", () => {
    const line = "::error file=a::b ##[x]\n";
    expect(plainOutput(line, { isPainted: false, hasCommands: true })).toBe(
      "::error file=a::b \\u{23}#[x]\n",
    );
  });
});

describe("data", () => {
  const value = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      text,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("node"), { maxLength: 3 }),
      fc.dictionary(text, tie("node"), { maxKeys: 3, noNullPrototype: true }),
    ),
  })).node;
  const document = fc.dictionary(text, value, {
    maxKeys: 4,
    noNullPrototype: true,
  });

  it("is the same after its escapes are read: JSON", () => {
    fc.assert(
      fc.property(document, (one) => {
        const written = plainJsonText(JSON.stringify(one, null, 2));
        expectHarmless(written);
        expect(JSON.parse(written)).toEqual(one);
      }),
      { numRuns: runs, seed: 3 },
    );
  });

  it("is the same after its escapes are read: YAML", () => {
    fc.assert(
      fc.property(document, (one) => {
        const written = outputYamlText(one);
        expectHarmless(written);
        expect(plainOutput(written, { isPainted: false })).toBe(written);
        expect(parse(written)).toEqual(one);
      }),
      { numRuns: runs, seed: 4 },
    );
  });
});
