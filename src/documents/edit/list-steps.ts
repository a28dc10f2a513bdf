import type { JsonValue } from "../../domain/json.ts";
import { canonicalJson } from "../../util/canonical-json.ts";

/**
 * What becomes of one item: it stays, goes, is new, or becomes another. `from` counts in the old
 * list, `to` in the wanted one.
 */
export type ListStep =
  | { readonly kind: "keep"; readonly from: number }
  | { readonly kind: "remove"; readonly from: number }
  | { readonly kind: "add"; readonly to: number }
  | { readonly kind: "change"; readonly from: number; readonly to: number };

// Comparing every item with every other: beyond this a cheaper way is taken, which may keep fewer
// items.
const MAX_CELLS = 250_000;

/**
 * The steps from one list to another, in order. Items that stay keep their place; between them the
 * items that go and those that come are matched one to one where `mayBecome` says that one can turn
 * into the other.
 */
export function listSteps(
  old: readonly JsonValue[],
  wanted: readonly JsonValue[],
  mayBecome: (from: JsonValue, to: JsonValue) => boolean,
): ListStep[] {
  const before = old.map((item) => canonicalJson(item));
  const after = wanted.map((item) => canonicalJson(item));
  const steps: ListStep[] = [];
  let from = 0;
  let to = 0;
  const gap = (fromEnd: number, toEnd: number): void => {
    for (; from < fromEnd || to < toEnd;) {
      const source = old[from];
      const target = wanted[to];
      if (
        from < fromEnd &&
        to < toEnd &&
        source !== undefined &&
        target !== undefined &&
        mayBecome(source, target)
      )
        steps.push({ kind: "change", from: from++, to: to++ });
      else if (from < fromEnd) steps.push({ kind: "remove", from: from++ });
      else steps.push({ kind: "add", to: to++ });
    }
  };
  for (const [keptFrom, keptTo] of common(before, after)) {
    gap(keptFrom, keptTo);
    steps.push({ kind: "keep", from });
    from += 1;
    to += 1;
  }
  gap(before.length, after.length);
  return steps;
}

/** Pairs of equal items, rising in both lists. */
function common(
  before: readonly string[],
  after: readonly string[],
): [from: number, to: number][] {
  let head = 0;
  while (head < Math.min(before.length, after.length)) {
    if (before[head] !== after[head]) break;
    head += 1;
  }
  let tail = 0;
  while (tail < Math.min(before.length, after.length) - head) {
    if (before[before.length - 1 - tail] !== after[after.length - 1 - tail])
      break;
    tail += 1;
  }
  const a = before.slice(head, before.length - tail);
  const b = after.slice(head, after.length - tail);
  const middle =
    a.length * b.length <= MAX_CELLS ? longestCommon(a, b) : firstCommon(a, b);
  return [
    ...Array.from({ length: head }, (_, i): [number, number] => [i, i]),
    ...middle.map(([i, j]): [number, number] => [i + head, j + head]),
    ...Array.from({ length: tail }, (_, i): [number, number] => [
      before.length - tail + i,
      after.length - tail + i,
    ]),
  ];
}

/** A longest common subsequence. */
function longestCommon(
  a: readonly string[],
  b: readonly string[],
): [number, number][] {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      lengths[i * width + j] =
        a[i] === b[j]
          ? at(i + 1, j + 1) + 1
          : Math.max(at(i + 1, j), at(i, j + 1));
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}

/** Some common subsequence, in one pass: each wanted item takes the next equal one. */
function firstCommon(
  a: readonly string[],
  b: readonly string[],
): [number, number][] {
  const places = new Map<string, number[]>();
  for (const [i, item] of a.entries()) {
    const known = places.get(item);
    if (known === undefined) places.set(item, [i]);
    else known.push(i);
  }
  for (const list of places.values()) list.reverse();
  const pairs: [number, number][] = [];
  let last = -1;
  for (const [j, item] of b.entries()) {
    const list = places.get(item) ?? [];
    while (list.length > 0 && (list.at(-1) ?? 0) <= last) list.pop();
    const i = list.pop();
    // One far ahead would rule out everything before it.
    if (i === undefined) continue;
    pairs.push([i, j]);
    last = i;
  }
  return pairs;
}
