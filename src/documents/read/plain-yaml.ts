import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { REFUSED_KEYS } from "./yaml-values.ts";

/**
 * Longest text that is read here. Below it, no text of this part of the language has more values
 * than a document may have.
 */
const MAX_LENGTH = 64 * 1024;
/** Deepest nesting that is read here; far below the limit of documents. */
const MAX_DEPTH = 16;

// Printable ASCII, line feeds, Latin letters and the marks that people type. No tab, no carriage
// return, nothing that any reader takes for a line end or for nothing at all.
const FAMILIAR =
  /^[\n\u0020-\u007e\u00c0-\u024f\u2013\u2014\u2018-\u201d\u2026]*$/u;
const KEY = /[A-Za-z_][\w./-]{0,127}:(?=[ \n]|$)/uy;
const DOUBLE_QUOTED = /"[^"\\\n]*"/uy;
const SINGLE_QUOTED = /'[^'\n]*'/uy;
const FLOW_PLAIN = /[A-Za-z0-9_/](?:[\w./@+~=-]|:(?=[\w/]))*/uy;
const PLAIN_START = /[A-Za-z0-9_/$]/uy;
const INTEGER = /^(?:0|[1-9]\d{0,14})$/u;
// Wider than the numbers of the core schema, so that whatever might be one is left to the reader
// that knows.
const MAYBE_NUMBER = /^\d+(?:$|\.\d*(?:$|[eE])|[eEoOxX])/u;
/** Words that are no text in the core schema. */
const WORDS: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([
  ["null", null],
  ["true", true],
  ["false", false],
]);
/** Their other spellings, which hardly anybody uses. */
const ODD_WORDS: ReadonlySet<string> = new Set(
  "Null NULL True TRUE False FALSE".split(" "),
);

const [SPACE, HASH, DASH] = [0x20, 0x23, 0x2d];

/**
 * The value of a text written in the plain part of YAML that nearly every document keeps to: one
 * document of block mappings and lists, with values on their own line that are plain, in quotes
 * without escapes, or in short brackets. `undefined` for every other text, right or wrong: whoever
 * asks then reads it with `parseSyntax` and `ValueReader`, which decide what a document means.
 * @remarks What is not `undefined` is, to the letter and in the same order, what they read, and
 * they find nothing wrong with it; `test/property/plain-yaml.test.ts` holds the two together.
 */
export function readPlainYaml(text: string): JsonObject | undefined {
  if (text.length > MAX_LENGTH || !FAMILIAR.test(text)) return undefined;
  const reader = new PlainReader(text);
  return reader.readRoot();
}

/**
 * Reads from line to line. `undefined` from any method means: not the plain part, give up. Where a
 * value ends, the line after it must stand where a parent's next member would; so a value that goes
 * on over several lines gives up as well.
 */
class PlainReader {
  readonly #text: string;
  /** Where the line after this one starts. */
  #next = 0;
  /** Columns before the content of this line; -1 after the last one. */
  #indent = -1;
  /** Where the content of this line starts and ends. */
  #start = 0;
  #end = 0;
  /** Where the last value in brackets or quotes ended. */
  #after = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readRoot(): JsonObject | undefined {
    this.#advance();
    if (this.#isMark()) this.#advance();
    if (this.#indent !== 0) return undefined;
    const value = this.#readMap(0, 0);
    return this.#isAtEnd() ? value : undefined;
  }

  /** Whether this line says that the document begins. */
  #isMark(): boolean {
    return (
      this.#indent === 0 && this.#text.slice(this.#start, this.#end) === "---"
    );
  }

  #isAtEnd(): boolean {
    return this.#indent < 0;
  }

  /** Goes to the next line that holds more than a comment. */
  #advance(): void {
    const text = this.#text;
    while (this.#next < text.length) {
      const found = text.indexOf("\n", this.#next);
      const end = found < 0 ? text.length : found;
      const start = this.#skipSpaces(this.#next, end);
      const indent = start - this.#next;
      this.#next = end + 1;
      if (start === end || text.charCodeAt(start) === HASH) continue;
      this.#indent = indent;
      this.#start = start;
      this.#end = end;
      return;
    }
    this.#indent = -1;
  }

  /** The mapping whose keys stand at this column, from this line on. */
  #readMap(indent: number, depth: number): JsonObject | undefined {
    if (depth > MAX_DEPTH) return undefined;
    const out: Record<string, JsonValue> = {};
    do {
      const end = this.#match(KEY, this.#start);
      if (end < 0) return undefined;
      const name = this.#text.slice(this.#start, end - 1);
      if (isOddKey(name) || Object.hasOwn(out, name)) return undefined;
      const value = this.#readMember(end, indent, depth);
      if (value === undefined || this.#indent > indent) return undefined;
      out[name] = value;
    } while (this.#indent === indent);
    return out;
  }

  /** What stands after a key: on its line, or on the lines below. */
  #readMember(
    from: number,
    indent: number,
    depth: number,
  ): JsonValue | undefined {
    if (!this.#isOver(from)) return this.#readInline(from, depth);
    this.#advance();
    const isList = this.#isItem();
    if (this.#indent > indent)
      return isList
        ? this.#readList(this.#indent, depth + 1)
        : this.#readMap(this.#indent, depth + 1);
    // A list may stand at the column of its key.
    return isList && this.#indent === indent
      ? this.#readList(indent, depth + 1)
      : null;
  }

  #isItem(): boolean {
    return (
      this.#indent >= 0 &&
      this.#text.charCodeAt(this.#start) === DASH &&
      this.#text.charCodeAt(this.#start + 1) === SPACE &&
      this.#start + 1 < this.#end
    );
  }

  /** The list whose dashes stand at this column, from this line on. */
  #readList(indent: number, depth: number): JsonValue | undefined {
    if (depth > MAX_DEPTH) return undefined;
    const out: JsonValue[] = [];
    while (this.#indent === indent && this.#isItem()) {
      const value = this.#readItem(indent, depth);
      if (value === undefined || this.#indent > indent) return undefined;
      out.push(value);
    }
    return out;
  }

  #readItem(indent: number, depth: number): JsonValue | undefined {
    const from = this.#skipSpaces(this.#start + 1, this.#end);
    if (this.#match(KEY, from) < 0) return this.#readInline(from, depth);
    // A mapping that starts beside the dash: its other keys stand below the first one.
    const column = indent + from - this.#start;
    this.#start = from;
    this.#indent = column;
    return this.#readMap(column, depth + 1);
  }

  /** A value on this line, which must end with it; then goes to the next line. */
  #readInline(from: number, depth: number): JsonValue | undefined {
    const at = this.#skipSpaces(from, this.#end);
    const value = this.#isBracketOrQuote(at)
      ? this.#readClosed(at, depth)
      : this.#readPlain(at);
    if (value !== undefined) this.#advance();
    return value;
  }

  #isBracketOrQuote(at: number): boolean {
    return `"'[{`.includes(this.#text.charAt(at));
  }

  /** A value in quotes or brackets, with nothing but a comment after it. */
  #readClosed(at: number, depth: number): JsonValue | undefined {
    const value = this.#readFlow(at, depth + 1);
    return value !== undefined && this.#isOver(this.#after) ? value : undefined;
  }

  #readPlain(at: number): JsonValue | undefined {
    if (this.#match(PLAIN_START, at) < 0) return undefined;
    const line = this.#text.slice(at, this.#end);
    const comment = line.indexOf(" #");
    const word = (comment < 0 ? line : line.slice(0, comment)).trimEnd();
    // A second colon makes a mapping inside of the line, or a mistake.
    if (word.includes(": ") || word.endsWith(":")) return undefined;
    return plainValue(word);
  }

  /** A value inside of brackets, or in quotes. */
  #readFlow(at: number, depth: number): JsonValue | undefined {
    if (depth > MAX_DEPTH) return undefined;
    switch (this.#text.charAt(at)) {
      case "[":
        return this.#readFlowList(at, depth);
      case "{":
        return this.#readFlowMap(at, depth);
      case '"':
        return this.#readQuoted(DOUBLE_QUOTED, at);
      case "'":
        return this.#readQuoted(SINGLE_QUOTED, at);
      default: {
        const end = this.#match(FLOW_PLAIN, at);
        if (end < 0) return undefined;
        this.#after = end;
        return plainValue(this.#text.slice(at, end));
      }
    }
  }

  #readQuoted(form: RegExp, at: number): JsonValue | undefined {
    const end = this.#match(form, at);
    if (end < 0) return undefined;
    this.#after = end;
    return this.#text.slice(at + 1, end - 1);
  }

  #readFlowList(at: number, depth: number): JsonValue | undefined {
    const out: JsonValue[] = [];
    let from = this.#skipSpaces(at + 1, this.#end);
    if (this.#isClosedBy("]", from)) return out;
    for (;;) {
      const value = this.#readFlow(from, depth + 1);
      if (value === undefined) return undefined;
      out.push(value);
      from = this.#skipSpaces(this.#after, this.#end);
      if (this.#isClosedBy("]", from)) return out;
      if (this.#text.charAt(from) !== ",") return undefined;
      from = this.#skipSpaces(from + 1, this.#end);
    }
  }

  #readFlowMap(at: number, depth: number): JsonValue | undefined {
    const out: Record<string, JsonValue> = {};
    let from = this.#skipSpaces(at + 1, this.#end);
    if (this.#isClosedBy("}", from)) return out;
    for (;;) {
      const end = this.#match(KEY, from);
      if (end < 0) return undefined;
      const name = this.#text.slice(from, end - 1);
      if (isOddKey(name) || Object.hasOwn(out, name)) return undefined;
      const value = this.#readFlow(this.#skipSpaces(end, this.#end), depth + 1);
      if (value === undefined) return undefined;
      out[name] = value;
      from = this.#skipSpaces(this.#after, this.#end);
      if (this.#isClosedBy("}", from)) return out;
      if (this.#text.charAt(from) !== ",") return undefined;
      from = this.#skipSpaces(from + 1, this.#end);
    }
  }

  #isClosedBy(bracket: string, at: number): boolean {
    if (at >= this.#end || this.#text.charAt(at) !== bracket) return false;
    this.#after = at + 1;
    return true;
  }

  /** Whether nothing but a comment stands on this line from here on. */
  #isOver(from: number): boolean {
    const at = this.#skipSpaces(from, this.#end);
    return (
      at === this.#end || (at > from && this.#text.charCodeAt(at) === HASH)
    );
  }

  #skipSpaces(from: number, end: number): number {
    let at = from;
    while (at < end && this.#text.charCodeAt(at) === SPACE) at += 1;
    return at;
  }

  /** Where a match that starts here ends, or -1. */
  #match(form: RegExp, at: number): number {
    form.lastIndex = at;
    return form.test(this.#text) ? form.lastIndex : -1;
  }
}

/** Keys that are refused, or are no text. */
function isOddKey(name: string): boolean {
  return REFUSED_KEYS.has(name) || WORDS.has(name) || ODD_WORDS.has(name);
}

/** What a plain scalar stands for; `undefined` where only the reader knows. */
function plainValue(word: string): JsonValue | undefined {
  const first = word.charCodeAt(0);
  if (first >= 0x30 && first <= 0x39) {
    if (INTEGER.test(word)) return Number(word);
    return MAYBE_NUMBER.test(word) ? undefined : word;
  }
  if (ODD_WORDS.has(word)) return undefined;
  const meant = WORDS.get(word);
  return meant === undefined ? word : meant;
}
