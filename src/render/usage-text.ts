import { indent, safe, textOf, type SafeText } from "./escape.ts";
import { paint, type Style } from "./style.ts";
import { countOf } from "./words.ts";

/** A place in code, as this renderer needs it. */
export interface ShownUse {
  readonly name?: string;
  readonly call: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What a scan of code says beside its diagnostics. */
export interface ShownUsage {
  readonly environments: readonly string[];
  readonly filesScanned: number;
  readonly literal: readonly ShownUse[];
  readonly dynamic: readonly ShownUse[];
  readonly possible: readonly ShownUse[];
}

/** Places listed one by one; the rest is counted. */
const MAX_LISTED = 100;
const MAX_NAME = 80;

/** The result of a scan of code: how much was looked at, and what could not be checked. */
export function renderUsage(usage: ShownUsage, style: Style): string {
  const { literal, dynamic, possible, environments } = usage;
  const names = new Set(literal.map(({ name }) => name));
  return textOf([
    safe`${paint(style, "bold", countOf(usage.filesScanned, "file"))} scanned against ${environments.join(", ")}: ${countOf(literal.length, "place")} with ${countOf(names.size, "connection name")}`,
    ...listed(
      "dynamic: computed while the program runs, so not checked",
      dynamic,
    ),
    ...listed(
      "possible: too little evidence that the call is the SDK's, so not checked",
      possible,
    ),
  ]);
}

function listed(title: string, uses: readonly ShownUse[]): SafeText[] {
  if (uses.length === 0) return [];
  const lines = uses
    .slice(0, MAX_LISTED)
    .map(
      ({ name, call, file, line, column }) =>
        safe`${file}:${line}:${column} ${call}${name === undefined ? "" : ` "${name.slice(0, MAX_NAME)}"`}`,
    );
  const rest = uses.length - lines.length;
  return [
    safe`${title}`,
    ...indent(lines, 2),
    ...(rest > 0 ? indent([safe`and ${rest} more`], 2) : []),
  ];
}
