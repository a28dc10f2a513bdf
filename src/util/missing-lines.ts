/**
 * What has to be added at the end of a text so that it has these lines; `""` when it has them all.
 * White space at the edges of lines does not count, and the text's own line ends are kept.
 */
export function missingLines(text: string, lines: readonly string[]): string {
  const present = new Set(text.split("\n").map((line) => line.trim()));
  const missing = lines.filter((line) => !present.has(line.trim()));
  if (missing.length === 0) return "";
  const end = /\r\n/u.test(text) ? "\r\n" : "\n";
  const lead = text === "" || text.endsWith("\n") ? "" : end;
  return lead + missing.map((line) => line + end).join("");
}
