import { isJsonList, isJsonObject, type JsonValue } from "../../domain/json.ts";
import { sha256 } from "../../util/hash.ts";

/** Longest text that is recorded in full. */
const MAX_TEXT = 500;
/** What is kept of a longer one, for people; its digest tells every difference. */
const KEPT_TEXT = 200;

/**
 * A value whose texts are of bounded length: longer ones are cut to their beginning and digest.
 * Bounding twice changes nothing.
 */
export function boundedValue(value: JsonValue): JsonValue {
  if (typeof value === "string") return boundedText(value);
  if (isJsonList(value)) return value.map(boundedValue);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, boundedValue(member)]),
  );
}

function boundedText(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  // Half a character at the cut would have no canonical form.
  const start = text.slice(0, KEPT_TEXT).toWellFormed();
  return `${start}… (${sha256(text)})`;
}
