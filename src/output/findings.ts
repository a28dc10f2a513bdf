import {
  compareDiagnostics,
  type Diagnostic,
  type Severity,
} from "../domain/problem/diagnostic.ts";

/** What is reported: a diagnostic, or what says something else of a place under a code. */
export type Reported = Omit<Diagnostic, "code"> & { readonly code: string };

/** A finding for a program that shows findings. */
export interface ReportedFinding {
  readonly diagnostic: Reported;
  /** What it weighs where that is more than its severity says. */
  readonly weight?: "refused" | "critical" | "high";
  /**
   * What tells it from others of its code, instead of its file and its words: those may hold what
   * moves.
   */
  readonly identity?: readonly string[];
  /** Why it is not to be shown. */
  readonly suppression?: { readonly reason: string; readonly until: string };
}

/** Where the workspace lies in its repository: `""`, or a path with a slash at its end. */
export interface FindingPlace {
  readonly prefix: string;
}

const WEIGHT: Readonly<
  Record<Severity | NonNullable<ReportedFinding["weight"]>, number>
> = {
  refused: 0,
  critical: 1,
  error: 2,
  high: 3,
  warning: 4,
  note: 5,
};

/** The heaviest first, then in reading order: what a limit cuts off is the least. */
export function bySeverity(
  findings: readonly ReportedFinding[],
): readonly ReportedFinding[] {
  return findings.toSorted(
    (a, b) =>
      weightOf(a) - weightOf(b) ||
      compareDiagnostics(a.diagnostic, b.diagnostic),
  );
}

function weightOf({ weight, diagnostic }: ReportedFinding): number {
  return WEIGHT[weight ?? diagnostic.severity];
}

/** What is to be shown, the heaviest first. */
export function shownFindings(
  findings: readonly ReportedFinding[],
): readonly ReportedFinding[] {
  return bySeverity(
    findings.filter(({ suppression }) => suppression === undefined),
  );
}

/** The sentences of a finding as one text, in the way of whatever shows it. */
export function sentencesOf(
  { message, fix }: Pick<Reported, "message" | "fix">,
  write: (sentence: string) => string,
): string {
  if (fix === undefined) return write(message);
  const end = /[.!?…]$/u.test(message) ? "" : ".";
  return `${write(message)}${end} ${write(`Fix: ${fix}`)}`;
}
