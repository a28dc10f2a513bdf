import { describe, expect, it } from "vitest";
import {
  indent,
  joinSafe,
  plainJsonText,
  plainText,
  safe,
  SafeText,
  textOf,
} from "../../../src/output/escape.ts";

describe("plainText", () => {
  it.each([
    ["an escape sequence", "\u001b[31m", String.raw`\u{1b}[31m`],
    ["a line feed", "a\nb", String.raw`a\nb`],
    ["a carriage return", "a\rb", String.raw`a\rb`],
    ["a tab", "a\tb", String.raw`a\tb`],
    ["a C1 control", "\u009b", String.raw`\u{9b}`],
    ["delete", "\u007f", String.raw`\u{7f}`],
    ["an override", "\u202e", String.raw`\u{202e}`],
    ["an isolate", "\u2066", String.raw`\u{2066}`],
    ["a zero-width space", "\u200b", String.raw`\u{200b}`],
    ["a line separator", "\u2028", String.raw`\u{2028}`],
    ["a lone surrogate", "\ud800", String.raw`\u{d800}`],
    ["a tag character", "\u{e0041}", String.raw`\u{e0041}`],
    ["a filler that draws nothing", "\u3164", String.raw`\u{3164}`],
  ])("shows %s", (_, text, expected) => {
    expect(plainText(text)).toBe(expected);
  });

  it.each(["naïve", "東京", "שלום", "❤\ufe0f", "a \\u{1b} b", "«»…"])(
    "leaves %s alone",
    (text) => {
      expect(plainText(text)).toBe(text);
    },
  );
});

describe("plainJsonText", () => {
  it("escapes beyond the basic plane with two units and keeps line feeds", () => {
    expect(plainJsonText('{\n"\u{e0041}\u202e"}')).toBe(
      '{\n"\\udb40\\udc41\\u202e"}',
    );
  });
});

describe("safe text", () => {
  it("escapes what is put in and passes what is safe already", () => {
    const inner = new SafeText("\u001b[1mbold\u001b[0m");
    expect(safe`a ${"\n"} ${inner} ${3}`.toString()).toBe(
      "a \\n \u001b[1mbold\u001b[0m 3",
    );
  });

  it("joins, indents and ends every line", () => {
    const lines = indent([joinSafe(["a", "\n"], ", "), safe`b`], 2);
    expect(textOf(lines)).toBe("  a, \\n\n  b\n");
    expect(textOf([])).toBe("");
  });
});
