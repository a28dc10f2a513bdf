import type { DesiredConnection } from "../domain/connection.ts";
import { hasErrors, type Diagnostic } from "../domain/diagnostic.ts";
import type { SourceLocation } from "../domain/location.ts";
import type { Pointer } from "../domain/pointer.ts";
import type { Composed } from "./compose.ts";
import {
  checkConnection,
  type CheckedConnection,
} from "./connection-checks.ts";
import { placeAt, placeOfDocument, type ParsedDocument } from "./document.ts";
import { fieldsOf, textField } from "./fields-of.ts";
import { PATCH_MEMBER } from "./json-patch.ts";
import { resolveReferences, type Bindings } from "./references.ts";
import { locationOf } from "./report.ts";
import { checkSchema } from "./schema-check.ts";
import { originOf, startOf } from "./stack.ts";

/** A composed connection, checked; `checked` is absent when there is an error. */
export interface ResolvedConnection {
  readonly checked?: CheckedConnection;
  readonly diagnostics: readonly Diagnostic[];
}

/** Resolves the references of a composed connection and checks the result against schema and rules. */
export function resolveConnection(
  composed: Composed,
  bindings: Bindings,
): ResolvedConnection {
  const { name, stack } = composed;
  const layers = stack.layers.map(({ document }) => document);
  const diagnostics: Diagnostic[] = [...composed.diagnostics];
  // A merge patch can hide a wrong name by setting it to null, so overlays are looked at by themselves; the base only when the
  // composed document says nothing about it.
  for (const layer of composed.value === undefined ? layers : layers.slice(1))
    diagnostics.push(...checkUnknownFields(name, layer));
  if (composed.value === undefined) return { diagnostics };
  const {
    value,
    unresolved,
    diagnostics: found,
  } = resolveReferences(composed.value, stack, bindings);
  diagnostics.push(...found);
  const schema = checkSchema({
    kind: "connection",
    value,
    name,
    originOf: (pointer, part) => originOf(stack, pointer, part),
    isWanted: ({ instancePath }) => !unresolved.has(instancePath),
  });
  diagnostics.push(...schema);
  const checked: CheckedConnection = { name, value, stack };
  if (schema.length === 0 && unresolved.size === 0)
    diagnostics.push(...checkConnection(checked));
  return hasErrors(diagnostics) ? { diagnostics } : { checked, diagnostics };
}

/** Fields that no schema declares, in one layer by itself. */
export function checkUnknownFields(
  name: string,
  document: ParsedDocument,
): Diagnostic[] {
  if (Object.hasOwn(document.value, PATCH_MEMBER)) return [];
  return checkSchema({
    kind: "connection",
    value: document.value,
    name,
    originOf: (pointer, part) =>
      placeAt(document, pointer, part) ?? placeOfDocument(document),
    isWanted: ({ keyword }) => keyword === "additionalProperties",
  });
}

/** The connection in the form the rest of the program works with. */
export function desiredConnection({
  name,
  value,
  stack,
}: CheckedConnection): DesiredConnection {
  const { fields, expected, secrets, present } = fieldsOf(value);
  const origins = new Map<Pointer, SourceLocation>(
    present.map((pointer) => [pointer, locationOf(originOf(stack, pointer))]),
  );
  return {
    key: name,
    provider: textField(value, "provider"),
    authType: textField(value, "auth_type"),
    document: value,
    fields,
    expected,
    secrets,
    origins,
    location: locationOf(startOf(stack)),
    isProtected: fields["/lifecycle/protected"] === true,
  };
}
