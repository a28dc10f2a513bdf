import type * as SopsDecoder from "sops-decoder";
import { loadOptional } from "../../../platform/optional-package.ts";
import { parseEncText } from "../core/enc-text.ts";
import { formatGoFloat, goText } from "../core/go-text.ts";
import type { OpenedSops } from "./open.ts";
import type { SopsFile } from "./sops-file.ts";
import type { SopsMap, SopsNode, SopsScalar } from "../core/tree.ts";

/** What the second engine says to a file that the own core has opened. */
export type SecondOpinion =
  | { readonly kind: "agrees" }
  /** It gives another value or type at a path, or refuses the file; then the path is empty. */
  | { readonly kind: "differs"; readonly path: readonly string[] }
  /** It is not asked, because it is known to read such files wrongly or not at all. */
  | { readonly kind: "outside"; readonly why: string }
  | { readonly kind: "missing"; readonly why: string; readonly fix: string };

/**
 * Lets `sops-decoder` decrypt a file of AWS KMS keys as well, and compares. It never decides alone:
 * the own core has verified the file before.
 * @remarks Source: docs/decisions/0014-sops-decoder.md for the gate and why it is there.
 */
export async function askSecondEngine(
  opened: OpenedSops,
): Promise<SecondOpinion> {
  const why = reasonOutside(opened.file);
  if (why !== undefined) return { kind: "outside", why };
  const loaded = await loadOptional(
    "sops-decoder",
    () => import("sops-decoder"),
  );
  if (!("module" in loaded)) return { kind: "missing", ...loaded };
  const engine = loaded.module;
  const [document] = opened.file.documents;
  if (document === undefined)
    return { kind: "outside", why: "it has no document" };
  const input: SopsDecoder.JsonObject = {
    ...mapJson(document),
    sops: mapJson(opened.file.metadataTree),
  };
  try {
    const path = firstDifference(opened.tree, await engine.decrypt(input), []);
    return path === undefined ? { kind: "agrees" } : { kind: "differs", path };
  } catch {
    // Its errors quote keys and ciphertexts.
    return { kind: "differs", path: [] };
  }
}

/** Why the second engine must not be asked; `undefined` when it may be. */
function reasonOutside(file: SopsFile): string | undefined {
  const { metadata, format, documents } = file;
  const entries = metadata.keyGroups.flat();
  const isKms = entries.every(
    ({ type, fields }) =>
      type === "kms" &&
      /^arn:aws:kms:[a-z0-9-]+:\d+:key\//u.test(fields.get("arn") ?? "") &&
      (fields.get("aws_profile") ?? "") === "",
  );
  if (!isKms || metadata.keyGroups.length !== 1)
    return "it knows only AWS KMS keys in one group";
  if (!["yaml", "json"].includes(format) || documents.length !== 1)
    return "it knows only single YAML and JSON documents";
  if (metadata.rule.pattern.includes("(?"))
    return "the rule has syntax it does not know";
  return documents.map(treeReason).find((reason) => reason !== undefined);
}

function treeReason(node: SopsNode): string | undefined {
  if (node.kind === "map") {
    for (const [key, child] of node.entries) {
      if (/^(?:\d+|__proto__)$/u.test(key))
        return "it puts keys that look like numbers in another order";
      const reason = treeReason(child);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }
  if (node.kind === "list")
    return node.items.map(treeReason).find((reason) => reason !== undefined);
  return leafReason(node);
}

function leafReason(leaf: SopsScalar): string | undefined {
  if (leaf.kind === "time") return "it does not know times";
  if (leaf.kind === "int" || leaf.kind === "float")
    return isPlainNumber(leaf) ? undefined : "it writes some numbers otherwise";
  if (leaf.kind !== "str") return undefined;
  if (leaf.bytes !== undefined) return "it reads text only";
  const label = parseEncText(leaf.text)?.label;
  return label === undefined || ["str", "int", "float", "bool"].includes(label)
    ? undefined
    : `it does not know the type ${label}`;
}

/** True for a number that JavaScript writes as Go does. */
function isPlainNumber(
  leaf: SopsScalar & { readonly kind: "int" | "float" },
): boolean {
  return leaf.kind === "int"
    ? Number.isSafeInteger(Number(leaf.value))
    : String(leaf.value) === formatGoFloat(leaf.value);
}

function mapJson(map: SopsMap): SopsDecoder.JsonObject {
  return Object.fromEntries(
    [...map.entries].map(([key, child]) => [key, json(child)]),
  );
}

function json(node: SopsNode): SopsDecoder.Json {
  switch (node.kind) {
    case "map":
      return mapJson(node);
    case "list":
      return node.items.map(json);
    case "int":
      return Number(node.value);
    case "float":
    case "bool":
      return node.value;
    case "null":
      return null;
    case "str":
    case "time":
      return node.text;
  }
}

function firstDifference(
  node: SopsNode,
  other: unknown,
  path: readonly string[],
): readonly string[] | undefined {
  const children: (readonly [string, SopsNode])[] =
    node.kind === "map"
      ? [...node.entries]
      : node.kind === "list"
        ? node.items.map((item, at) => [String(at), item] as const)
        : [];
  if (node.kind !== "map" && node.kind !== "list")
    return isSameLeaf(node, other) ? undefined : path;
  if (typeof other !== "object" || other === null) return path;
  if (Array.isArray(other) !== (node.kind === "list")) return path;
  const found = new Map<string, unknown>(Object.entries(other));
  if (found.size !== children.length) return path;
  return children
    .map(([key, child]) =>
      firstDifference(child, found.get(key), [...path, key]),
    )
    .find((difference) => difference !== undefined);
}

function isSameLeaf(leaf: SopsScalar, other: unknown): boolean {
  if (leaf.kind === "null") return other === null;
  if (leaf.kind === "bool") return other === leaf.value;
  if (leaf.kind === "int" || leaf.kind === "float")
    return typeof other === "number" && other === Number(leaf.value);
  return other === goText(leaf);
}
