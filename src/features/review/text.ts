import {
  InvalidDocumentsError,
  type AppError,
} from "../../domain/problem/error.ts";
import { renderDiagnostics, renderError } from "../../output/diagnostics.ts";
import { safe, textOf } from "../../output/escape.ts";
import { paint, type Style } from "../../output/style.ts";
import { renderPlan } from "../plan/text.ts";
import { verdictText, type ReviewReport } from "./report.ts";

/** A review for the log of a job: each plan whole, then what became of the comment. */
export function renderReview(
  report: ReviewReport,
  style: Style,
  options: { readonly verbose: boolean; readonly posted: string },
): string {
  const parts = report.environments.map((each) =>
    each.kind === "planned"
      ? renderPlan(each.plan, style, { verbose: options.verbose })
      : `${textOf([safe`${paint(style, "bold", each.name)}`])}${errorText(each.error, style)}`,
  );
  const error = report.error === null ? [] : [errorText(report.error, style)];
  return [
    ...parts,
    ...error,
    textOf([safe`${verdictText(report)}`, safe`${options.posted}`]),
  ].join("\n");
}

function errorText(error: AppError, style: Style): string {
  const diagnostics =
    error instanceof InvalidDocumentsError ? error.diagnostics : [];
  return `${renderDiagnostics(diagnostics, style)}${renderError(error, style)}`;
}
