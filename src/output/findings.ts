import {
  compareDiagnostics,
  type Diagnostic,
  type Severity,
} from "../domain/problem/diagnostic.ts";

/** A diagnostic for a program that shows findings; `suppression` says why it is not to be shown. */
export interface ReportedFinding {
  readonly diagnostic: Diagnostic;
  readonly suppression?: { readonly reason: string; readonly until: string };
}

/** Where the workspace lies in its repository: `""`, or a path with a slash at its end. */
export interface FindingPlace {
  readonly prefix: string;
}

const WEIGHT: Readonly<Record<Severity, number>> = {
  error: 0,
  warning: 1,
  note: 2,
};

/** The heaviest first, then in reading order: what a limit cuts off is the least. */
export function bySeverity(
  findings: readonly ReportedFinding[],
): readonly ReportedFinding[] {
  return findings.toSorted(
    ({ diagnostic: a }, { diagnostic: b }) =>
      WEIGHT[a.severity] - WEIGHT[b.severity] || compareDiagnostics(a, b),
  );
}
