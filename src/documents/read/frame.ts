import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { CodeFrame } from "../../domain/problem/diagnostic.ts";
import { rangeOf, type ParsedDocument, type Place } from "./document.ts";
import { areKeysShown, isKnownName, isShownField } from "./members.ts";
import { plainText } from "../../util/plain-text.ts";
import { HIDDEN } from "./safe-text.ts";

const MAX_WIDTH = 120;
// Source characters before and after the place; more than a frame shows, because hiding shortens.
const WINDOW = 300;
const STRUCTURE = /^[\s\-:,[\]{}?]$/u;
// Text that would be a credential wherever it stands: user information in an address, ciphertext,
// key files.
const TELLING = /:\/\/[^/\s]*@|ENC\[|-----BEGIN/u;
const MAX_SHOWN = 200;

interface Span {
  readonly start: number;
  readonly end: number;
  readonly isShown: boolean;
}

/**
 * The line a place starts on, safe to print. Only what is known to be harmless is shown: structure,
 * keys, and the values of declared fields that are no secrets. Everything else, comments included,
 * becomes `«hidden»`: anyone may have pasted a secret anywhere. Where the text did not become a
 * document, only structure and declared key names remain.
 */
export function frameOf(place: Place): CodeFrame {
  const { text, lines } = place.source;
  const { line } = lines.linePos(place.start);
  const lineStart = lines.lineStarts[line - 1] ?? 0;
  const rest = text.indexOf("\n", lineStart);
  const lineEnd = rest < 0 ? text.length : rest;
  // A line can be a megabyte long; only what can end up in the frame is looked at.
  const from = Math.max(lineStart, place.start - WINDOW);
  const to = Math.min(lineEnd, place.start + WINDOW);
  const drawn = new Drawing(text, from);
  for (const span of spansOf(place, from, to)) {
    drawn.gap(span.start);
    drawn.span(span);
  }
  drawn.gap(to);
  const end = Math.min(Math.max(place.end, place.start + 1), to);
  return cut(line, {
    text: drawn.text,
    column: drawn.columnOf(place.start),
    end: drawn.columnOf(end),
    isCutBefore: from > lineStart,
    isCutAfter: to < lineEnd,
  });
}

function spansOf(place: Place, from: number, to: number): Span[] {
  if (place.document !== undefined) return nodeSpans(place.document, from, to);
  const isLineStart = from === 0 || place.source.text.charAt(from - 1) === "\n";
  return isLineStart ? lexicalSpans(place.source.text, from, to) : [];
}

/** Builds the shown line from left to right and remembers where each source offset went. */
class Drawing {
  text = "";
  readonly #source: string;
  #at: number;
  readonly #marks: [source: number, shown: number][] = [];

  constructor(source: string, at: number) {
    this.#source = source;
    this.#at = at;
  }

  /**
   * Text between values: structure stays, anything else is hidden; a `#` hides the rest, because it
   * starts a comment.
   */
  gap(end: number): void {
    while (this.#at < end) {
      const char = this.#source.charAt(this.#at);
      if (STRUCTURE.test(char)) {
        this.#mark();
        this.text += char === "\t" ? " " : char === "\r" ? "" : char;
        this.#at += 1;
        continue;
      }
      const stop = /[\s,[\]{}]/u.exec(this.#source.slice(this.#at, end));
      const isComment = char === "#";
      this.#hide(isComment || stop === null ? end : this.#at + stop.index);
    }
  }

  span({ end, isShown }: Span): void {
    if (!isShown) {
      this.#hide(end);
      return;
    }
    while (this.#at < end) {
      this.#mark();
      const char = String.fromCodePoint(
        this.#source.codePointAt(this.#at) ?? 0,
      );
      // Whether such a selector stands where it may is told where the whole line is written.
      const isSelector = char === "\ufe0e" || char === "\ufe0f";
      if (char !== "\r") this.text += isSelector ? char : plainText(char);
      this.#at += char.length;
    }
  }

  /** 1-based column in the shown text of a source offset. */
  columnOf(offset: number): number {
    let column = 1;
    for (const [source, shown] of this.#marks) {
      if (source > offset) break;
      column = shown + 1;
    }
    return offset >= this.#at ? this.text.length + 1 : column;
  }

  #hide(end: number): void {
    if (end <= this.#at) return;
    this.#mark();
    if (!this.text.endsWith(HIDDEN)) this.text += HIDDEN;
    this.#at = end;
  }

  #mark(): void {
    this.#marks.push([this.#at, this.text.length]);
  }
}

/** Keys and values of a document that touch a line, in order. */
function nodeSpans(document: ParsedDocument, from: number, to: number): Span[] {
  const spans: Span[] = [];
  const visit = (node: unknown, path: readonly string[]): void => {
    const range = rangeOf(node);
    if (range === undefined) return;
    if (isScalar(node) || isAlias(node)) {
      const { text } = document.source;
      const isShown =
        isScalar(node) &&
        isShownField(document.kind, path) &&
        isHarmless(text.slice(range[0], range[1]));
      push(spans, { start: range[0], end: range[1], isShown }, [from, to]);
    } else if (isSeq(node)) {
      node.items.forEach((item, index) => {
        if (touches(item, from, to)) visit(item, [...path, String(index)]);
      });
    } else if (isMap(node)) {
      const isShown = areKeysShown(document.kind, path);
      for (const pair of node.items) {
        const key = rangeOf(pair.key);
        if (key !== undefined)
          push(spans, { start: key[0], end: key[1], isShown }, [from, to]);
        if (touches(pair.value, from, to))
          visit(pair.value, [...path, keyText(pair.key)]);
      }
    }
  };
  visit(document.root, []);
  return spans;
}

function touches(node: unknown, from: number, to: number): boolean {
  const range = rangeOf(node);
  return range !== undefined && range[1] >= from && range[0] <= to;
}

/** Where text is no document: key names of our schemas, nothing else. */
function lexicalSpans(text: string, from: number, to: number): Span[] {
  const match = /^([\s-]*)(["']?)([A-Za-z_$]{1,60})\2\s*:/u.exec(
    text.slice(from, Math.min(to, from + 500)),
  );
  const name = match?.[3] ?? "";
  if (match === null || !isKnownName(name)) return [];
  const start = from + (match[1]?.length ?? 0);
  const end = start + name.length + 2 * (match[2]?.length ?? 0);
  return [{ start, end, isShown: true }];
}

function push(
  spans: Span[],
  span: Span,
  [from, to]: readonly [number, number],
): void {
  const start = Math.max(span.start, from);
  const end = Math.min(span.end, to);
  // A span that starts before the previous one ends would be drawn twice.
  const last = spans.at(-1);
  if (start < end && (last === undefined || last.end <= start))
    spans.push({ start, end, isShown: span.isShown });
}

function isHarmless(value: string): boolean {
  return value.length <= MAX_SHOWN && !TELLING.test(value);
}

function keyText(key: unknown): string {
  return isScalar(key) && typeof key.value === "string" ? key.value : "";
}

interface Drawn {
  readonly text: string;
  readonly column: number;
  readonly end: number;
  readonly isCutBefore: boolean;
  readonly isCutAfter: boolean;
}

/** At most 120 characters, around the column. */
function cut(line: number, drawn: Drawn): CodeFrame {
  const { text, column } = drawn;
  const isLong = text.length > MAX_WIDTH;
  const from = isLong
    ? Math.max(0, Math.min(column - 41, text.length - MAX_WIDTH))
    : 0;
  const shown = text.slice(from, from + MAX_WIDTH);
  const head = from > 0 || drawn.isCutBefore ? "…" : "";
  const isCutAfter = from + MAX_WIDTH < text.length || drawn.isCutAfter;
  const at = column - from + head.length;
  const longest = head.length + shown.length - at + 1;
  return {
    line,
    text: `${head}${shown}${isCutAfter ? "…" : ""}`,
    column: at,
    length: Math.max(1, Math.min(drawn.end - column, longest)),
  };
}
