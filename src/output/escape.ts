import { plainText } from "../util/plain-text.ts";

export { plainJsonText, plainText } from "../util/plain-text.ts";

/**
 * Text that went through {@link plainText}, with nothing added but our own words and colours.
 * Renderers put lines together from these alone, so a string from outside cannot reach an output
 * unescaped by oversight.
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
