import type { CodeFrame } from "../domain/problem/diagnostic.ts";
import { plainText, safe, type SafeText } from "./escape.ts";
import { paint, type Style } from "./style.ts";

/** Narrowest piece of a source line worth showing. */
const MIN_VISIBLE = 20;

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/**
 * A source line and the caret under what matters in it; a line wider than the output is cut to the
 * part around the caret.
 */
export function frameLines(frame: CodeFrame, style: Style): SafeText[] {
  const gutter = String(frame.line).padStart(3);
  const room = Math.max(MIN_VISIBLE, style.width - gutter.length - 5);
  const { before, marked, after } = fitFrame(splitFrame(frame), room);
  const carets = "^".repeat(Math.max(1, displayWidth(marked)));
  const bar = paint(style, "dim", "|");
  return [
    safe`${paint(style, "dim", gutter)} ${bar} ${before}${marked}${after}`,
    safe`${" ".repeat(gutter.length)} ${bar} ${" ".repeat(displayWidth(before))}${paint(style, "red", carets)}`,
  ];
}

interface FrameParts {
  readonly before: string;
  readonly marked: string;
  readonly after: string;
}

/**
 * Escapes each part by itself, so that the caret still stands under the right one when an escape is
 * longer than its character.
 */
function splitFrame(frame: CodeFrame): FrameParts {
  const text = frame.text.replaceAll("\t", " ");
  const start = Math.max(0, frame.column - 1);
  const end = start + Math.max(1, frame.length);
  return {
    before: plainText(text.slice(0, start)),
    marked: plainText(text.slice(start, end)),
    after: plainText(text.slice(end)),
  };
}

function fitFrame(parts: FrameParts, room: number): FrameParts {
  const { before, marked, after } = parts;
  if (displayWidth(before + marked + after) <= room) return parts;
  const shown = cutEnd(marked, Math.max(1, Math.floor(room / 2)));
  const lead = cutStart(before, Math.floor(room / 4));
  const rest = room - displayWidth(lead) - displayWidth(shown);
  return { before: lead, marked: shown, after: cutEnd(after, rest) };
}

function cutEnd(text: string, max: number): string {
  if (displayWidth(text) <= max) return text;
  return `${takeWidth(Array.from(text), max - 1).join("")}…`;
}

function cutStart(text: string, max: number): string {
  if (displayWidth(text) <= max) return text;
  const tail = takeWidth(Array.from(text).reverse(), max - 1).reverse();
  return `…${tail.join("")}`;
}

/** The longest head that fits; the whole of the characters is known not to. */
function takeWidth(characters: readonly string[], max: number): string[] {
  let width = 0;
  const end = characters.findIndex((c) => (width += displayWidth(c)) > max);
  return characters.slice(0, end);
}

/**
 * Columns a terminal gives to a text: none for combining marks, two for wide East Asian letters and
 * pictographs.
 */
function displayWidth(text: string): number {
  return Array.from(text).reduce((width, character) => {
    if (/\p{M}/u.test(character)) return width;
    return width + (WIDE.test(character) ? 2 : 1);
  }, 0);
}
