import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatFile } from "../../src/documents/format/format.ts";
import { aFile } from "../support/documents.ts";
import { PROPERTY_RUNS } from "../support/arbitraries.ts";

const ROLE = { kind: "connection", layer: "base" } as const;
const MARK = "tieline-ignore LNT011 until 2027-01-31: mark";

/** Fields in any order, every line of them different from all others. */
const anyField = (
  step: string,
  dash: string,
): readonly (readonly string[])[] => [
  ["connection_id: c"],
  ["provider: hubspot"],
  ["auth_type: oauth2"],
  ["scopes:", `${dash}- s1`, `${dash}- s2`],
  ["credentials:", `${step}client_id: i`, `${step}tenant_id: t`],
  [
    "settings:",
    `${step}prompt: p`,
    `${step}optional_scopes:`,
    `${step}${step}field_name: f`,
    `${step}${step}scopes:`,
    `${step}${step}${dash}- o1`,
    `${step}${step}${dash}- o2`,
    `${step}required_scopes:`,
    `${step}${dash}- r1`,
  ],
  ["labels:", `${step}zeta: z`, `${step}alpha: a`],
];

const anyLayout = fc.constantFrom(
  { step: "  ", dash: "  " },
  { step: "  ", dash: "" },
  { step: "    ", dash: "  " },
);
const anyLines = anyLayout.chain(({ step, dash }) =>
  fc
    .shuffledSubarray([...anyField(step, dash)], { minLength: 3 })
    .map((fields) => ({ lines: fields.flat(), isFlush: dash === "" })),
);
const anyPlace = fc.record({ line: fc.nat(99), column: fc.nat(9) });

function withComment(
  lines: readonly string[],
  { line, column }: { readonly line: number; readonly column: number },
  words: string,
): string[] {
  const at = line % (lines.length + 1);
  const comment = `${" ".repeat(column)}# ${words}`;
  return [...lines.slice(0, at), comment, ...lines.slice(at)];
}

function formatted(lines: readonly string[]): string[] | undefined {
  const text = `${lines.join("\n")}\n`;
  const once = formatFile(aFile("connections/c.yaml", text), ROLE);
  if (once.kind !== "formatted") return undefined;
  const twice = formatFile(aFile("connections/c.yaml", once.after), ROLE);
  expect(twice).toMatchObject({ after: once.after });
  return once.after.trimEnd().split("\n");
}

const isComment = (line: string | undefined): boolean =>
  line?.trimStart().startsWith("#") === true;
const indentOf = (line: string): number =>
  line.length - line.trimStart().length;

/** The line a comment is about where it stands on or above one. */
function lineAt(lines: readonly string[], words: string): string | undefined {
  const at = lines.findIndex((line) => line.endsWith(`# ${words}`));
  const [beside = ""] = (lines[at] ?? "").split(`# ${words}`);
  if (beside.trim() !== "") return beside.trim();
  return lines
    .slice(at)
    .find((line) => !isComment(line))
    ?.trim();
}

/** The field whose group a comment is in, or ends; `""` for the document. */
function groupOf(lines: readonly string[], words: string): string {
  const at = lines.findIndex((line) => line.endsWith(`# ${words}`));
  const column = indentOf(lines[at] ?? "");
  const content = lines
    .map((line, index) => ({ line, index }))
    .filter(({ line }) => !isComment(line));
  const next = content.find(({ index }) => index > at)?.line;
  const above = content.filter(({ index }) => index < at).reverse();
  const previous = above[0]?.line;
  const deepest = Math.max(indentOf(next ?? ""), indentOf(previous ?? ""));
  const isOfNext =
    next !== undefined &&
    (column <= indentOf(next) || indentOf(next) === deepest);
  // The indentation of the group: that of a line above which is not further in than the comment.
  const group = isOfNext
    ? indentOf(next)
    : (above
        .map(({ line }) => indentOf(line))
        .find((indent) => indent <= column) ?? 0);
  const parent = above.find(({ line }) => indentOf(line) < group)?.line;
  return parent?.trim() ?? "";
}

describe("comments of a formatted document", () => {
  it("keep quiet what they kept quiet, wherever they are indented", () => {
    let leftAlone = 0;
    fc.assert(
      fc.property(anyLines, anyPlace, anyPlace, ({ lines }, place, other) => {
        const before = withComment(
          withComment(lines, place, MARK),
          other,
          "another",
        );
        const after = formatted(before);
        if (after === undefined) leftAlone += 1;
        else if (lineAt(before, MARK) !== undefined)
          expect(lineAt(after, MARK)).toBe(lineAt(before, MARK));
      }),
      { numRuns: 5 * PROPERTY_RUNS },
    );
    expect(leftAlone).toBeLessThan(PROPERTY_RUNS / 20);
  });

  it("keep quiet what they kept quiet, behind any line", () => {
    let leftAlone = 0;
    fc.assert(
      fc.property(anyLines, fc.nat(99), ({ lines }, index) => {
        const at = index % lines.length;
        const before = lines.map((line, each) =>
          each === at ? `${line} # ${MARK}` : line,
        );
        const after = formatted(before);
        if (after === undefined) leftAlone += 1;
        else expect(lineAt(after, MARK)).toBe(lineAt(before, MARK));
      }),
      { numRuns: 3 * PROPERTY_RUNS },
    );
    expect(leftAlone).toBe(0);
  });

  it("stay in the group they are indented for", () => {
    fc.assert(
      fc.property(anyLines, anyPlace, ({ lines, isFlush }, place) => {
        // A list that is not indented leaves open whose a comment beside it is.
        if (isFlush) return;
        const before = withComment(lines, place, "note");
        const after = formatted(before);
        expect(after).toBeDefined();
        expect(groupOf(after ?? [], "note")).toBe(groupOf(before, "note"));
      }),
      { numRuns: 5 * PROPERTY_RUNS },
    );
  });
});

describe("a suppression behind a list on one line", () => {
  it("keeps the list on it, because every item is on the line it is about", () => {
    const line = `scopes: [a, b]`;
    expect(
      formatted(["connection_id: c", `${line} # ${MARK}`, "provider: x"]),
    ).toEqual(["connection_id: c", "provider: x", `# ${MARK}`, line]);
  });
});
