import { countOf } from "../../util/count.ts";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import { indent, safe, textOf, type SafeText } from "../../output/escape.ts";
import { paint, type Style } from "../../output/style.ts";

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
  readonly diagnostics: readonly Diagnostic[];
}

/** Said of many connections at once: a list tells more than a message for each. */
const UNUSED = "USE003";

/** The diagnostics that deserve a message each; {@link renderUsage} lists the others. */
export function urgentUsage(
  diagnostics: readonly Diagnostic[],
): readonly Diagnostic[] {
  return diagnostics.filter(({ code }) => code !== UNUSED);
}

/** Places listed one by one; the rest is counted. */
const MAX_LISTED = 100;
const MAX_NAME = 80;

/** The result of a scan of code: how much was looked at, and what could not be checked. */
export function renderUsage(usage: ShownUsage, style: Style): string {
  const { literal, environments } = usage;
  const names = new Set(literal.map(({ name }) => name));
  return textOf([
    safe`${paint(style, "bold", countOf(usage.filesScanned, "file"))} scanned against ${environments.join(", ")}: ${countOf(literal.length, "place")} with ${countOf(names.size, "connection name")}`,
    ...unheldLines(usage),
    ...listed(
      `unused (note ${UNUSED}): remove what nothing else uses, or scan the code that does`,
      usage.diagnostics.filter(({ code }) => code === UNUSED).map(unusedLine),
    ),
  ]);
}

/** What could not be held against the environments. */
export function unheldLines({
  dynamic,
  possible,
}: Pick<ShownUsage, "dynamic" | "possible">): SafeText[] {
  return [
    ...listed(
      "dynamic: computed while the program runs, so not checked",
      dynamic.map(useLine),
    ),
    ...listed(
      "possible: too little evidence that the call is the SDK's, so not checked",
      possible.map(useLine),
    ),
  ];
}

function useLine({ name, call, file, line, column }: ShownUse): SafeText {
  const shown = name === undefined ? "" : ` "${name.slice(0, MAX_NAME)}"`;
  return safe`${file}:${line}:${column} ${call}${shown}`;
}

function unusedLine({ message, location }: Diagnostic): SafeText {
  const { file, line, column } = location ?? { file: "", line: 1, column: 1 };
  return safe`${file}:${line}:${column} ${message}`;
}

function listed(title: string, all: readonly SafeText[]): SafeText[] {
  if (all.length === 0) return [];
  const lines = all.slice(0, MAX_LISTED);
  const rest = all.length - lines.length;
  return [
    safe`${title}`,
    ...indent(lines, 2),
    ...(rest > 0 ? indent([safe`and ${rest} more`], 2) : []),
  ];
}
