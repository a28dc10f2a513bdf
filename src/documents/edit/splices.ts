/** A stretch of text and what stands there afterwards. */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * A text with changes to make at offsets of it, and where its lines are. Changes are collected
 * first and made in one pass; those that turn out to be impossible make the whole result
 * `undefined`.
 */
export class Splices {
  readonly text: string;
  /** Line end of the text: that of its first line. */
  readonly eol: string;
  readonly #lineStarts: number[] = [0];
  readonly #splices: Splice[] = [];
  #isPossible = true;

  /** Every line of the text must end with a line end, the last one too. */
  constructor(text: string) {
    this.text = text;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1))
      this.#lineStarts.push(at + 1);
    this.eol = text[(this.#lineStarts[1] ?? 0) - 2] === "\r" ? "\r\n" : "\n";
  }

  /** Inserts at an offset. Of several insertions at one offset the first asked for comes first. */
  insert(at: number, text: string): void {
    if (text !== "") this.replace(at, at, text);
  }

  replace(start: number, end: number, text: string): void {
    if (end < start) this.giveUp();
    else if (this.text.slice(start, end) !== text)
      this.#splices.push({ start, end, text });
  }

  /** Says that a change cannot be made by replacing text. */
  giveUp(): void {
    this.#isPossible = false;
  }

  /**
   * The text with all changes made, or `undefined` when one was impossible or two touch the same
   * text.
   */
  apply(): string | undefined {
    if (!this.#isPossible) return undefined;
    const inOrder = this.#splices.toSorted(
      (a, b) => a.start - b.start || a.end - b.end,
    );
    const parts: string[] = [];
    let at = 0;
    for (const { start, end, text } of inOrder) {
      // An insertion inside of what goes is still wanted; two replacements of one stretch
      // contradict each other.
      if (start < at && end > start) return undefined;
      if (start > at) parts.push(this.text.slice(at, start));
      parts.push(text);
      at = Math.max(at, end);
    }
    parts.push(this.text.slice(at));
    return parts.join("");
  }

  /** Offset of the first character of the line. */
  lineStart(offset: number): number {
    return this.#lineStarts[this.#lineOf(offset)] ?? 0;
  }

  /** Offset after the line end of the line. */
  lineEnd(offset: number): number {
    return this.#lineStarts[this.#lineOf(offset) + 1] ?? this.text.length;
  }

  /** Whether two offsets are on one line. */
  isSameLine(a: number, b: number): boolean {
    return this.#lineOf(a) === this.#lineOf(b);
  }

  /** Characters before an offset on its line. */
  column(offset: number): number {
    return offset - this.lineStart(offset);
  }

  /** Whether nothing but blanks stands before an offset on its line. */
  isFirstOnLine(offset: number): boolean {
    return isBlank(this.text, this.lineStart(offset), offset);
  }

  /** A line, without blanks around it and its line end. */
  trimmedLine(offset: number): string {
    return this.text.slice(this.lineStart(offset), this.lineEnd(offset)).trim();
  }

  #lineOf(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const char = text[at];
    if (char !== " " && char !== "\t") return false;
  }
  return true;
}
