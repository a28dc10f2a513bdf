import { isMap, isPair, isScalar, isSeq, type Document, type Node } from "yaml";
import { rangeOf } from "../read/document.ts";
import { isSuppression } from "../check/suppressions.ts";

/** One line of a comment, as the library keeps it: without its sign. */
interface Line {
  readonly text: string;
  /** Blanks before it; `null` where it stands behind something on its line. */
  readonly column: number | null;
  /** A blank line stands above it. */
  readonly hasGap: boolean;
}

/**
 * Gives every comment on a line of its own to the collection it is indented for, or to what follows
 * it there. The parser gives all comments at the end of a group to the innermost list, however far
 * they stand out, and one that is indented further to the value above it: written out, each would
 * be about something else. A suppression goes with the line that it keeps quiet.
 */
export function settleComments(
  document: Document.Parsed,
  source: string,
): void {
  const root: unknown = document.contents;
  if (!isMap(root) && !isSeq(root)) return;
  const { leftover } = settle(root, source);
  if (leftover.length > 0)
    root.comment = joined([...leftover, ...linesOf(root.comment)]);
}

interface Settled {
  /** Comments after a node that are not its own. */
  readonly leftover: readonly Line[];
  readonly run: Run;
}

function settle(node: unknown, source: string): Settled {
  const isCollection = isMap(node) || isSeq(node);
  if (!isCollection || node.flow === true || node.items.length === 0)
    return settleEnd(node, source);
  const column = columnOf(node.items[0], source);
  let last: Settled = { leftover: [], run: new Run(source, source.length) };
  node.items.forEach((item: unknown, index) => {
    last = settle(isPair(item) ? (item.value ?? item.key) : item, source);
    const next: unknown = node.items[index + 1];
    const target = isPair(next) ? next.key : next;
    if (last.leftover.length > 0 && isNodeLike(target))
      last = { ...last, leftover: putBefore(target, last.leftover) };
  });
  const { run } = last;
  const lines = [...last.leftover, ...run.take(node.comment)];
  const end = lines.findIndex(
    (line) =>
      (line.column !== null && line.column < column) ||
      isSuppression(line.text),
  );
  const own = end < 0 ? lines : lines.slice(0, end);
  node.comment = own.length === 0 ? null : joined(own);
  return { leftover: end < 0 ? [] : lines.slice(end), run };
}

/** A value without entries on lines of their own. */
function settleEnd(node: unknown, source: string): Settled {
  const end = rangeOf(node)?.[1] ?? source.length;
  const run = new Run(source, end);
  const isBlockText =
    isScalar(node) &&
    (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED");
  if (!isNodeLike(node) || isBlockText || !node.comment)
    return { leftover: [], run };
  const lines = run.take(node.comment);
  const beside = lines.filter(({ column }) => column === null);
  node.comment = beside.length === 0 ? null : joined(beside);
  return { leftover: lines.filter(({ column }) => column !== null), run };
}

/** @returns what could not be put there: nothing. */
function putBefore(
  node: Pick<Node, "commentBefore" | "spaceBefore">,
  lines: readonly Line[],
): readonly Line[] {
  const there = linesOf(node.commentBefore).map((line, index) =>
    index === 0 ? { ...line, hasGap: node.spaceBefore === true } : line,
  );
  node.spaceBefore =
    lines[0]?.hasGap === true ||
    (there.length === 0 && node.spaceBefore === true);
  node.commentBefore = joined([...lines, ...there]);
  return [];
}

function joined(lines: readonly Line[]): string {
  return lines
    .map(({ text, hasGap }, index) =>
      hasGap && index > 0 ? `\n${text}` : text,
    )
    .join("\n");
}

/** Lines of a comment whose place does not matter. */
function linesOf(comment: string | null | undefined): Line[] {
  if (comment === null || comment === undefined) return [];
  const lines: Line[] = [];
  let hasGap = false;
  for (const text of comment.split("\n")) {
    if (text !== "") lines.push({ text, column: null, hasGap });
    hasGap = text === "";
  }
  return lines;
}

/** The comments between two lines of content, handed out in order. */
class Run {
  readonly #lines: readonly Line[];
  #at = 0;

  constructor(source: string, start: number) {
    this.#lines = linesFrom(source, start);
  }

  /** The next lines, which are those of this comment; without a place where they are not. */
  take(comment: string | null | undefined): Line[] {
    return linesOf(comment).map((line) => {
      const found = this.#lines[this.#at];
      if (found?.text !== line.text.trimEnd()) return line;
      this.#at += 1;
      return { ...line, column: found.column, hasGap: found.hasGap };
    });
  }
}

function linesFrom(source: string, start: number): Line[] {
  const lines: Line[] = [];
  const next = /([ \t]*)(?:#([^\n]*))?(?:\n|$)/uy;
  next.lastIndex = start;
  let isBeside = start > 0 && source[start - 1] !== "\n";
  let hasGap = false;
  while (next.lastIndex < source.length) {
    const match = next.exec(source);
    if (match === null) break;
    const [, blanks = "", text] = match;
    if (text !== undefined)
      lines.push({
        text: text.trimEnd(),
        column: isBeside ? null : blanks.length,
        hasGap: hasGap && !isBeside,
      });
    hasGap = text === undefined && !isBeside;
    isBeside = false;
  }
  return lines;
}

/** Column of the line's first sign, which for an item of a list is its dash. */
function columnOf(item: unknown, source: string): number {
  const at = rangeOf(isPair(item) ? item.key : item)?.[0] ?? 0;
  const line = source.slice(source.lastIndexOf("\n", at - 1) + 1, at);
  // A mapping that begins behind a dash stands where its first field does.
  return isPair(item) ? line.length : line.length - line.trimStart().length;
}

function isNodeLike(
  node: unknown,
): node is Pick<Node, "comment" | "commentBefore" | "spaceBefore"> {
  return isScalar(node) || isMap(node) || isSeq(node);
}
