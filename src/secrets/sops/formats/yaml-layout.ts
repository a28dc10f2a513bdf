import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  Scalar,
  type CST,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { parseEncText } from "../core/enc-text.ts";
import type { LayoutEntry, LayoutLeaf, LayoutNode } from "./layout.ts";

/**
 * Where the parts of YAML text stand, one root per document. The text was parsed and checked
 * before.
 */
export function yamlLayout(text: string): readonly LayoutNode[] {
  const documents = parseAllDocuments(text, {
    schema: "failsafe",
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "silent",
    keepSourceTokens: true,
  });
  if ("empty" in documents) return [];
  return documents.map((document) =>
    nodeLayout(document.contents, {
      fallback: document.range[0],
      isFlow: false,
    }),
  );
}

/** What surrounds a node. */
interface Around {
  /** Where a value that is left out would stand. */
  readonly fallback: number;
  readonly isFlow: boolean;
  /** The tokens before it. */
  readonly lead?: readonly CST.SourceToken[] | null | undefined;
}

function nodeLayout(node: Node | null, around: Around): LayoutNode {
  const { fallback, isFlow } = around;
  if (isMap(node)) return mapLayout(node, isFlow);
  if (isSeq(node)) return listLayout(node, isFlow);
  const [start, end, form] = leafSpan(node) ?? [fallback, fallback, "absent"];
  const tag = around.lead?.find(({ type }) => type === "tag");
  return {
    ...{ kind: "leaf", start, end, form, isFlow },
    ...(tag === undefined
      ? {}
      : { tag: { start: tag.offset, end: tag.offset + tag.source.length } }),
  };
}

/** `undefined` for a scalar that is not written out. */
function leafSpan(
  node: Node | null,
): readonly [number, number, LayoutLeaf["form"]] | undefined {
  const range = node?.range;
  if (range == null) return undefined;
  const [start, end] = range;
  if (isAlias(node)) return [start, end, "alias"];
  if (!isScalar(node) || start === end) return undefined;
  const isBlock =
    node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED;
  return [start, end, isBlock ? "block" : "inline"];
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
    node: nodeLayout(value, {
      fallback: after,
      isFlow,
      lead: pair.srcToken?.sep,
    }),
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
  const comments: { start: number; node: LayoutNode }[] = [];
  list.items.forEach((item, at) => {
    // As above: nodes only.
    const node = item as Node | null;
    const dash = source[at]?.start.find(({ type }) => type === "seq-item-ind");
    const fallback = dash === undefined ? start : dash.offset + 1;
    const lead = source[at]?.start;
    const layout = nodeLayout(node, { fallback, isFlow, lead });
    const isComment =
      isScalar(node) &&
      typeof node.value === "string" &&
      parseEncText(node.value)?.label === "comment";
    const place = { start: dash?.offset ?? layout.start, node: layout };
    (isComment ? comments : items).push(place);
  });
  return { kind: "list", start, end, isFlow, items, comments };
}
