import type { EditableFormat } from "../formats/edit-text.ts";
import { parseEncText } from "../core/enc-text.ts";
import type { SopsScalar } from "../core/tree.ts";

/**
 * Whether a plain value can stand in text that people edit and be read back as the very same:
 * bytes, type and all. What cannot stays there as its ciphertext, and comes through an edit of
 * something else untouched.
 */
export function isRepresentable(
  value: SopsScalar,
  format: EditableFormat,
): boolean {
  if (value.kind === "str") return isTextRepresentable(value, format);
  // Everything is text to dotenv; JSON knows neither dates nor numbers that are none.
  if (format === "dotenv") return value.kind === "null";
  if (format === "yaml") return true;
  return (
    value.kind !== "time" &&
    (value.kind !== "float" || Number.isFinite(value.value))
  );
}

function isTextRepresentable(
  { text, bytes }: SopsScalar & { readonly kind: "str" },
  format: EditableFormat,
): boolean {
  if (bytes !== undefined) return format === "yaml";
  // Text that is a ciphertext itself would be taken for one.
  if (parseEncText(text) !== undefined) return false;
  // A backslash and an n are a line break to dotenv, and so is the break itself.
  return format !== "dotenv" || !text.includes("\\n");
}
