import type { Splices } from "./splices.ts";

/**
 * Start of the comment lines directly above an entry, at its indentation: they are about it. Never
 * before the line after `limit`, so that text of the entry before is not taken for a comment.
 */
export function commentsAbove(
  splices: Splices,
  entry: number,
  limit: number,
): number {
  const column = splices.column(entry);
  let start = splices.lineStart(entry);
  while (start > 0) {
    const above = splices.lineStart(start - 1);
    if (above <= limit || !isCommentAt(splices, above, column)) break;
    start = above;
  }
  return start;
}

/**
 * End of an entry with the comment lines below that stand deeper than it. Blank lines count only
 * between such comments.
 */
export function endWithComments(
  splices: Splices,
  end: number,
  column: number,
): number {
  let known = splices.lineEnd(end);
  for (let at = known; at < splices.text.length; at = splices.lineEnd(at)) {
    const line = splices.trimmedLine(at);
    if (line !== "" && !line.startsWith("#")) break;
    if (line === "") continue;
    if (indentAt(splices, at) <= column) break;
    known = splices.lineEnd(at);
  }
  return known;
}

function isCommentAt(splices: Splices, line: number, column: number): boolean {
  return (
    splices.trimmedLine(line).startsWith("#") &&
    indentAt(splices, line) === column
  );
}

function indentAt({ text }: Splices, lineStart: number): number {
  let at = lineStart;
  while (text[at] === " ") at += 1;
  return at - lineStart;
}
