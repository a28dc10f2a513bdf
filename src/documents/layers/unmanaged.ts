import { knownField } from "../../domain/field/fields.ts";
import { pointerOf, type Pointer } from "../../domain/field/pointer.ts";
import type { ParsedDocument } from "../read/document.ts";
import { commentsOf } from "../format/comments.ts";

/** What such a comment says behind the name of a field. */
const WORDS = "is not managed";
const COMMENT = new RegExp(String.raw`^#\s*([a-z][a-z_.]*) ${WORDS}\b`, "u");

/**
 * Fields that documents say in a comment are not managed:
 * `# credentials.client_secret is not managed: the platform keeps the one it has`. An absent field
 * is not managed anyway; the comment says that this is known, so nobody has to be told.
 */
export function unmanagedOf(
  documents: Iterable<ParsedDocument>,
): ReadonlySet<Pointer> {
  const found = new Set<Pointer>();
  for (const { source, root } of documents) {
    if (!source.text.includes(WORDS)) continue;
    const [start, end] = extentOf(source.text, root.range?.[0] ?? 0);
    for (const comment of commentsOf(source.text)) {
      const field = COMMENT.exec(comment.text)?.[1];
      if (field === undefined || comment.start < start || comment.start > end)
        continue;
      const pointer = pointerOf(field.split("."));
      if (knownField(pointer) !== undefined) found.add(pointer);
    }
  }
  return found;
}

/** From where to where a file is about the document that has content at this offset. */
function extentOf(text: string, at: number): readonly [number, number] {
  const start = text.lastIndexOf("\n---", at);
  const end = text.indexOf("\n---", at);
  const isFirst = text
    .slice(0, Math.max(0, start))
    .split("\n")
    .every((line) => /^\s*(?:#|$)/u.test(line));
  return [isFirst ? 0 : start, end < 0 ? text.length : end];
}
