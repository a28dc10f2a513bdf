import { isMap, isScalar, isSeq } from "yaml";
import { rangeOf } from "../read/document.ts";

/**
 * Offset after the last character of a node that means something: comments and blank lines after it
 * are not part of it. `fallback` is where an empty node ends.
 */
export function endOfNode(
  node: unknown,
  text: string,
  fallback: number,
): number {
  const range = rangeOf(node);
  if (range === undefined) return fallback;
  const [start, end] = range;
  if ((isMap(node) || isSeq(node)) && node.flow !== true) {
    const last: unknown = node.items.at(-1);
    return isMap(node)
      ? endOfPair(node.items.at(-1), text)
      : endOfItem(last, text, end);
  }
  if (isBlockScalar(node)) return endOfBlockScalar(text, start, end);
  return Math.max(end, fallback);
}

/** Offset after `key: value`. */
export function endOfPair(
  pair: { readonly key: unknown; readonly value: unknown } | undefined,
  text: string,
): number {
  const keyEnd = rangeOf(pair?.key)?.[1] ?? 0;
  return endOfNode(pair?.value, text, afterColon(text, keyEnd) ?? keyEnd);
}

/** Offset after the colon of a key; `undefined` when none follows directly. */
export function afterColon(text: string, keyEnd: number): number | undefined {
  let at = keyEnd;
  while (text[at] === " " || text[at] === "\t") at += 1;
  return text[at] === ":" ? at + 1 : undefined;
}

/** Whether a node is text after `|` or `>`. */
export function isBlockScalar(node: unknown): boolean {
  return (
    isScalar(node) &&
    (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED")
  );
}

function endOfItem(item: unknown, text: string, fallback: number): number {
  return endOfNode(item, text, rangeOf(item)?.[1] ?? fallback);
}

function endOfBlockScalar(text: string, start: number, end: number): number {
  const header = /[|>][0-9+-]*/uy;
  header.lastIndex = start;
  // With + the blank lines at the end are part of the text.
  if (header.exec(text)?.[0].includes("+") === true) return end - 1;
  let at = end;
  while (at > start && /\s/u.test(text[at - 1] ?? "")) at -= 1;
  return at;
}
