import { safe, SafeText, type Part } from "./escape.ts";

/** How text is made for one output: nothing here changes what is said. */
export interface Style {
  /** False for anything that is not a terminal. Colour never carries a meaning alone. */
  readonly color: boolean;
  /** Columns of the output; only code frames are fitted to it, sentences are never wrapped. */
  readonly width: number;
  /** A file of the configuration as it is named from where the user stands. */
  readonly fileFrom?: (file: string) => string;
}

/** A file, or a place in one, as the user names it. */
export function shownFile(
  { fileFrom }: Pick<Style, "fileFrom">,
  file: string,
): string {
  return fileFrom === undefined ? file : fileFrom(file);
}

/** @remarks Source: ECMA-48 section 8.3.117, select graphic rendition. */
const CODES = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  cyan: 36,
} as const;

/** A colour or weight. */
export type Paint = keyof typeof CODES;

/** Paints text, or returns it escaped and unpainted where the style has no colour. */
export function paint(style: Style, name: Paint, part: Part): SafeText {
  const text = safe`${part}`;
  if (!style.color) return text;
  return new SafeText(
    `\u001b[${String(CODES[name])}m${text.toString()}\u001b[0m`,
  );
}
