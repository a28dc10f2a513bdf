import type {
  Catalogue,
  CatalogueRow,
  CatalogueSearch,
} from "./report.ts";
import { compareText } from "../../util/compare-text.ts";
import { editDistance } from "../../util/nearest.ts";
import { catalogueRows } from "./catalogue-rows.ts";

/**
 * Words beyond these are not looked at: nobody searches like that, and each one is compared with
 * every name.
 */
const MAX_WORDS = 8;
const MAX_WORD_LENGTH = 40;

/**
 * How much a match counts; only the order of the numbers matters, and that one better match
 * outweighs several poor ones.
 */
const SCORES = {
  slug: 200,
  name: 90,
  namePrefix: 60,
  slugPrefix: 50,
  inside: 30,
  category: 15,
  typo: 8,
} as const;

/** Shorter words are near everything, so they are never taken for a slip. */
const MIN_TYPO_LENGTH = 4;

/**
 * Providers that fit the words, best first: by slug and name, then category, then names a slip of
 * the keyboard away. Every word has to fit; where no provider fits all of them, those that fit some
 * are given and `isPartial` says so. Pure.
 */
export function searchCatalogue(
  catalogue: Catalogue,
  given: readonly string[],
): CatalogueSearch {
  const words = given
    .flatMap((text) => wordsOf(text.slice(0, MAX_WORD_LENGTH)))
    .slice(0, MAX_WORDS);
  const scored = catalogueRows(catalogue).map((row) => {
    const scores = words.map((word) => scoreOf(word, row));
    const whole = joined(words, row);
    const isWhole = whole > 0 || scores.every((one) => one > 0);
    return { row, isWhole, score: sum(scores) + whole };
  });
  const any = scored.filter(({ score }) => score > 0);
  const every = any.filter(({ isWhole }) => isWhole);
  const isPartial = every.length === 0 && any.length > 0;
  const rows = (isPartial ? any : every)
    .sort(
      (a, b) =>
        b.score - a.score ||
        a.row.slug.length - b.row.slug.length ||
        compareText(a.row.slug, b.row.slug),
    )
    .map(({ row }) => row);
  return {
    source: catalogue.source,
    words,
    rows,
    isPartial,
    totalCount: catalogue.entries.length,
  };
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** `google calendar` means `googlecalendar`. */
function joined(words: readonly string[], row: CatalogueRow): number {
  const whole = words.join("");
  if (whole === "") return 0;
  return whole === wordsOf(row.slug).join("") ||
    whole === wordsOf(row.name).join("")
    ? SCORES.slug
    : 0;
}

function scoreOf(word: string, row: CatalogueRow): number {
  const names = wordsOf(row.name);
  if (word === row.slug) return SCORES.slug;
  if (names.includes(word)) return SCORES.name;
  if (names.some((name) => name.startsWith(word))) return SCORES.namePrefix;
  if (row.slug.startsWith(word)) return SCORES.slugPrefix;
  if (word.length > 2 && row.slug.includes(word)) return SCORES.inside;
  if (row.categories.flatMap(wordsOf).some((name) => name.startsWith(word)))
    return SCORES.category;
  return isSlip(word, [row.slug, ...names]) ? SCORES.typo : 0;
}

function isSlip(word: string, names: readonly string[]): boolean {
  if (word.length < MIN_TYPO_LENGTH) return false;
  const limit = word.length > 6 ? 2 : 1;
  return names.some((name) => editDistance(word, name, limit) <= limit);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
