import { safe, type SafeText } from "./escape.ts";
import { nameList } from "./words.ts";

/** Something that a page says before any detail. */
export interface PagePoint {
  /** Our own words. */
  readonly label: string;
  /** A sentence. */
  readonly text?: SafeText;
  /** Names of connections or places. */
  readonly names?: SafeText;
}

/** One thing that a page tells in full: what it is about, then all there is to say. */
export interface PageItem {
  /** Our own word, by which a reader filters. */
  readonly kind: string;
  readonly lines: readonly [SafeText, ...SafeText[]];
}

/** Things of one kind. */
export interface PageList {
  /** Our own words; each stands once on a page. */
  readonly title: string;
  /** What is counted where there is no room: `more connection`. */
  readonly noun: string;
  readonly items: readonly PageItem[];
}

/**
 * What a command found, as a comment, a summary and a page tell it. The order is that of
 * importance: what has no room is the least.
 */
export interface Page {
  /** What it is about, in a few words. */
  readonly name: SafeText;
  /** What is the case, with its numbers. */
  readonly title: SafeText;
  readonly points: readonly PagePoint[];
  readonly lists: readonly PageList[];
  /** What to do next. */
  readonly closing: readonly SafeText[];
  /** What to type to see all of it. */
  readonly whole: string;
}

/** Characters of a name or an address where it stands in a sentence. */
export const MOST_NAME_CHARACTERS = 100;

/** Lines that belong together as one thing to tell. */
export function pageItem(kind: string, lines: readonly SafeText[]): PageItem {
  const [first = safe``, ...rest] = lines;
  return { kind, lines: [first, ...rest] };
}

/** A point about connections by their names; none for none. */
export function namesPoint(
  label: string,
  keys: readonly string[],
): readonly PagePoint[] {
  return keys.length === 0
    ? []
    : [{ label, names: nameList(keys, MOST_NAMES) }];
}

/** Names that a point tells; more are in the details. */
const MOST_NAMES = 200;
