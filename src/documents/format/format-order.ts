import { isMap, isScalar, isSeq, type Pair, type YAMLMap } from "yaml";
import { isJsonObject, type JsonValue } from "../../domain/json.ts";
import type { DocumentKind } from "../read/document.ts";
import { PATCH_MEMBER } from "../read/json-patch.ts";
import { membersAt } from "../read/members.ts";

const OPERATION_MEMBERS: readonly string[] = ["op", "from", "path", "value"];

/**
 * Puts the fields of a document in the order of its schema, each with its comments; what the schema
 * does not name comes last, in its own order.
 */
export function inSchemaOrder(
  root: YAMLMap,
  kind: DocumentKind,
  isHeld: (key: unknown) => boolean,
): void {
  const [first] = root.items;
  orderMap(root, kind, "#");
  const [now] = root.items;
  // What is said of a document as a whole is said of its first line: a suppression there has to
  // stay there, and no other may come there.
  if (first === undefined || first === now) return;
  if (!isHeld(first.key) && !isHeld(now?.key)) return;
  root.items = [first, ...root.items.filter((pair) => pair !== first)];
  swapSpace(now, first);
}

/** The same for a value. */
export function orderValue(
  value: JsonValue,
  kind: DocumentKind,
  at = "#",
): JsonValue {
  if (Array.isArray(value))
    return value.map((item: JsonValue) =>
      orderValue(item, kind, `${at}/items`),
    );
  if (!isJsonObject(value)) return value;
  const order = ranksOf(kind, at);
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => rank(order, a) - rank(order, b))
      .map(([name, child]) => [name, orderValue(child, kind, below(at, name))]),
  );
}

function orderMap(map: YAMLMap, kind: DocumentKind, at: string): void {
  if (at !== "#") commentToFirst(map);
  const order = ranksOf(kind, at);
  const [first] = map.items;
  map.items = map.items.toSorted(
    (a, b) => rank(order, nameOf(a)) - rank(order, nameOf(b)),
  );
  // A blank line in front of the first field would stand alone.
  if (map.items[0] !== first) swapSpace(first, map.items[0]);
  for (const pair of map.items)
    orderNode(pair.value, kind, below(at, nameOf(pair)));
}

function orderNode(node: unknown, kind: DocumentKind, at: string): void {
  if (isMap(node)) orderMap(node, kind, at);
  else if (isSeq(node))
    for (const item of node.items) orderNode(item, kind, `${at}/items`);
}

/**
 * The parser gives the comment above the first field to the mapping; it has to move with its field.
 */
function commentToFirst(map: YAMLMap): void {
  const key = map.items[0]?.key;
  if (!map.commentBefore || !isScalar(key) || map.flow === true) return;
  key.commentBefore = [map.commentBefore, key.commentBefore]
    .filter((text) => text !== undefined && text !== null)
    .join("\n");
  delete map.commentBefore;
}

function swapSpace(from: Pair | undefined, to: Pair | undefined): void {
  const [old, now] = [from?.key, to?.key];
  if (isScalar(old) && isScalar(now) && now.spaceBefore === true) {
    now.spaceBefore = false;
    old.spaceBefore = true;
  }
}

function ranksOf(kind: DocumentKind, at: string): ReadonlyMap<string, number> {
  const isOperation = at === `#/properties/${PATCH_MEMBER}/items`;
  const names = isOperation ? OPERATION_MEMBERS : membersAt(kind, at);
  return new Map(names.map((name, index) => [name, index]));
}

function rank(order: ReadonlyMap<string, number>, name: string): number {
  return order.get(name) ?? order.size;
}

function below(at: string, name: string): string {
  return `${at}/properties/${name}`;
}

function nameOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : "";
}
