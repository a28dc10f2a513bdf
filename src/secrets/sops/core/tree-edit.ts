import { goText, macBytes } from "./go-text.ts";
import type { SopsMap, SopsNode } from "./tree.ts";

/**
 * The tree with a node put at a path; maps that are missing on the way are made. The path must not
 * lead through a scalar.
 */
export function withNode(
  root: SopsMap,
  path: readonly string[],
  node: SopsNode,
): SopsMap {
  const [key, ...rest] = path;
  if (key === undefined) return root;
  const entries = new Map(root.entries);
  entries.set(key, placed(root.entries.get(key), rest, node));
  return { kind: "map", entries };
}

/** The tree without the node at a path. */
export function withoutNode(root: SopsMap, path: readonly string[]): SopsMap {
  const parentPath = path.slice(0, -1);
  const key = path.at(-1) ?? "";
  const drop = (node: SopsNode): SopsNode => {
    if (node.kind === "list")
      return {
        ...node,
        items: node.items.filter((_, at) => String(at) !== key),
      };
    if (node.kind !== "map") return node;
    const entries = new Map(node.entries);
    entries.delete(key);
    return { ...node, entries };
  };
  const changed = changeAt(root, parentPath, drop);
  return changed.kind === "map" ? changed : root;
}

/** Equal in values, types and list order. The order of keys does not count. */
export function sameTree(
  a: SopsNode | undefined,
  b: SopsNode | undefined,
): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind === "map")
    return (
      b.kind === "map" &&
      a.entries.size === b.entries.size &&
      [...a.entries].every(([key, child]) =>
        sameTree(child, b.entries.get(key)),
      )
    );
  if (a.kind === "list")
    return (
      b.kind === "list" &&
      a.items.length === b.items.length &&
      a.items.every((item, at) => sameTree(item, b.items[at]))
    );
  return (
    b.kind !== "map" &&
    b.kind !== "list" &&
    a.kind === b.kind &&
    goText(a) === goText(b) &&
    Buffer.from(macBytes(a)).equals(macBytes(b))
  );
}

function placed(
  existing: SopsNode | undefined,
  path: readonly string[],
  node: SopsNode,
): SopsNode {
  const [key, ...rest] = path;
  if (key === undefined) return node;
  if (existing?.kind === "list") {
    const items = [...existing.items];
    items[Number(key)] = placed(items[Number(key)], rest, node);
    return { ...existing, items };
  }
  const map: SopsMap =
    existing?.kind === "map" ? existing : { kind: "map", entries: new Map() };
  return withNode(map, path, node);
}

function changeAt(
  node: SopsNode,
  path: readonly string[],
  change: (node: SopsNode) => SopsNode,
): SopsNode {
  const [key, ...rest] = path;
  if (key === undefined) return change(node);
  if (node.kind === "list")
    return {
      ...node,
      items: node.items.map((item, at) =>
        String(at) === key ? changeAt(item, rest, change) : item,
      ),
    };
  if (node.kind !== "map") return node;
  return {
    ...node,
    entries: new Map(
      [...node.entries].map(([name, child]) => [
        name,
        name === key ? changeAt(child, rest, change) : child,
      ]),
    ),
  };
}
