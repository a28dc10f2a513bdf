import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { JsonObject } from "../../domain/json.ts";
import { getAt, type Pointer } from "../../domain/field/pointer.ts";
import { placeAt, placeOfDocument } from "../read/document.ts";
import type { NamedDocument } from "./folder.ts";
import { PATCH_MEMBER } from "../read/json-patch.ts";
import { checkSchema } from "../check/schema-check.ts";

/**
 * Checks one layer of a connection without the others. Values that hold references are left to the
 * environments, and so are fields that another layer may add.
 */
export function checkAlone({ name, document }: NamedDocument): Diagnostic[] {
  if (Object.hasOwn(document.value, PATCH_MEMBER)) return [];
  return checkSchema({
    kind: "connection",
    value: document.value,
    name,
    originOf: (pointer, part) =>
      placeAt(document, pointer, part) ?? placeOfDocument(document),
    isWanted: ({ keyword, instancePath }) =>
      !(keyword === "required" && instancePath === "") &&
      !holdsReference(document.value, instancePath),
  });
}

/** Whether a value is left to the environments, which know what its references lead to. */
export function holdsReference(value: JsonObject, pointer: Pointer): boolean {
  const found = getAt(value, pointer);
  return (
    typeof found === "string" &&
    (/^(?:var|env):\/\//u.test(found) || found.includes("${var."))
  );
}
