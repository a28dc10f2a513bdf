import type { DiagnosticCode } from "./codes.ts";
import { compareText } from "../../util/compare-text.ts";
import type { SourceLocation } from "./location.ts";

/**
 * How much a diagnostic weighs: an error stops the run before anything is written, the others never
 * do.
 */
export type Severity = "error" | "warning" | "note";

/**
 * One line of source with a caret under the part that matters. `text` is already safe to print:
 * values of secret or unknown fields were replaced by `«hidden»` when the frame was made.
 */
export interface CodeFrame {
  readonly line: number;
  readonly text: string;
  /** 1-based column in `text` where the caret starts. */
  readonly column: number;
  /** Width of the underline, at least 1. */
  readonly length: number;
}

/**
 * A located problem in what the user gave us. Collected, never thrown one at a time. Never holds a
 * secret.
 */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** What happened, in one line that stands alone; names in double quotes. */
  readonly message: string;
  readonly location?: SourceLocation;
  readonly frame?: CodeFrame;
  /** The rule, limit or response that made it a problem. */
  readonly why?: string;
  /** What the user can do about it: an action, a command or the nearest valid spelling. */
  readonly fix?: string;
}

/** What a diagnostic is ordered by. */
type Placed = Pick<Diagnostic, "location" | "message"> & {
  readonly code: string;
};

/** Orders diagnostics by file, line, column, then code: the order in which a reader meets them. */
export function compareDiagnostics(a: Placed, b: Placed): number {
  return (
    comparePlaces(a.location, b.location) ||
    compareText(a.code, b.code) ||
    compareText(a.message, b.message)
  );
}

function comparePlaces(
  a: SourceLocation | undefined,
  b: SourceLocation | undefined,
): number {
  if (a === undefined || b === undefined)
    return Number(a !== undefined) - Number(b !== undefined);
  return compareText(a.file, b.file) || a.line - b.line || a.column - b.column;
}

/** True when any of them is an error. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === "error");
}

/**
 * The same for two diagnostics that say one thing of one place: a shared file is read once per
 * environment, and told once.
 */
export function diagnosticMark({
  code,
  message,
  location,
}: Diagnostic): string {
  return JSON.stringify([
    code,
    message,
    location?.file,
    location?.line,
    location?.column,
  ]);
}

/** Each diagnostic once, by place. */
export function distinctDiagnostics(
  diagnostics: readonly Diagnostic[],
): Diagnostic[] {
  const seen = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const mark = diagnosticMark(diagnostic);
    if (!seen.has(mark)) seen.set(mark, diagnostic);
  }
  return [...seen.values()].sort(compareDiagnostics);
}
