import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeQualityReport } from "../../src/output/code-quality.ts";
import { plainText } from "../../src/output/escape.ts";
import type { ReportedFinding } from "../../src/output/findings.ts";
import { renderGithub } from "../../src/output/github.ts";
import { jsonText } from "../../src/output/json.ts";
import { sarifLog } from "../../src/output/sarif.ts";
import { PROPERTY_RUNS } from "../support/arbitraries.ts";

const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "\n",
        "\r",
        "\r\n",
        "::",
        "::error::",
        "\n::error file=a::forged",
        "::stop-commands::x",
        "%0A::warning::x",
        "%",
        ",",
        ":",
        ";",
        ",title=x",
        "##[error]",
        "\u2028",
        "\u0085",
        "\u001b[31m",
        "[words](https://evil.example)",
        "{0}",
        '"',
        "\\",
        "</script>",
        "\ud800",
      ),
      fc.string({ unit: "binary", maxLength: 8 }),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((pieces) => pieces.join(""));
const finding: fc.Arbitrary<ReportedFinding> = fc.record({
  diagnostic: fc.record(
    {
      code: fc.constantFrom("LNT001", "CFG015", "SCH001"),
      severity: fc.constantFrom("error", "warning", "note"),
      message: text,
      why: text,
      fix: text,
      location: fc.record({ file: text, line: fc.nat(), column: fc.nat() }),
    },
    { requiredKeys: ["code", "severity", "message"] },
  ),
});

interface Command {
  readonly kind: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** As the runner reads a log: every line by itself, a command where `::` starts it. */
function commandsIn(log: string): Command[] {
  return log
    .split(/[\r\n]/u)
    .map((line) => line.trimStart())
    .filter((line) => line.startsWith("::"))
    .map((line) => {
      const end = line.indexOf("::", 2);
      const head = line.slice(2, end);
      const space = head.indexOf(" ");
      const properties = head
        .slice(space + 1)
        .split(",")
        .map((pair) => {
          const at = pair.indexOf("=");
          return [pair.slice(0, at), unescape(pair.slice(at + 1), true)];
        });
      return {
        kind: head.slice(0, space),
        properties: Object.fromEntries(properties),
        message: unescape(line.slice(end + 2), false),
      };
    });
}

function unescape(escaped: string, isProperty: boolean): string {
  const more: readonly (readonly [string, string])[] = isProperty
    ? [
        ["%3A", ":"],
        ["%2C", ","],
      ]
    : [];
  return [["%0D", "\r"], ["%0A", "\n"], ...more, ["%25", "%"]].reduce(
    (sofar, [from = "", to = ""]) => sofar.replaceAll(from, to),
    escaped,
  );
}

describe("annotations", () => {
  it("are as many as findings, of their kind, at their place, whatever a document holds", () => {
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 8 }), (findings) => {
        const commands = commandsIn(renderGithub(findings, { prefix: "" }));
        const sorted = (list: readonly string[]): string[] => [...list].sort();
        expect(sorted(commands.map(({ kind }) => kind))).toEqual(
          sorted(
            findings.map(({ diagnostic }) =>
              diagnostic.severity === "note" ? "notice" : diagnostic.severity,
            ),
          ),
        );
        expect(
          sorted(commands.map(({ properties }) => properties["file"] ?? "")),
        ).toEqual(
          sorted(
            findings.map(({ diagnostic }) =>
              plainText(diagnostic.location?.file ?? ""),
            ),
          ),
        );
        expect(
          sorted(commands.map(({ message }) => message.split("\n")[0] ?? "")),
        ).toEqual(
          sorted(
            findings.map(({ diagnostic }) => plainText(diagnostic.message)),
          ),
        );
        for (const { properties } of commands)
          expect(
            Object.keys(properties).every((name) =>
              ["file", "line", "col", "title"].includes(name),
            ),
          ).toBe(true);
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  it("stay within ten of each kind and count the rest", () => {
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 60 }), (findings) => {
        const commands = commandsIn(renderGithub(findings, { prefix: "" }));
        for (const kind of ["error", "warning", "notice"])
          expect(
            commands.filter((each) => each.kind === kind).length,
          ).toBeLessThanOrEqual(10);
        const more = /^\+(\d+) more/u.exec(commands.at(-1)?.message ?? "")?.[1];
        const isCut = commands.at(-1)?.properties["title"] === "tieline";
        expect(
          isCut ? commands.length - 1 + Number(more) : commands.length,
        ).toBe(findings.length);
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });
});

describe("SARIF", () => {
  const options = { prefix: "", version: "1.0.0", rules: [] };

  it("is one JSON value with one result for each finding, no link and no active character", () => {
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 8 }), (findings) => {
        const printed = jsonText(sarifLog(findings, options));
        const log = JSON.parse(printed) as {
          runs: {
            results: {
              message: { text: string };
              ruleIndex: number;
              locations: {
                physicalLocation: { artifactLocation: { uri: string } };
              }[];
            }[];
            tool: { driver: { rules: unknown[] } };
          }[];
        };
        const [run] = log.runs;
        expect(run?.results).toHaveLength(findings.length);
        for (const { message, ruleIndex, locations } of run?.results ?? []) {
          expect(message.text).not.toMatch(
            /\]\(|[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/u,
          );
          expect(run?.tool.driver.rules[ruleIndex]).toBeDefined();
          expect(locations[0]?.physicalLocation.artifactLocation.uri).toMatch(
            /^[A-Za-z0-9_.!~*'()%/-]*$/u,
          );
        }
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  it("tells findings by fingerprints that stay when lines move", () => {
    const at = (line: number, message: string): ReportedFinding => ({
      diagnostic: {
        code: "LNT001",
        severity: "warning",
        message,
        location: { file: "a.yaml", line, column: 3 },
      },
    });
    const prints = (findings: ReportedFinding[]): string[] => {
      const { runs } = sarifLog(findings, options) as unknown as {
        runs: { results: { partialFingerprints: Record<string, string> }[] }[];
      };
      return (runs[0]?.results ?? []).map(
        (each) => each.partialFingerprints["primaryLocationLineHash"] ?? "",
      );
    };
    const before = prints([
      at(1, "one"),
      at(2, "two"),
      at(3, "two; the first is at a.yaml:2:1"),
    ]);
    const after = prints([
      at(11, "one"),
      at(12, "two"),
      at(13, "two; the first is at a.yaml:12:1"),
    ]);
    expect(after).toEqual(before);
    expect(
      new Set(prints([at(1, "two"), at(2, "two"), at(3, "one")])).size,
    ).toBe(3);
  });

  it("holds 25,000 results at most, the heaviest, and says what is left out", () => {
    const findings = Array.from(
      { length: 25_002 },
      (_, index): ReportedFinding => ({
        diagnostic: {
          code: "LNT001",
          severity: index === 25_001 ? "error" : "warning",
          message: String(index),
        },
      }),
    );
    const { runs } = sarifLog(findings, options) as unknown as {
      runs: {
        results: { level: string }[];
        invocations: {
          toolExecutionNotifications: { message: { text: string } }[];
        }[];
      }[];
    };
    expect(runs[0]?.results).toHaveLength(25_000);
    expect(runs[0]?.results[0]?.level).toBe("error");
    expect(
      runs[0]?.invocations[0]?.toolExecutionNotifications[0]?.message.text,
    ).toMatch(/^2 /u);
  });
});

describe("Code Quality", () => {
  interface Issue {
    readonly description: string;
    readonly check_name: string;
    readonly fingerprint: string;
    readonly severity: string;
    readonly location: { path: string; lines: { begin: number } };
  }
  const read = (findings: readonly ReportedFinding[]): Issue[] =>
    JSON.parse(
      jsonText(codeQualityReport(findings, { prefix: "" })),
    ) as Issue[];

  it("has every member that GitLab reads, one issue for each finding, each told from the others", () => {
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 8 }), (findings) => {
        const issues = read(findings);
        expect(issues).toHaveLength(findings.length);
        expect(new Set(issues.map((each) => each.fingerprint)).size).toBe(
          findings.length,
        );
        for (const issue of issues) {
          expect(Object.keys(issue).sort()).toEqual([
            "check_name",
            "description",
            "fingerprint",
            "location",
            "severity",
          ]);
          expect(issue.fingerprint).toMatch(/^[0-9a-f]{64}$/u);
          expect(issue.severity).toMatch(/^(?:info|minor|critical)$/u);
          expect(issue.location.lines.begin).toBeGreaterThan(0);
          expect(issue.description + issue.location.path).not.toMatch(
            /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/u,
          );
        }
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  it("keeps a fingerprint when lines move, and does without what is kept quiet", () => {
    const at = (line: number): ReportedFinding => ({
      diagnostic: {
        code: "LNT001",
        severity: "warning",
        message: "one",
        location: { file: "a.yaml", line, column: 3 },
      },
    });
    const quiet = { ...at(4), suppression: { reason: "x", until: "2027" } };
    const [one, two] = [read([at(1), quiet]), read([at(9)])];
    expect(one).toHaveLength(1);
    expect(one[0]?.fingerprint).toBe(two[0]?.fingerprint);
  });
});

describe("what is known by more than its place", () => {
  it("keeps its fingerprint whatever is said of it, and comes before what weighs less", () => {
    const one = (
      message: string,
      weight?: ReportedFinding["weight"],
    ): ReportedFinding => ({
      diagnostic: { code: "scope.added", severity: "warning", message },
      identity: ["prod", "gmail"],
      ...(weight === undefined ? {} : { weight }),
    });
    const prints = (message: string): unknown =>
      JSON.stringify(
        sarifLog([one(message)], { prefix: "", version: "1", rules: [] }),
      ).match(/primaryLocationLineHash":"([^"]*)/u)?.[1];
    expect(prints("4 accounts")).toBe(prints("5 accounts"));
    const log = renderGithub([one("light"), one("heavy", "high")], {
      prefix: "",
    });
    expect(log.indexOf("heavy")).toBeLessThan(log.indexOf("light"));
    expect(log).not.toContain("tieline explain");
  });
});
