import { decodePunycodeLabel } from "../util/punycode.ts";

/**
 * A character that has no business in a name of a machine: it cannot be seen, or can pass for one
 * that belongs there.
 */
interface OddCharacter {
  readonly codePoint: number;
  /** What it is, in a word or two: `Cyrillic`, `invisible`. */
  readonly kind: string;
}

/** Scripts that have letters like those of Latin, and those that names are often written in. */
const SCRIPTS = [
  "Latin",
  "Cyrillic",
  "Greek",
  "Armenian",
  "Cherokee",
  "Coptic",
  "Georgian",
  "Lisu",
  "Hebrew",
  "Arabic",
  "Devanagari",
  "Thai",
  "Han",
  "Hiragana",
  "Katakana",
  "Hangul",
] as const;

const BY_SCRIPT = SCRIPTS.map((name) => ({
  name,
  pattern: new RegExp(`^\\p{Script=${name}}$`, "u"),
}));

/**
 * @remarks Source: Unicode Standard Annex 44, Default_Ignorable_Code_Point and General_Category.
 */
const INVISIBLE = /^[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Z}]$/u;

/** Every character of a text beyond printable ASCII, each once, in the order of the text. */
function oddCharacters(text: string): readonly OddCharacter[] {
  // Nearly every text there is.
  if (/^[\x20-\x7e]*$/u.test(text)) return [];
  return [...new Set(text)]
    .filter((character) => !/^[\x20-\x7e]$/u.test(character))
    .map((character) => ({
      codePoint: character.codePointAt(0) ?? 0,
      kind: kindOf(character),
    }));
}

function kindOf(character: string): string {
  if (INVISIBLE.test(character)) return "invisible";
  const script = BY_SCRIPT.find(({ pattern }) => pattern.test(character))?.name;
  if (script !== undefined && script !== "Latin") return script;
  const plain = character.normalize("NFKC");
  if (plain !== character && /^[\x20-\x7e]+$/u.test(plain))
    return `a form of ${plain}`;
  return script === undefined ? "no plain letter" : "not plain Latin";
}

/** Labels of hosts within a text that stand for other letters, with those. */
function encodedLabels(text: string): readonly (readonly [string, string])[] {
  return (text.match(/xn--[a-z0-9-]+/giu) ?? []).flatMap((label) => {
    const decoded = decodePunycodeLabel(label);
    return decoded === undefined || oddCharacters(decoded).length === 0
      ? []
      : [[label, decoded] as const];
  });
}

/**
 * True for a text that may be taken for another one: it has letters beyond ASCII, written out or
 * encoded as hosts do it.
 */
export function holdsLookAlikes(text: string): boolean {
  return oddCharacters(text).length > 0 || encodedLabels(text).length > 0;
}

const MOST_SHOWN = 3;

/**
 * What is odd about the letters of a text, to be put behind it: ` [U+0430 Cyrillic]`; empty for
 * plain ASCII. Who reads only the text cannot see the difference.
 */
export function letterMarks(text: string): string {
  const labels = encodedLabels(text)
    .slice(0, MOST_SHOWN)
    .map(([label, decoded]) => `${label} is ${decoded}: ${list(decoded)}`);
  const own = oddCharacters(text);
  const marks = [...(own.length === 0 ? [] : [list(text)]), ...labels];
  return marks.length === 0 ? "" : ` [${marks.join("; ")}]`;
}

function list(text: string): string {
  const odd = oddCharacters(text);
  const shown = odd
    .slice(0, MOST_SHOWN)
    .map(({ codePoint, kind }) => `${nameOf(codePoint)} ${kind}`);
  const rest = odd.length - shown.length;
  return rest > 0
    ? `${shown.join(", ")} and ${String(rest)} more`
    : shown.join(", ");
}

function nameOf(codePoint: number): string {
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`;
}
