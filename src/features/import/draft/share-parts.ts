import type { DocumentEdit } from "../../../documents/edit/apply-edits.ts";
import { isJsonObject, type JsonObject } from "../../../domain/json.ts";
import { pointerOf, type Pointer } from "../../../domain/field/pointer.ts";
import { canonicalJson } from "../../../util/canonical-json.ts";

/** Declared as a whole: half a provider in the shared document would be no declaration. */
const WHOLE: ReadonlySet<Pointer> = new Set(["/custom_provider"]);

/**
 * What all of these documents say: members with the same value, and of mappings what is the same in
 * all.
 */
export function commonPart(
  documents: readonly JsonObject[],
  above: readonly string[] = [],
): JsonObject {
  const [first, ...others] = documents;
  if (first === undefined) return {};
  const common: [string, JsonObject[string]][] = [];
  for (const [name, value] of Object.entries(first)) {
    const path = [...above, name];
    const values = others.map((each) =>
      Object.hasOwn(each, name) ? each[name] : undefined,
    );
    const isSame = values.every(
      (each) =>
        each !== undefined && canonicalJson(each) === canonicalJson(value),
    );
    if (isSame) {
      common.push([name, value]);
      continue;
    }
    const mappings = [value, ...values].filter((each) => isJsonObject(each));
    if (mappings.length < documents.length || WHOLE.has(pointerOf(path)))
      continue;
    const inner = commonPart(mappings, path);
    if (Object.keys(inner).length > 0) common.push([name, inner]);
  }
  return Object.fromEntries(common);
}

/** What leaves a document for it to hold the common part alone. */
export function beyond(
  document: JsonObject,
  common: JsonObject,
  above: readonly string[] = [],
): DocumentEdit[] {
  return Object.entries(document).flatMap(([name, value]) => {
    const path = [...above, name];
    if (!Object.hasOwn(common, name))
      return [{ pointer: pointerOf(path), remove: true }];
    const kept = common[name];
    return isJsonObject(value) && isJsonObject(kept)
      ? beyond(value, kept, path)
      : [];
  });
}

/** What leaves a document for it to hold only what goes beyond the common part. */
export function within(
  document: JsonObject,
  common: JsonObject,
  above: readonly string[] = [],
): DocumentEdit[] {
  return Object.entries(common).flatMap(([name, kept]) => {
    const path = [...above, name];
    const value = document[name];
    const isAll = canonicalJson(value ?? null) === canonicalJson(kept);
    if (isAll || !isJsonObject(value) || !isJsonObject(kept))
      return [{ pointer: pointerOf(path), remove: true }];
    return within(value, kept, path);
  });
}

/**
 * Whether a mapping holds `null` anywhere outside of lists: in an overlay that takes a member away.
 */
export function holdsNull(value: JsonObject): boolean {
  return Object.values(value).some(
    (each) => each === null || (isJsonObject(each) && holdsNull(each)),
  );
}

/** The comment lines above a text, and the rest. */
export function splitHead(text: string): {
  readonly head: readonly string[];
  readonly body: string;
} {
  const [above = ""] = /^(?:[^\S\n]*(?:#[^\n]*)?\n)*/u.exec(text) ?? [];
  return {
    head: above.split("\n").filter((line) => line.trim() !== ""),
    body: text.slice(above.length),
  };
}

/** A text with these comment lines above it. */
export function withHead(head: readonly string[], body: string): string {
  return head.map((line) => `${line}\n`).join("") + body;
}

/** Everything in a text that can be a comment. */
export function commentsOf(text: string): readonly string[] {
  return [...text.matchAll(/(?:^|\s)(#[^\n]*)/gmu)].map(([, comment = ""]) =>
    comment.trim(),
  );
}
