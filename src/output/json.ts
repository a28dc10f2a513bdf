import type { JsonPrimitive } from "../domain/json.ts";
import { plainJsonText } from "./escape.ts";

/**
 * A value as indented JSON with a line feed at the end, members in the order given. Control,
 * bidirectional and invisible characters are written as `\uXXXX`, so the text is harmless on a
 * terminal and parses to the same value. A `Secret` in it becomes `«secret»`.
 */
export function jsonText(value: JsonPrimitive | object): string {
  return `${plainJsonText(JSON.stringify(value, null, 2))}\n`;
}

/** The same on one line, for streams of values. */
export function jsonLine(value: JsonPrimitive | object): string {
  return `${plainJsonText(JSON.stringify(value))}\n`;
}
