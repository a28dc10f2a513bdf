import { describe, expect, it } from "vitest";
import type { CodeFrame } from "../../../src/domain/problem/diagnostic.ts";
import { frameLines } from "../../../src/output/frame-text.ts";

function frame(parts: Partial<CodeFrame>, width = 80): string[] {
  const given = { line: 14, text: "a: b", column: 1, length: 1, ...parts };
  return frameLines(given, { color: false, width }).map(String);
}

/** What of the source line stands above the carets. */
function pointedAt([source = "", carets = ""]: string[]): string {
  const start = carets.indexOf("^");
  return source.slice(start, carets.lastIndexOf("^") + 1);
}

describe("code frame", () => {
  it("puts the carets under what is meant", () => {
    expect(
      frame({ text: "      clientID: abc123", column: 7, length: 8 }),
    ).toEqual([" 14 |       clientID: abc123", "    |       ^^^^^^^^"]);
  });

  it("stays aligned when an escape before it is wider than its character", () => {
    expect(
      pointedAt(frame({ text: "\u001b\u001b: bad", column: 5, length: 3 })),
    ).toBe("bad");
  });

  it("shows a tab as a space", () => {
    expect(frame({ text: "\ta", column: 2 })[0]).toBe(" 14 |  a");
  });

  it("counts wide letters twice and combining marks not at all", () => {
    const [, carets] = frame({ text: "東e\u0301x", column: 4, length: 1 });
    expect(carets).toBe("    |    ^");
  });

  it("shows at least one caret, even past the end of the line", () => {
    expect(frame({ text: "ab", column: 3, length: 0 })[1]).toBe("    |   ^");
  });

  it.each([1, 60, 300, 560])(
    "cuts a wide line to the part around column %d",
    (column) => {
      const text = `${"a".repeat(column - 1)}HERE${"b".repeat(600 - column)}`;
      const lines = frame({ text, column, length: 4 });
      expect(pointedAt(lines)).toBe("HERE");
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(80);
    },
  );

  it("cuts what is meant when it alone is too wide", () => {
    const lines = frame({ text: "c".repeat(500), length: 500 });
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(80);
  });

  it("keeps a readable piece on a very narrow output", () => {
    const lines = frame({ text: "d".repeat(50), column: 25, length: 2 }, 5);
    expect(pointedAt(lines)).toBe("dd");
  });
});
