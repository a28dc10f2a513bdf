import type { ReportedFinding } from "../../output/findings.ts";
import type { SarifRule } from "../../output/sarif.ts";
import type { FormatReport } from "./format.ts";

/** What a file that is not in the common form breaks; `fmt` is its whole cure. */
export const FORMAT_RULE: SarifRule = {
  code: "format",
  name: "common-form",
  level: "error",
  summary: "Documents are in the common form.",
  why: "a document in one form shows in a difference only what changed",
  fix: "run tieline fmt",
};

/**
 * What is wrong with documents: that they are none, and where their form is looked at, that it is
 * another one, each at its first line that would change.
 */
export function formatFindings(
  { changes, diagnostics }: FormatReport,
  isCheck: boolean,
): readonly ReportedFinding[] {
  const others = isCheck ? changes : [];
  return [
    ...diagnostics.map((diagnostic) => ({ diagnostic })),
    ...others.map(({ path, before, after }) => ({
      diagnostic: {
        code: FORMAT_RULE.code,
        severity: "error" as const,
        message: "the file is not in the common form",
        fix: "run tieline fmt",
        location: {
          file: path,
          line: firstDifference(before ?? "", after ?? ""),
          column: 1,
        },
      },
    })),
  ];
}

function firstDifference(before: string, after: string): number {
  const others = after.split("\n");
  const index = before.split("\n").findIndex((line, at) => line !== others[at]);
  return index < 0 ? 1 : index + 1;
}
