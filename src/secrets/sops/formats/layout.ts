import { largest } from "../../../util/extremes.ts";

/** A stretch of text, as string offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Where the parts of a document stand in its text. Encrypted comments in lists are left out, so
 * that positions agree with the value tree.
 */
export type LayoutNode = LayoutMap | LayoutList | LayoutLeaf;

/**
 * A scalar. `absent`: nothing is written there (`key:`), and the span is empty. `alias` and what is
 * below it cannot be edited.
 */
export interface LayoutLeaf extends Span {
  readonly kind: "leaf";
  readonly form: "inline" | "block" | "absent" | "alias";
  readonly isFlow: boolean;
  /** A tag before the value, which says how the value is read. */
  readonly tag?: Span;
}

/** An entry of a mapping: the key's start, where its value may begin, and the value. */
export interface LayoutEntry {
  readonly key: string;
  readonly start: number;
  /** Right after the colon; -1 where there is none. */
  readonly valueStart: number;
  readonly node: LayoutNode;
}

/** A mapping. */
export interface LayoutMap extends Span {
  readonly kind: "map";
  readonly isFlow: boolean;
  readonly entries: readonly LayoutEntry[];
}

/** A sequence; `start` of an item is its dash, or its value in flow style. */
export interface LayoutList extends Span {
  readonly kind: "list";
  readonly isFlow: boolean;
  readonly items: readonly LayoutItem[];
  /** Encrypted comments among the items. */
  readonly comments: readonly LayoutItem[];
}

/** An element of a sequence. */
interface LayoutItem {
  readonly start: number;
  readonly node: LayoutNode;
}

/** Replaces a stretch of text. */
export interface Splice extends Span {
  readonly text: string;
}

/** Carries out splices that do not overlap. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  const ordered = [...splices].sort((a, b) => a.start - b.start);
  let out = "";
  let at = 0;
  for (const { start, end, text: inserted } of ordered) {
    out += text.slice(at, start) + inserted;
    at = end;
  }
  return out + text.slice(at);
}

/** The part at a path; `undefined` when it leads nowhere. */
export function layoutAt(
  root: LayoutNode,
  path: readonly string[],
): LayoutNode | undefined {
  let node: LayoutNode | undefined = root;
  for (const segment of path) {
    if (node?.kind === "map")
      node = node.entries.find(({ key }) => key === segment)?.node;
    else if (node?.kind === "list") node = node.items[Number(segment)]?.node;
    else return undefined;
  }
  return node;
}

/** Every scalar with its path, in document order. */
export function layoutLeaves(
  node: LayoutNode,
  path: readonly string[] = [],
): readonly { readonly path: readonly string[]; readonly leaf: LayoutLeaf }[] {
  if (node.kind === "leaf") return [{ path, leaf: node }];
  const children: (readonly [string, LayoutNode])[] =
    node.kind === "map"
      ? node.entries.map((entry) => [entry.key, entry.node])
      : node.items.map((item, at) => [String(at), item.node]);
  return children.flatMap(([key, child]) =>
    layoutLeaves(child, [...path, key]),
  );
}

/** Where the text of a node ends; block style has no closing mark of its own. */
export function endOfNode(node: LayoutNode): number {
  if (node.kind === "leaf" || node.isFlow) return node.end;
  const last =
    node.kind === "map"
      ? [node.entries.at(-1)]
      : [node.items.at(-1), node.comments.at(-1)];
  const ends = last.flatMap((child) =>
    child === undefined ? [] : [child.start, endOfNode(child.node)],
  );
  return ends.length === 0 ? node.end : largest(ends, 0);
}

/** The start of the line a position is on. */
export function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

/**
 * The position after the line break that ends the line of a position; a position right after a
 * break is taken as the end itself.
 */
export function lineEnd(text: string, at: number): number {
  if (at > 0 && text[at - 1] === "\n") return at;
  const found = text.indexOf("\n", at);
  return found < 0 ? text.length : found + 1;
}
