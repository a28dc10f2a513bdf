import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  Scalar,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { parseEncText } from "./enc-text.ts";
import type { LayoutEntry, LayoutLeaf, LayoutNode } from "./layout.ts";

/** Where the parts of YAML text stand, one root per document. The text was parsed and checked before. */
export function yamlLayout(text: string): readonly LayoutNode[] {
  const documents = parseAllDocuments(text, {
    schema: "failsafe",
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "silent",
    keepSourceTokens: true,
  });
  if ("empty" in documents) return [];
  return documents.map((document) =>
    nodeLayout(document.contents, document.range[0], false),
  );
}

function nodeLayout(
  node: Node | null,
  fallback: number,
  inFlow: boolean,
): LayoutNode {
  if (isMap(node)) return mapLayout(node, inFlow);
  if (isSeq(node)) return listLayout(node, inFlow);
  const range = node?.range;
  if (isAlias(node) && range != null)
    return leaf(range[0], range[1], "alias", inFlow);
  if (!isScalar(node) || range == null || range[0] === range[1])
    return leaf(fallback, fallback, "absent", inFlow);
  const isBlock =
    node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED;
  return leaf(range[0], range[1], isBlock ? "block" : "inline", inFlow);
}

function leaf(
  start: number,
  end: number,
  form: LayoutLeaf["form"],
  isFlow: boolean,
): LayoutLeaf {
  return { kind: "leaf", start, end, form, isFlow };
}

function mapLayout(map: YAMLMap, inFlow: boolean): LayoutNode {
  const isFlow = inFlow || map.flow === true;
  const [start, end] = map.range ?? [0, 0];
  return {
    kind: "map",
    start,
    end,
    isFlow,
    entries: map.items.map((pair) => entryLayout(pair, start, isFlow)),
  };
}

function entryLayout(
  pair: Pair,
  fallback: number,
  isFlow: boolean,
): LayoutEntry {
  const key = isScalar(pair.key) ? pair.key : undefined;
  const start = key?.range?.[0] ?? fallback;
  const colon = pair.srcToken?.sep?.find(
    (token) => token.type === "map-value-ind",
  );
  const valueStart = colon === undefined ? -1 : colon.offset + 1;
  // The document was parsed with plain nodes, so a value is a node or missing.
  const value = pair.value as Node | null;
  const after = valueStart < 0 ? (key?.range?.[1] ?? fallback) : valueStart;
  return {
    key: key?.source ?? "",
    start,
    valueStart,
    node: nodeLayout(value, after, isFlow),
  };
}

function listLayout(list: YAMLSeq, inFlow: boolean): LayoutNode {
  const isFlow = inFlow || list.flow === true;
  const [start, end] = list.range ?? [0, 0];
  const source =
    list.srcToken !== undefined && "items" in list.srcToken
      ? list.srcToken.items
      : [];
  const items: { start: number; node: LayoutNode }[] = [];
  const comments: LayoutLeaf[] = [];
  list.items.forEach((item, at) => {
    // As above: nodes only.
    const node = item as Node | null;
    const dash = source[at]?.start.find(({ type }) => type === "seq-item-ind");
    const fallback = dash === undefined ? start : dash.offset + 1;
    const layout = nodeLayout(node, fallback, isFlow);
    const isComment =
      isScalar(node) &&
      typeof node.value === "string" &&
      parseEncText(node.value)?.label === "comment";
    if (isComment && layout.kind === "leaf") comments.push(layout);
    else items.push({ start: dash?.offset ?? layout.start, node: layout });
  });
  return { kind: "list", start, end, isFlow, items, comments };
}
