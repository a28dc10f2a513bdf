import { CST, Lexer } from "yaml";
import { lineStart, type LayoutNode, type Span } from "./layout.ts";
import {
  blockOf,
  countBefore,
  flowAround,
  flowContainer,
  partsOf,
  type Container,
  type Part,
} from "./yaml-parts.ts";

/** A comment in the text of a file. The span begins at its mark, or at the dash of an element. */
export interface CommentPlace extends Span {
  /** What stands behind the mark. */
  readonly text: string;
  /** Keys of the mapping or list it belongs to: what its ciphertext is bound to. */
  readonly keys: readonly string[];
  /** `item`: an element of a list, which is what SOPS makes of an encrypted comment there. */
  readonly form: "line" | "inline" | "item";
  /**
   * True for a line at the column of the dashes of the list it belongs to: an element can take its
   * place.
   */
  readonly isBesideItems: boolean;
}

/**
 * The comments of YAML text that was parsed before. Which mapping or list one belongs to is what
 * go-yaml says, because SOPS binds its ciphertext to the keys of that.
 * @remarks Source: go-yaml v3, scannerc.go, parserc.go and decode.go; compared with SOPS 3.13.3
 * over random texts.
 */
export function yamlComments(
  text: string,
  roots: readonly LayoutNode[],
): readonly CommentPlace[] {
  const { parts, items } = partsOf(text, roots);
  const { spans, marks } = commentSpans(text);
  const found: CommentPlace[] = [];
  const place = (span: Span, container: Container | undefined): void => {
    const column = span.start - lineStart(text, span.start);
    const isLine = isOwnLine(text, span);
    found.push({
      ...span,
      text: text.slice(span.start + 1, span.end),
      keys: container?.keys ?? [],
      form: isLine ? "line" : "inline",
      isBesideItems:
        isLine &&
        container?.isList === true &&
        !container.isFlow &&
        container.column === column,
    });
  };
  let lines: Span[] = [];
  for (const [at, span] of spans.entries()) {
    const around = neighbours(span.start, parts, marks);
    const flow = flowAround(span.start, around.before);
    if (flow !== undefined) place(span, flow);
    else if (!isOwnLine(text, span)) place(span, inlineContainer(around));
    else {
      lines.push(span);
      const next = spans[at + 1];
      const isLast =
        next === undefined ||
        !isOwnLine(text, next) ||
        neighbours(next.start, parts, marks).before !== around.before ||
        neighbours(next.start, parts, marks).after !== around.after;
      if (!isLast) continue;
      for (const [line, container] of linePlaces(text, lines, around))
        place(line, container);
      lines = [];
    }
  }
  return [
    ...found,
    ...items.map((item): CommentPlace => ({
      ...item,
      form: "item",
      isBesideItems: true,
    })),
  ];
}

/**
 * Behind a flow collection a comment belongs to that, behind anything else to the entry of its
 * line.
 */
function inlineContainer({ before, after }: Neighbours): Container | undefined {
  if (before === undefined) return after?.container;
  if (before.container.isFlow) return outermostFlow(before.container);
  return before.node.kind !== "leaf" && before.node.isFlow
    ? flowContainer(before)
    : before.container;
}

function outermostFlow(container: Container): Container {
  let outer = container;
  while (outer.parent?.isFlow === true) outer = outer.parent;
  return outer;
}

/** What stands before and after a position, in the same document. */
interface Neighbours {
  readonly before: Part | undefined;
  readonly after: Part | undefined;
}

function neighbours(
  at: number,
  parts: readonly Part[],
  marks: readonly number[],
): Neighbours {
  const next = countBefore(parts, at, (part) => part.start);
  const segment = (position: number): number =>
    countBefore(marks, position, (mark) => mark);
  const own = segment(at);
  const here = (part: Part | undefined): Part | undefined =>
    part !== undefined && segment(part.start) === own ? part : undefined;
  return { before: here(parts[next - 1]), after: here(parts[next]) };
}

/** A comment line, and what of its surroundings counts. */
interface Line {
  readonly span: Span;
  readonly column: number;
  readonly isGapBelow: boolean;
  /** Column of the next comment line, or of what follows; -1 at the end. */
  readonly nextColumn: number;
  readonly isLast: boolean;
}

/**
 * Where comment lines between two parts belong. The scanner of go-yaml takes them in one go: a run
 * of lines is a foot of what stands before it or a head of what follows, and is cut where the text
 * steps out.
 */
function linePlaces(
  text: string,
  spans: readonly Span[],
  around: Neighbours,
): readonly (readonly [Span, Container | undefined])[] {
  const lines = linesOf(text, spans, around);
  const [first] = lines;
  if (first === undefined) return [];
  const inner = blockOf(around.before);
  const placed: (readonly [Span, Container | undefined])[] = [];
  const scan: Scan = {
    indent: inner?.column ?? 0,
    canBeFoot: standsBelow(text, first.span, around.before),
    isNear: !isBlankAbove(text, lineStart(text, first.span.start)),
  };
  let run: Line[] = [];
  const end = (container: Container | undefined): void => {
    for (const { span } of run) placed.push([span, container]);
    run = [];
  };
  for (const line of lines) {
    run.push(line);
    const [{ column }] = run as [Line]; // it was just pushed to
    const isFirstRun = placed.length === 0;
    const cut = cutAfter(line, column, { ...scan, isFirstRun });
    if (cut === "foot") end(inner);
    else if (cut === "outer") end(blockAt(column, around));
    scan.isNear &&= !line.isGapBelow || line.isLast;
  }
  end(following(around));
  return placed;
}

interface Scan {
  readonly indent: number;
  readonly canBeFoot: boolean;
  /** No blank line since what stands before the comments. */
  isNear: boolean;
}

/**
 * Whether a run of lines ends here as the foot of what stands before it, or of a block further out.
 */
function cutAfter(
  line: Line,
  column: number,
  scan: Scan & { readonly isFirstRun: boolean },
): "foot" | "outer" | undefined {
  const { indent, canBeFoot, isNear, isFirstRun } = scan;
  const isDedented = column < indent;
  if (line.isGapBelow && isNear && (isDedented || (canBeFoot && isFirstRun)))
    return isDedented ? "outer" : "foot";
  const isOut =
    line.nextColumn >= 0 &&
    line.nextColumn < indent &&
    line.nextColumn !== column;
  if (!isOut) return undefined;
  return isFirstRun ? "foot" : "outer";
}

function linesOf(
  text: string,
  spans: readonly Span[],
  { after }: Neighbours,
): readonly Line[] {
  return spans.map((span, at) => {
    const next = spans[at + 1];
    return {
      span,
      column: columnOf(text, span),
      isGapBelow: isBlankBelow(text, span),
      nextColumn:
        next === undefined ? (after?.column ?? -1) : columnOf(text, next),
      isLast: next === undefined,
    };
  });
}

/**
 * True for a comment that can be a foot of the value before it. Below the very first line of a file
 * go-yaml knows no foot.
 */
function standsBelow(
  text: string,
  comment: Span | undefined,
  before: Part | undefined,
): boolean {
  if (comment === undefined || before === undefined) return false;
  const line = lineStart(text, comment.start);
  if (text.lastIndexOf("\n", Math.max(0, line - 2)) < 0) return false;
  const { node, container } = before;
  if (node.start > comment.start) return false;
  return node.kind !== "leaf" || node.form !== "absent" || container.isList;
}

/**
 * Where a foot belongs that stands further out than the block before it: to the mapping that ends
 * at its column, or to what follows.
 */
function blockAt(column: number, around: Neighbours): Container | undefined {
  const outside = around.after?.column ?? -1;
  let block = blockOf(around.before);
  while (block !== undefined && block.column > column) block = block.parent;
  // The end of a list takes no comment; that of a mapping around it does.
  if (block?.column === column)
    while (block?.isList === true) block = block.parent;
  else block = undefined;
  return block !== undefined && block.column > outside
    ? block
    : following(around);
}

function following({ before, after }: Neighbours): Container | undefined {
  return after === undefined ? rootOf(blockOf(before)) : after.container;
}

function rootOf(container: Container | undefined): Container | undefined {
  let root = container;
  while (root?.parent !== undefined) root = root.parent;
  return root;
}

function columnOf(text: string, { start }: Span): number {
  return start - lineStart(text, start);
}

function isOwnLine(text: string, { start }: Span): boolean {
  return text.slice(lineStart(text, start), start).trim() === "";
}

function isBlankAbove(text: string, line: number): boolean {
  return (
    line === 0 || text.slice(lineStart(text, line - 1), line).trim() === ""
  );
}

/** The end of the text counts as well. */
function isBlankBelow(text: string, { end }: Span): boolean {
  const from = text.indexOf("\n", end) + 1;
  if (from === 0) return true;
  const to = text.indexOf("\n", from);
  return text.slice(from, to < 0 ? text.length : to).trim() === "";
}

/** Where comments stand, and where documents are marked off from each other. */
function commentSpans(text: string): {
  readonly spans: readonly Span[];
  readonly marks: readonly number[];
} {
  const spans: Span[] = [];
  const marks: number[] = [];
  let at = 0;
  let isContent = false;
  for (const lexeme of new Lexer().lex(text)) {
    // Three signs stand for nothing in the text; behind the last one comes the content of a scalar.
    if (["\u0002", "\u0018", "\u001f"].includes(lexeme) && !isContent) {
      isContent = lexeme === "\u001f";
      continue;
    }
    const type = isContent ? null : CST.tokenType(lexeme);
    isContent = false;
    if (type === "comment") spans.push({ start: at, end: at + lexeme.length });
    if (type === "doc-start" || type === "doc-end") marks.push(at);
    at += lexeme.length;
  }
  return { spans, marks };
}
