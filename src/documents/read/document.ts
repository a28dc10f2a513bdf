import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Alias,
  type Node,
  type Pair,
  type YAMLMap,
} from "yaml";
import type { JsonObject } from "../../domain/json.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import { splitPointer } from "./field-pointers.ts";
import type { TextSource } from "./text-source.ts";

/** Which schema a document follows. */
export type DocumentKind = "connection" | "environment" | "template";

/**
 * One document of a file: its value, and its nodes for whoever asks where something was written.
 */
export interface ParsedDocument {
  readonly kind: DocumentKind;
  readonly source: TextSource;
  readonly root: YAMLMap;
  readonly value: JsonObject;
  /** What each alias stands for. */
  readonly aliases: ReadonlyMap<Alias, Node>;
  /**
   * References into the file itself, by field: what stands there is encrypted under the file's own
   * `sops:` block.
   */
  readonly ownReferences?: ReadonlyMap<Pointer, string>;
}

/**
 * The same document with other values; where things are written stays what it is, and is looked up
 * as late.
 */
export function withDocumentValue(
  document: ParsedDocument,
  value: JsonObject,
  ownReferences: ParsedDocument["ownReferences"] = document.ownReferences,
): ParsedDocument {
  const { kind, source } = document;
  return {
    kind,
    source,
    value,
    ...(ownReferences === undefined ? {} : { ownReferences }),
    get root() {
      return document.root;
    },
    get aliases() {
      return document.aliases;
    },
  };
}

/** A stretch of a file: what a diagnostic points at. */
export interface Place {
  readonly source: TextSource;
  /** Absent where the text did not become a document; a frame then shows structure only. */
  readonly document?: ParsedDocument;
  /** Offset of the first character. */
  readonly start: number;
  /** Offset after the last one. */
  readonly end: number;
}

/** Which side of `key: value` is meant. */
export type Part = "key" | "value";

/** Where a pointer leads in a document; `undefined` when the document has nothing there. */
export function placeAt(
  document: ParsedDocument,
  pointer: Pointer,
  part: Part,
): Place | undefined {
  let node: unknown = document.root;
  let key: unknown;
  for (const segment of splitPointer(pointer)) {
    const next = childOf(document, node, segment);
    if (next === undefined) return undefined;
    ({ node, key } = next);
  }
  const wanted = part === "key" && key !== undefined ? key : node;
  return placeOfNode(document, wanted);
}

/** The start of a document: its first key. */
export function placeOfDocument(document: ParsedDocument): Place {
  const first = document.root.items[0];
  return placeOfNode(document, first?.key ?? document.root);
}

/** The text a node covers. */
export function placeOfNode(document: ParsedDocument, node: unknown): Place {
  const { source } = document;
  const range = rangeOf(node);
  if (range === undefined) return { source, document, start: 0, end: 0 };
  return { source, document, start: range[0], end: range[1] };
}

/**
 * Start and end of a node's own text, without what follows it; `undefined` for what is not a node.
 */
export function rangeOf(node: unknown): readonly [number, number] | undefined {
  if (!isNode(node)) return undefined;
  const range = node.range;
  return range ? [range[0], range[1]] : undefined;
}

/**
 * Pairs from which on a mapping is looked into by an index; looking through a short one costs less
 * than making it.
 */
const MANY_PAIRS = 64;
// Nodes are read only here, so what was found once stays true.
const PAIRS_BY_KEY = new WeakMap<YAMLMap, ReadonlyMap<unknown, Pair>>();

/** The pair of a mapping with this key, the first where it occurs twice. */
export function pairOf(map: YAMLMap, key: string): Pair | undefined {
  if (map.items.length < MANY_PAIRS)
    return map.items.find(
      (pair) => isScalar(pair.key) && pair.key.value === key,
    );
  let pairs = PAIRS_BY_KEY.get(map);
  if (pairs === undefined) {
    pairs = new Map(
      map.items
        .toReversed()
        .flatMap((pair) =>
          isScalar(pair.key) ? [[pair.key.value, pair] as const] : [],
        ),
    );
    PAIRS_BY_KEY.set(map, pairs);
  }
  return pairs.get(key);
}

function childOf(
  document: ParsedDocument,
  parent: unknown,
  segment: string,
): { readonly node: unknown; readonly key?: unknown } | undefined {
  const node = isAlias(parent) ? document.aliases.get(parent) : parent;
  if (isMap(node)) {
    const pair = pairOf(node, segment);
    return pair && { node: pair.value ?? pair.key, key: pair.key };
  }
  if (isSeq(node) && /^\d{1,6}$/u.test(segment)) {
    const item: unknown = node.items[Number(segment)];
    return item === undefined ? undefined : { node: item };
  }
  return undefined;
}
