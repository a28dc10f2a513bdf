import type { CommandDefinition } from "../command/command.ts";
import { largest } from "../util/extremes.ts";
import { wrapped } from "../util/wrapped.ts";

/** Columns that every terminal has. */
const COLUMNS = 80;

/**
 * The examples of a command, which help starts with: beside what they do where every line fits,
 * else above it. A command line that is too long goes on in the next line, as a shell takes it.
 */
export function examplesText(examples: CommandDefinition["examples"]): string {
  const lines = examples.map(
    ([line, text]) => [`tieline ${line}`, text] as const,
  );
  const width = largest(
    lines.map(([line]) => line.length),
    0,
  );
  const isWide = lines.some(([, text]) => width + text.length + 4 > COLUMNS);
  const rows = lines.flatMap(([line, text]) =>
    isWide
      ? [
          ...commandLines(line),
          ...wrapped(text, COLUMNS - 6).map((row) => `      ${row}`),
        ]
      : [`  ${line.padEnd(width)}  ${text}`],
  );
  return ["Examples:", ...rows, ""].join("\n");
}

/** A command line within the columns, cut in front of options. */
function commandLines(line: string): readonly string[] {
  const parts = line.split(/ (?=--?[a-z]|[<>|] )/u);
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length + 3 <= COLUMNS)
      lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(`${last === undefined ? "  " : "    "}${part}`);
  }
  return lines.map((each, index) =>
    index === lines.length - 1 ? each : `${each} \\`,
  );
}
