import type { DiagnosticCode } from "../../domain/problem/codes.ts";
import type { Diagnostic, Severity } from "../../domain/problem/diagnostic.ts";
import type { SourceLocation } from "../../domain/problem/location.ts";
import type { Place } from "./document.ts";
import { frameOf } from "./frame.ts";

/** Parts of a diagnostic before its place is turned into line, column and frame. */
export interface Report {
  readonly code: DiagnosticCode;
  /** An error unless said otherwise. */
  readonly severity?: Severity;
  readonly message: string;
  readonly why?: string;
  readonly fix?: string | undefined;
}

/** A diagnostic about a stretch of text. */
export function report(
  place: Place,
  { severity = "error", fix, ...rest }: Report,
): Diagnostic {
  return {
    ...rest,
    ...(fix === undefined ? {} : { fix }),
    severity,
    location: locationOf(place),
    frame: frameOf(place),
  };
}

/** A diagnostic about a whole file, or about a file that is not there. */
export function reportFile(
  file: string,
  { severity = "error", fix, ...rest }: Report,
): Diagnostic {
  return {
    ...rest,
    ...(fix === undefined ? {} : { fix }),
    severity,
    location: { file, line: 1, column: 1 },
  };
}

/** Line and column of a place. */
export function locationOf({ source, start }: Place): SourceLocation {
  const { line, col } = source.lines.linePos(start);
  const location = {
    file: source.file,
    line: Math.max(1, line),
    column: Math.max(1, col),
  };
  const { layer, name } = source;
  return {
    ...location,
    ...(layer === undefined ? {} : { layer }),
    ...(name === undefined ? {} : { name }),
  };
}

/** `file:line:column`, for a sentence that names a second place. */
export function locationText(place: Place): string {
  const { file, line, column } = locationOf(place);
  return `${file}:${String(line)}:${String(column)}`;
}

/** ` (did you mean "x"?)`, or nothing. */
export function didYouMean(name: string | undefined): string {
  return name === undefined ? "" : `; did you mean "${name}"?`;
}
