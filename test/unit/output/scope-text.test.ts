import { describe, expect, it } from "vitest";
import { type SafeText, textOf } from "../../../src/output/escape.ts";
import { memberNote, scopeLine } from "../../../src/output/scope-text.ts";

const lineOf = (line: SafeText): string => textOf([line]).slice(0, -1);
const PLAIN = { color: false, width: 80 };
const COLORED = { color: true, width: 80 };
const READ = {
  path: "/scopes",
  scope: "mail.read",
  change: "gained",
  tier: "sensitive",
  meaning: "read all mail",
} as const;

describe("scopeLine", () => {
  it("says what is gained and lost, and that nobody knows", () => {
    const { meaning, ...unknown } = READ;
    expect(meaning).toBe("read all mail");
    expect(lineOf(scopeLine(READ, PLAIN))).toBe(
      '+"mail.read"  gains: read all mail (sensitive)',
    );
    expect(lineOf(scopeLine({ ...READ, change: "lost" }, PLAIN))).toBe(
      '-"mail.read"  loses: read all mail (sensitive)',
    );
    expect(lineOf(scopeLine({ ...unknown, tier: "unclassified" }, PLAIN))).toBe(
      '+"mail.read"  gains: unclassified',
    );
  });

  it("catches the eye only for what is gained", () => {
    expect(lineOf(scopeLine(READ, COLORED))).toContain("\u001b[31m");
    const lost = lineOf(scopeLine({ ...READ, change: "lost" }, COLORED));
    expect(lost.split("loses")[0]).toContain("\u001b[2m");
  });

  it("lets nothing of a plan file act on the terminal", () => {
    const line = lineOf(
      scopeLine(
        { ...READ, scope: "a\u001b[2Jb", meaning: "c\nd\u202e" },
        PLAIN,
      ),
    );
    expect(line).not.toMatch(/[\u0000-\u001f\u202e]/u);
  });
});

describe("memberNote", () => {
  it("stands behind the member it is about, and behind no other", () => {
    expect(lineOf(memberNote([READ], "mail.read", PLAIN))).toBe(
      "  gains: read all mail (sensitive)",
    );
    expect(lineOf(memberNote([READ], "mail.send", PLAIN))).toBe("");
    expect(lineOf(memberNote([READ], 3, PLAIN))).toBe("");
  });
});
