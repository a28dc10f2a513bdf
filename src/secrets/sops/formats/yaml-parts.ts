import { append } from "../../../util/append.ts";
import {
  lineStart,
  type LayoutLeaf,
  type LayoutList,
  type LayoutNode,
  type Span,
} from "./layout.ts";

/** A mapping or list in the text, and what it stands in. */
export interface Container extends Span {
  /** Map keys from the root: what a ciphertext in it is bound to. */
  readonly keys: readonly string[];
  /** Of its entries or dashes. */
  readonly column: number;
  readonly isFlow: boolean;
  readonly isList: boolean;
  readonly parent: Container | undefined;
}

/** An entry of a mapping or an element of a list. */
export interface Part {
  /** Where its key or dash stands. */
  readonly start: number;
  readonly column: number;
  readonly container: Container;
  readonly node: LayoutNode;
  /** Map keys of its value. */
  readonly keys: readonly string[];
}

/** An element of a block list that is an encrypted comment. */
export interface CommentItem extends Span {
  readonly text: string;
  readonly keys: readonly string[];
}

/** The parts of YAML text in their order, comments in lists apart. */
export function partsOf(
  text: string,
  roots: readonly LayoutNode[],
): { readonly parts: readonly Part[]; readonly items: readonly CommentItem[] } {
  const parts: Part[] = [];
  const items: CommentItem[] = [];
  const visit = (
    node: LayoutNode,
    keys: readonly string[],
    parent: Container | undefined,
  ): void => {
    if (node.kind === "leaf") return;
    const container = containerOf(text, node, { keys, parent });
    const children =
      node.kind === "map"
        ? node.entries.map((entry) => ({
            ...entry,
            keys: [...keys, entry.key],
          }))
        : node.items.map((item) => ({ ...item, keys }));
    for (const { start, node: inner, keys: childKeys } of children) {
      const column = start - lineStart(text, start);
      parts.push({ start, column, container, node: inner, keys: childKeys });
      visit(inner, childKeys, container);
    }
    if (node.kind === "list" && !node.isFlow)
      append(
        items,
        node.comments.map((item) => commentItem(text, item, keys)),
      );
  };
  for (const root of roots) visit(root, [], undefined);
  return { parts: parts.sort((a, b) => a.start - b.start), items };
}

/** The innermost flow collection a position is inside of, given the part that begins before it. */
export function flowAround(
  at: number,
  before: Part | undefined,
): Container | undefined {
  if (before === undefined) return undefined;
  const { node, container } = before;
  if (node.kind !== "leaf" && node.isFlow && isInside(node, at))
    return flowContainer(before);
  let around: Container | undefined = container;
  while (around?.isFlow === true && !isInside(around, at))
    around = around.parent;
  return around?.isFlow === true ? around : undefined;
}

/** The flow collection that is the value of a part. */
export function flowContainer({ node, keys, container }: Part): Container {
  const { start, end } = node;
  return {
    ...{ start, end, keys, column: 0, isFlow: true },
    ...{ isList: node.kind === "list", parent: container },
  };
}

/** The innermost block a part stands in. */
export function blockOf(part: Part | undefined): Container | undefined {
  let block = part?.container;
  while (block?.isFlow === true) block = block.parent;
  return block;
}

/** How many of a sorted list begin before a position. */
export function countBefore<T>(
  sorted: readonly T[],
  at: number,
  startOf: (one: T) => number,
): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = sorted[middle];
    if (one !== undefined && startOf(one) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isInside({ start, end }: Span, at: number): boolean {
  return start < at && at < end;
}

function containerOf(
  text: string,
  node: Exclude<LayoutNode, LayoutLeaf>,
  { keys, parent }: Pick<Container, "keys" | "parent">,
): Container {
  const [first] = node.kind === "map" ? node.entries : node.items;
  const start = first?.start ?? node.start;
  return {
    start: node.start,
    end: node.end,
    keys,
    column: start - lineStart(text, start),
    isFlow: node.isFlow,
    isList: node.kind === "list",
    parent,
  };
}

function commentItem(
  text: string,
  { start, node }: LayoutList["comments"][number],
  keys: readonly string[],
): CommentItem {
  return {
    start,
    end: node.end,
    text: text.slice(node.start, node.end).replace(/^(["'])(.*)\1$/su, "$2"),
    keys,
  };
}
