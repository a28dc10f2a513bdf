import { diagnosticJson, errorJson } from "../../output/diagnostics.ts";
import { InvalidDocumentsError } from "../../domain/problem/error.ts";
import type { ReviewedEnvironment, ReviewReport } from "./report.ts";

/** A review as data. */
export function reviewJson(
  report: ReviewReport,
  posted: string,
  comment: string | undefined,
): object {
  return {
    kind: "review",
    format_version: "1.0",
    commit: report.commit,
    environments: report.environments.map(environmentJson),
    untouched: report.untouchedCount,
    error: report.error === null ? null : errorJson(report.error),
    posted,
    ...(comment === undefined ? {} : { comment }),
  };
}

function environmentJson(each: ReviewedEnvironment): object {
  const { name, kind, exitCode: exit_code } = each;
  if (each.kind === "planned")
    return { name, kind, exit_code, plan: each.plan };
  const { error } = each;
  return {
    name,
    kind,
    exit_code,
    error: errorJson(error),
    diagnostics:
      error instanceof InvalidDocumentsError
        ? error.diagnostics.map(diagnosticJson)
        : [],
  };
}
