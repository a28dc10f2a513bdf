/**
 * Splits a command line into words as a shell would, without running one: blanks separate, quotes
 * group, a backslash takes the next character as it is. Nothing is expanded.
 * @returns `undefined` when a quote is not closed.
 */
export function splitCommand(line: string): readonly string[] | undefined {
  const words: string[] = [];
  const token =
    /\s*((?:[^\s"'\\]+|"(?:[^"\\]|\\[\s\S])*"|'[^']*'|\\[\s\S])+)/uy;
  let end = 0;
  for (;;) {
    token.lastIndex = end;
    const match = token.exec(line);
    if (match === null) break;
    end = token.lastIndex;
    words.push(unquote(match[1] ?? ""));
  }
  return line.slice(end).trim() === "" ? words : undefined;
}

function unquote(word: string): string {
  return word.replace(
    /"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|\\([\s\S])/gu,
    (_match, double?: string, single?: string, escaped?: string) =>
      double?.replace(/\\(["\\$`])/gu, "$1") ?? single ?? escaped ?? "",
  );
}
