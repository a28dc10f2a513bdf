import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { CodeFrame } from "../domain/diagnostic.ts";
import { rangeOf, type ParsedDocument, type Place } from "./document.ts";
import { isKnownName, isShownField } from "./members.ts";
import { escapeText, HIDDEN } from "./safe-text.ts";

const MAX_WIDTH = 120;
const STRUCTURE = /^[\s\-:,[\]{}?]$/u;
// Text that would be a credential wherever it stands: user information in an address, ciphertext, key files.
const TELLING = /:\/\/[^/\s]*@|ENC\[|-----BEGIN/u;
const MAX_SHOWN = 200;

interface Span {
  readonly start: number;
  readonly end: number;
  readonly isShown: boolean;
}

/**
 * The line a place starts on, safe to print. Only what is known to be harmless is shown: structure, keys, and the values of declared
 * fields that are no secrets. Everything else, comments included, becomes `«hidden»`: anyone may have pasted a secret anywhere.
 * Where the text did not become a document, only structure and declared key names remain.
 */
export function frameOf(place: Place): CodeFrame {
  const { text, lines } = place.source;
  const { line } = lines.linePos(place.start);
  const lineStart = lines.lineStarts[line - 1] ?? 0;
  const rest = text.indexOf("\n", lineStart);
  const lineEnd = rest < 0 ? text.length : rest;
  const spans =
    place.document === undefined
      ? lexicalSpans(text, lineStart, lineEnd)
      : nodeSpans(place.document, lineStart, lineEnd);
  const drawn = new Drawing(text, lineStart);
  for (const span of spans) {
    drawn.gap(span.start);
    drawn.span(span);
  }
  drawn.gap(lineEnd);
  const end = Math.min(Math.max(place.end, place.start + 1), lineEnd);
  return cut(
    line,
    drawn.text,
    drawn.columnOf(place.start),
    drawn.columnOf(end),
  );
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

  /** Text between values: structure stays, anything else is hidden; a `#` hides the rest, because it starts a comment. */
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
      this.text += char === "\r" ? "" : escapeText(char);
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
    if (range === undefined || range[1] < from || range[0] > to) return;
    if (isScalar(node) || isAlias(node)) {
      const { text } = document.source;
      const isShown =
        isScalar(node) &&
        isShownField(document.kind, path) &&
        isHarmless(text.slice(range[0], range[1]));
      push(spans, { start: range[0], end: range[1], isShown }, [from, to]);
    } else if (isSeq(node)) {
      node.items.forEach((item, index) => {
        visit(item, [...path, String(index)]);
      });
    } else if (isMap(node)) {
      for (const pair of node.items) {
        const key = rangeOf(pair.key);
        if (key !== undefined)
          push(spans, { start: key[0], end: key[1], isShown: true }, [
            from,
            to,
          ]);
        visit(pair.value, [...path, keyText(pair.key)]);
      }
    }
  };
  visit(document.root, []);
  return spans;
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

/** At most 120 characters, around the column. */
function cut(
  line: number,
  text: string,
  column: number,
  end: number,
): CodeFrame {
  const length = Math.max(1, end - column);
  if (text.length <= MAX_WIDTH) return { line, text, column, length };
  const from = Math.max(0, Math.min(column - 41, text.length - MAX_WIDTH));
  const shown = text.slice(from, from + MAX_WIDTH);
  const head = from > 0 ? "…" : "";
  const tail = from + MAX_WIDTH < text.length ? "…" : "";
  const at = column - from + head.length;
  return {
    line,
    text: `${head}${shown}${tail}`,
    column: at,
    length: Math.max(1, Math.min(length, head.length + shown.length - at + 1)),
  };
}
