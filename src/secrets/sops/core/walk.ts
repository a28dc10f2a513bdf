import { parseEncText, type EncText } from "./enc-text.ts";
import { isInt64 } from "./go-text.ts";
import type { SelectionRule } from "./selection-rule.ts";
import { sopsError } from "./sops-error.ts";
import type { SopsMap, SopsNode, SopsScalar } from "./tree.ts";

/** Where a leaf stands. */
export interface LeafPlace {
  /** Map keys only: what the value is bound to. */
  readonly keys: readonly string[];
  /** Map keys and list positions: what people and references use. */
  readonly path: readonly string[];
  readonly isEncrypted: boolean;
  /** True when the leaf is an element of a list. */
  readonly inList: boolean;
}

/**
 * Called for every leaf in document order; what it returns takes the leaf's place, `undefined`
 * leaves it out.
 */
export type LeafVisitor = (
  leaf: SopsScalar,
  place: LeafPlace,
) => SopsScalar | undefined;

/**
 * A new tree with every leaf replaced by what the visitor gives. Order is the order of the
 * document, which the MAC depends on.
 */
export function mapLeaves(
  root: SopsMap,
  rule: SelectionRule,
  visit: LeafVisitor,
): SopsMap {
  const start = { keys: [], path: [], hasMatch: false, inList: false };
  return mapMap(root, start, { rule, visit });
}

interface Position {
  readonly keys: readonly string[];
  readonly path: readonly string[];
  readonly hasMatch: boolean;
  readonly inList: boolean;
}

interface Walk {
  readonly rule: SelectionRule;
  readonly visit: LeafVisitor;
}

function mapMap(node: SopsMap, at: Position, walk: Walk): SopsMap {
  const entries = new Map<string, SopsNode>();
  for (const [key, child] of node.entries) {
    const mapped = mapNode(
      child,
      {
        keys: [...at.keys, key],
        path: [...at.path, key],
        hasMatch: at.hasMatch || walk.rule.matchesKey(key),
        inList: false,
      },
      walk,
    );
    if (mapped !== undefined) entries.set(key, mapped);
  }
  return { kind: "map", entries };
}

function mapNode(
  node: SopsNode,
  at: Position,
  walk: Walk,
): SopsNode | undefined {
  if (node.kind === "map") return mapMap(node, at, walk);
  if (node.kind === "list") {
    const items: SopsNode[] = [];
    node.items.forEach((item, index) => {
      const path = [...at.path, String(index)];
      const mapped = mapNode(item, { ...at, path, inList: true }, walk);
      if (mapped !== undefined) items.push(mapped);
    });
    return { kind: "list", items };
  }
  return walk.visit(node, {
    keys: at.keys,
    path: at.path,
    isEncrypted: walk.rule.isEncrypted(at.hasMatch),
    inList: at.inList,
  });
}

/**
 * What a leaf of the file is: readable as it stands, a ciphertext, or a comment that list syntax
 * made look like a value.
 */
export type LeafForm =
  | { readonly kind: "plain" }
  | { readonly kind: "cipher"; readonly enc: EncText }
  | { readonly kind: "comment" };

/**
 * Decides by the rule, never by looks, what a leaf is.
 * @throws UserError SEC005 for readable text where the rule wants a ciphertext, SEC012 for a
 * ciphertext that is not well-formed.
 */
export function classifyLeaf(
  leaf: SopsScalar,
  place: LeafPlace,
  file: string,
): LeafForm {
  if (leaf.kind === "int" && !isInt64(leaf.value))
    throw sopsError("SEC012", file, "an integer beyond 64 bits", {
      path: place.path,
      why: "SOPS cannot write such a number, so the file was changed by something else",
      fix: "restore the file from version control",
    });
  if (!place.isEncrypted || leaf.kind === "null") return { kind: "plain" };
  if (leaf.kind !== "str") throw plainLeafError(place, file);
  if (leaf.text === "") return { kind: "plain" };
  const enc = parseEncText(leaf.text);
  if (enc === undefined) {
    throw leaf.text.startsWith("ENC[")
      ? sopsError("SEC012", file, "a damaged encrypted value", {
          path: place.path,
          why: "an encrypted value has data, a nonce, a 16-byte tag and a type, in that form and nothing after it",
          fix: "restore the file from version control",
        })
      : plainLeafError(place, file);
  }
  if (enc.label !== "comment") return { kind: "cipher", enc };
  if (place.inList) return { kind: "comment" };
  throw sopsError("SEC012", file, "a value labelled as a comment", {
    path: place.path,
    why: "only an element of a list can be an encrypted comment",
    fix: "restore the file from version control",
  });
}

function plainLeafError(place: LeafPlace, file: string): Error {
  return sopsError("SEC005", file, "a readable value that must be encrypted", {
    path: place.path,
    why: "the selection rule of the file says that this value is encrypted",
    fix: "edit the file with sops or tieline, never by hand; treat the value as leaked if it was committed",
  });
}
