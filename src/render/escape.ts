/**
 * Everything that would move the cursor, reorder the line, hide itself or start a new line: control and format characters, lone
 * surrogates, line and paragraph separators and what Unicode says to draw as nothing. The two presentation selectors of emoji stay.
 * @remarks Source: Unicode general categories Cc, Cf, Cs, Zl, Zp and the property Default_Ignorable_Code_Point.
 */
const UNSAFE =
  /(?![\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

const SHORT: Readonly<Record<string, string>> = {
  "\n": String.raw`\n`,
  "\r": String.raw`\r`,
  "\t": String.raw`\t`,
};

/**
 * Text that cannot act on a terminal and stays on its line: every unsafe character becomes a visible escape such as `\u{1b}` or `\n`.
 * Applying it twice changes nothing. Letters of right-to-left scripts are left as they are.
 */
export function plainText(text: string): string {
  return text.replace(UNSAFE, (unsafe) => SHORT[unsafe] ?? escapeOf(unsafe));
}

function escapeOf(character: string): string {
  return `\\u{${Number(character.codePointAt(0)).toString(16)}}`;
}

/**
 * The same characters as JSON escapes, for text that is already JSON: line feeds between members stay, everything else that is unsafe
 * becomes `\uXXXX` (two of them beyond the basic plane), so the text still parses to the same value.
 */
export function plainJsonText(json: string): string {
  return json.replace(UNSAFE, (unsafe) => {
    if (unsafe === "\n") return unsafe;
    return Array.from({ length: unsafe.length }, (_, index) => {
      const unit = unsafe.charCodeAt(index).toString(16).padStart(4, "0");
      return `\\u${unit}`;
    }).join("");
  });
}

/**
 * Text that went through {@link plainText}, with nothing added but our own words and colours. Renderers put lines together from these
 * alone, so a string from outside cannot reach an output unescaped by oversight.
 */
export class SafeText {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    Object.freeze(this);
  }

  toString(): string {
    return this.#value;
  }
}

/** What a template may hold: safe text passes, everything else is escaped. */
export type Part = SafeText | string | number;

/** Template tag that escapes what is put in and trusts only the template's own words. */
export function safe(
  words: TemplateStringsArray,
  ...parts: readonly Part[]
): SafeText {
  const text = words.map((word, index) => word + valueOf(parts[index] ?? ""));
  return new SafeText(text.join(""));
}

/** Joins parts, each escaped unless it is safe already. */
export function joinSafe(parts: readonly Part[], separator: string): SafeText {
  return new SafeText(parts.map(valueOf).join(plainText(separator)));
}

/** Moves lines to the right by a number of spaces. */
export function indent(
  lines: readonly SafeText[],
  columns: number,
): SafeText[] {
  return lines.map((line) => safe`${" ".repeat(columns)}${line}`);
}

/** The finished text: every line ends in a line feed; no lines give an empty text. */
export function textOf(lines: readonly SafeText[]): string {
  return lines.map((line) => `${line.toString()}\n`).join("");
}

function valueOf(part: Part): string {
  return part instanceof SafeText ? part.toString() : plainText(String(part));
}
