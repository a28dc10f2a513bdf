import { addSteps, maySuggest } from "./work.ts";

/** Longer words are no slip of the keyboard, and no name of ours is that long. */
const MAX_WORD = 100;

/** Names looked at for one word. */
const MAX_CANDIDATES = 5_000;

/**
 * The candidate that is closest to a mistyped word, or `undefined` when none is close enough to be
 * worth suggesting, or when the run has made its suggestions. Upper and lower case count as equal;
 * of equally close candidates the first in code-unit order wins, so the answer never depends on the
 * order of the candidates, as long as there are not too many.
 * @param maxDistance - Most edits (insert, delete, replace, swap of neighbours). Words of three
 * letters or fewer allow one.
 */
export function nearest(
  word: string,
  candidates: Iterable<string>,
  maxDistance = 2,
): string | undefined {
  if (word.length > MAX_WORD || !maySuggest()) return undefined;
  const wanted = word.toLowerCase();
  const limit = wanted.length <= 3 ? Math.min(1, maxDistance) : maxDistance;
  let best: string | undefined;
  let bestDistance = limit + 1;
  let looked = 0;
  for (const candidate of candidates) {
    looked += 1;
    if (looked > MAX_CANDIDATES) break;
    // Nothing much longer or shorter can be near.
    if (Math.abs(candidate.length - wanted.length) > limit) continue;
    addSteps(wanted.length);
    const distance = editDistance(wanted, candidate.toLowerCase(), limit);
    const wins =
      distance < bestDistance ||
      (distance === bestDistance && best !== undefined && candidate < best);
    if (distance <= limit && wins) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * Damerau-Levenshtein distance in its restricted form: no part of the text is edited twice. Only as
 * far as it matters: beyond the limit the answer is infinite, and only the cells near the diagonal
 * are ever filled, so that the cost grows with the length of the words alone.
 * @remarks Source: F. J. Damerau, "A technique for computer detection and correction of spelling
 * errors", CACM 7(3), 1964; the band: E. Ukkonen, "Algorithms for approximate string matching",
 * Information and Control 64, 1985.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return FAR;
  // Position k of a row stands for column `i - limit + k`.
  const width = 2 * limit + 1;
  let beforeLast: readonly number[] = [];
  let last = Array.from({ length: width }, (_, k) =>
    k < limit ? FAR : k - limit,
  );
  for (let i = 1; i <= a.length; i += 1) {
    const row: number[] = [];
    for (let k = 0; k < width; k += 1) {
      const j = i - limit + k;
      if (j <= 0 || j > b.length) {
        row.push(j === 0 ? i : FAR);
        continue;
      }
      const isSame = a[i - 1] === b[j - 1];
      const isSwap =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(last, k + 1) + 1,
          at(row, k - 1) + 1,
          at(last, k) + (isSame ? 0 : 1),
          isSwap ? at(beforeLast, k) + 1 : FAR,
        ),
      );
    }
    if (row.every((cost) => cost > limit)) return FAR;
    beforeLast = last;
    last = row;
  }
  const distance = at(last, b.length - a.length + limit);
  return distance <= limit ? distance : FAR;
}

const FAR = Number.POSITIVE_INFINITY;

function at(row: readonly number[], index: number): number {
  return row[index] ?? FAR;
}

/** How a message goes on that found a near name, and how it ends where there is none. */
export function meantBy(near: string | readonly string[] | undefined): string {
  const names = [near ?? []].flat();
  return names.length === 0
    ? ""
    : `; did you mean ${names.map((name) => `"${name}"`).join(" or ")}?`;
}
