import { formatGoFloat, goText } from "../core/go-text.ts";
import type { SopsNode, SopsScalar } from "../core/tree.ts";

/** A scalar as JSON that is read back with the same type. */
export function jsonScalar(scalar: SopsScalar): string {
  switch (scalar.kind) {
    case "int":
      return goText(scalar);
    case "float": {
      const text = formatGoFloat(scalar.value);
      return Number.isFinite(scalar.value)
        ? text.includes(".")
          ? text
          : `${text}.0`
        : JSON.stringify(text);
    }
    case "bool":
      return String(scalar.value);
    case "null":
      return "null";
    case "str":
    case "time":
      return JSON.stringify(scalar.text);
  }
}

/**
 * A tree as JSON over several lines.
 * @param indent - what one level is indented by; empty for one line.
 * @param level - how deep the tree stands.
 */
export function jsonTree(node: SopsNode, indent: string, level = 0): string {
  if (node.kind !== "map" && node.kind !== "list") return jsonScalar(node);
  const isMap = node.kind === "map";
  const parts = isMap
    ? [...node.entries].map(
        ([key, child]) =>
          `${JSON.stringify(key)}: ${jsonTree(child, indent, level + 1)}`,
      )
    : node.items.map((item) => jsonTree(item, indent, level + 1));
  const [open, close] = isMap ? ["{", "}"] : ["[", "]"];
  if (parts.length === 0) return open + close;
  if (indent === "") return `${open}${parts.join(", ")}${close}`;
  const inner = `\n${indent.repeat(level + 1)}`;
  return `${open}${inner}${parts.join(`,${inner}`)}\n${indent.repeat(level)}${close}`;
}
