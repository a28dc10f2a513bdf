/**
 * The candidate that is closest to a mistyped word, or `undefined` when none is close enough to be worth suggesting.
 * Upper and lower case count as equal; of equally close candidates the first in code-unit order wins, so the answer never depends on
 * the order of the candidates.
 * @param maxDistance - Most edits (insert, delete, replace, swap of neighbours). Words of three letters or fewer allow one.
 */
export function nearest(
  word: string,
  candidates: Iterable<string>,
  maxDistance = 2,
): string | undefined {
  const wanted = word.toLowerCase();
  const limit = wanted.length <= 3 ? Math.min(1, maxDistance) : maxDistance;
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    // Longer words than any name of ours cannot be near one; this keeps hostile input from costing quadratic time.
    if (Math.abs(candidate.length - wanted.length) > limit) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
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
 * Damerau-Levenshtein distance in its restricted form: no part of the text is edited twice.
 * @remarks Source: F. J. Damerau, "A technique for computer detection and correction of spelling errors", CACM 7(3), 1964.
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      let cost = Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + (isSame ? 0 : 1),
      );
      const isSwap =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) cost = Math.min(cost, at(beforeLast, j - 2) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
