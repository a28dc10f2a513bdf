import { describe, expect, it } from "vitest";
import type { LintOptions } from "../../../../src/features/lint/lint.ts";
import {
  anEnvironment,
  foundIn,
  lintTexts,
  tidy,
} from "../../../support/lint.ts";

const WITHOUT_OWNER = tidy("mail").replace(/owner:.*\n/u, "");

function lint(
  mail: string,
  options: Partial<LintOptions> = {},
): ReturnType<typeof lintTexts> {
  return lintTexts(
    {
      "environments/dev/environment.yaml": anEnvironment("dev"),
      "connections/mail.yaml": mail,
    },
    options,
  );
}

describe("suppressions", () => {
  it("above a line keep its finding quiet, and say why and until when", async () => {
    const report = await lint(
      `# tieline-ignore LNT002 until 2026-11-22: the team is being named: soon\n# another comment\n\n${WITHOUT_OWNER}`,
    );
    expect(report.diagnostics).toEqual([]);
    expect(report.quiet).toMatchObject([
      {
        diagnostic: { code: "LNT002" },
        reason: "the team is being named: soon",
        until: "2026-11-22",
      },
    ]);
  });

  it("on a line count for that line, by the rule's name, several with commas", async () => {
    const text = tidy("mail", [
      "scopes: [a, a] # tieline-ignore repeated-scope, LNT002 until 2027-01-31: see the review",
    ]);
    const report = await lint(text);
    expect(report.diagnostics).toEqual([]);
    expect(report.edits).toEqual([]);
    expect(report.quiet).toHaveLength(1);
  });

  it("count for notes of validation, and never for its errors", async () => {
    const environment = anEnvironment("dev", [
      "variables:",
      "  unused: 1 # tieline-ignore CFG015 until 2027-01-31: the same in every environment",
    ]);
    const quiet = await lintTexts({
      "environments/dev/environment.yaml": environment,
      "connections/mail.yaml": tidy("mail"),
    });
    expect(quiet.diagnostics).toEqual([]);
    const loud = await lint(
      tidy("mail", [
        "nonsense: 1 # tieline-ignore SCH001 until 2027-01-31: please",
      ]),
    );
    expect(foundIn(loud)).toEqual(["SCH001 connections/mail.yaml:6:1"]);
  });

  it.each([
    ["no reason", "tieline-ignore LNT002 until 2027-01-31", "LNT021"],
    ["an empty reason", "tieline-ignore LNT002 until 2027-01-31:  ", "LNT021"],
    ["no last day", "tieline-ignore LNT002: reason", "LNT021"],
    [
      "a day that is not in the calendar",
      "tieline-ignore LNT002 until 2027-02-30: reason",
      "LNT021",
    ],
    ["no rule", "tieline-ignore until 2027-01-31: reason", "LNT021"],
    ["nothing but the word", "tieline-ignore", "LNT021"],
    [
      "a last day that has passed",
      "tieline-ignore LNT002 until 2026-11-21: reason",
      "LNT022",
    ],
    [
      "a rule that does not exist",
      "tieline-ignore LNT777 until 2027-01-31: reason",
      "LNT024",
    ],
    [
      "a rule about suppressions",
      "tieline-ignore LNT021 until 2027-01-31: reason",
      "LNT024",
    ],
  ])(
    "with %s keep nothing quiet and are findings themselves",
    async (_, comment, code) => {
      const report = await lint(`# ${comment}\n${WITHOUT_OWNER}`);
      expect(foundIn(report)).toEqual([
        `${code} connections/mail.yaml:1:1`,
        "LNT002 connections/mail.yaml:2:1",
      ]);
      expect(report.quiet).toEqual([]);
    },
  );

  it("of nothing are findings, when everything was looked at", async () => {
    const text = `# tieline-ignore LNT002 until 2027-01-31: reason\n${tidy("mail")}`;
    expect(foundIn(await lint(text))).toEqual([
      "LNT023 connections/mail.yaml:1:1",
    ]);
    expect(foundIn(await lint(text, { names: ["dev"] }))).toEqual([]);
    expect(
      foundIn(await lint(text, { only: new Set(["LNT003", "LNT023"]) })),
    ).toEqual([]);
    expect(
      foundIn(await lint(text, { levels: new Map([["LNT023", "off"]]) })),
    ).toEqual([]);
  });

  it("are comments: the same words in a value are text", async () => {
    const text = WITHOUT_OWNER.replace(
      /description:.*/u,
      "description: |\n  Sends replies\n  # tieline-ignore LNT002\nlabels:\n  a: '# tieline-ignore LNT002'",
    );
    expect(foundIn(await lint(text))).toEqual([
      "LNT002 connections/mail.yaml:1:1",
    ]);
  });

  it("in great number take little time", async () => {
    const text = `${"# tieline-ignore LNT002 until 2027-01-31: reason\n".repeat(15_000)}${WITHOUT_OWNER}`;
    const before = performance.now();
    await lint(text);
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});
