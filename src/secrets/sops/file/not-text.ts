import { parseEncText } from "../core/enc-text.ts";
import type { SopsFile } from "./sops-file.ts";
import type { SopsNode } from "../core/tree.ts";

const NAMES: Readonly<Record<string, string>> = {
  int: "a whole number",
  float: "a number",
  bool: "true or false",
  time: "a date",
  comment: "a comment",
  null: "null",
};

/**
 * Why a value cannot be taken as the text somebody wrote; `undefined` when it can. Needs no key:
 * the type stands beside the ciphertext. YAML reads `007007` as 3591, `1.10` as 1.1, `1e5` as
 * 100000 and `true` as True, and SOPS encrypts what was read; JSON has one spelling for a whole
 * number, so there the text is what was written.
 * @remarks Source: SOPS 3.13.3, compared value by value.
 */
export function notTextReason(
  file: SopsFile,
  node: SopsNode,
): string | undefined {
  const label = labelOf(node);
  if (label === "str" || label === "bytes") return undefined;
  if (label === "int" && file.format === "json") return undefined;
  return `SOPS keeps it as ${NAMES[label] ?? label}`;
}

function labelOf(node: SopsNode): string {
  return node.kind === "str"
    ? (parseEncText(node.text)?.label ?? "str")
    : node.kind;
}
