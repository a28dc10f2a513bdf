import type { AppliedCommit } from "../../environment/documents/applied-files.ts";
import { planLocation } from "../../engine/diff/field-diff.ts";
import type { PlanNotice } from "../../domain/generated/plan.ts";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { AppError } from "../../domain/problem/error.ts";
import type { Provenance } from "../../domain/provenance.ts";
import { shellWord } from "../../util/shell-word.ts";

/** What somebody else applied meanwhile is taken back without a word by a branch that does not have it. */
const LACKS_APPLIED = "PLN118";

/** Length of a commit's name that people read. */
const SHORT = 12;

/** How the commit at hand stands to the one applied last; nothing where it contains that one, or where git does not tell. */
export async function historyDiagnostics(
  { commit, problem = null }: Provenance,
  applied: AppliedCommit | undefined,
): Promise<Diagnostic[]> {
  if (problem !== null) return [untold(problem)];
  if (commit === null || applied === undefined) return [];
  if ((await applied.isIn(commit)) !== false) return [];
  const name = applied.commit.slice(0, SHORT);
  return [
    {
      code: LACKS_APPLIED,
      severity: "warning",
      message: `this commit lacks ${name}, which was applied at ${applied.appliedAt}: applying it takes that commit back`,
      why: "the documents of one branch were applied, and these are of another branch or of an earlier commit",
      fix: `git merge ${shellWord(name)}`,
    },
  ];
}

/** What is reviewed is a commit, so a plan that cannot name one says why. */
function untold(problem: AppError): Diagnostic {
  return {
    code: problem.code,
    severity: "warning",
    message: `the plan names no commit: ${problem.message}`,
    ...(problem.why === undefined ? {} : { why: problem.why }),
    ...(problem.fix === undefined ? {} : { fix: problem.fix }),
  };
}

/** A finding about the documents as plans hold it. Planning ends where one of them is an error. */
export function planNotice(diagnostic: Diagnostic): PlanNotice {
  const { code, severity, message, why, fix, location } = diagnostic;
  return {
    code,
    level: severity === "note" ? "note" : "warning",
    message,
    ...(why === undefined ? {} : { why }),
    ...(fix === undefined ? {} : { fix }),
    ...(location === undefined ? {} : { location: planLocation(location) }),
  };
}
