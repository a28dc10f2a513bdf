import { checkPlan } from "../../documents/check/plan-file.ts";
import type {
  ReviewArtifact,
  ReviewArtifactError,
} from "../../domain/generated/review-artifact.ts";
import { isDiagnosticCode } from "../../domain/problem/codes.ts";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import { InvalidDocumentsError } from "../../domain/problem/error.ts";
import { wasAltered } from "../plan/altered.ts";
import {
  worstCode,
  type ReviewedEnvironment,
  type ReviewReport,
} from "./report.ts";

/** Exit statuses of what came from elsewhere: one that fails fails here as well. */
const FAILED = 3;
const REFUSED = 6;

/**
 * What an artifact says was found. Nothing of it is believed: every plan is checked as a plan file
 * is, its digests are computed again, and what it would do is what is shown. Any text in it is a
 * stranger's, which the writers escape.
 * @throws InvalidDocumentsError SNP007 for a plan that is none, or that does not follow from
 * itself.
 */
export function artifactReport(
  artifact: ReviewArtifact,
  file: string,
): ReviewReport {
  const names = artifact.environments.map(({ name }) => name);
  if (new Set(names).size < names.length)
    throw unusable(file, "it names an environment twice");
  const environments = artifact.environments.map((each) =>
    environmentOf(each, file),
  );
  const error = artifact.error === undefined ? null : errorOf(artifact.error);
  return {
    commit: artifact.commit,
    environments,
    untouchedCount: artifact.untouched,
    error,
    exitCode:
      error === null
        ? worstCode(environments.map(({ exitCode }) => exitCode))
        : FAILED,
  };
}

function environmentOf(
  { name, plan: value, error }: ReviewArtifact["environments"][number],
  file: string,
): ReviewedEnvironment {
  if (error !== undefined || value === undefined)
    return {
      name,
      kind: "failed",
      error: errorOf(error ?? { code: "SNP007", message: "there is no plan" }),
      exitCode: FAILED,
    };
  const { plan } = checkPlan(value, file);
  if (plan === undefined) throw unusable(file, "one of its plans is none");
  if (plan.environment !== name || plan.source.snapshot === undefined)
    throw unusable(file, "one of its plans is of something else");
  if (wasAltered(plan) !== undefined)
    throw unusable(file, "the digests of one of its plans do not fit it");
  const isRefused = plan.findings.some(({ level }) => level === "refuse");
  return { name, kind: "planned", plan, exitCode: isRefused ? REFUSED : 0 };
}

function errorOf(error: ReviewArtifactError): InvalidDocumentsError {
  return new InvalidDocumentsError(
    codeOf(error.code),
    error.message,
    (error.diagnostics ?? []).map(({ code, ...diagnostic }): Diagnostic => ({
      ...diagnostic,
      code: codeOf(code),
    })),
    error.fix ?? "look at the log of the job",
  );
}

function codeOf(text: string): Diagnostic["code"] {
  return isDiagnosticCode(text) ? text : "SNP007";
}

/** The refusal of an artifact. */
export function unusable(file: string, why: string): InvalidDocumentsError {
  return new InvalidDocumentsError(
    "SNP007",
    `the artifact "${file}" is not posted: ${why}`,
    [],
    "look at the job that wrote it; anybody who can open a pull request may have changed what it does",
  );
}
