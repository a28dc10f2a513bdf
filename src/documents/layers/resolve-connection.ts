import type { DesiredConnection } from "../../domain/connection.ts";
import { hasErrors, type Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { SourceLocation } from "../../domain/problem/location.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import type { Composed } from "./compose.ts";
import type { CheckedConnection } from "../check/checked-connection.ts";
import { checkConnection } from "../check/connection-checks.ts";
import {
  placeAt,
  placeOfDocument,
  type ParsedDocument,
} from "../read/document.ts";
import { fieldsOf, textField } from "../read/fields-of.ts";
import { PATCH_MEMBER } from "../read/json-patch.ts";
import { checkOverlayScopes } from "./overlay-limits.ts";
import { resolveReferences, type Bindings } from "./references.ts";
import { locationOf } from "../read/report.ts";
import { checkSchema } from "../check/schema-check.ts";
import { placeOfItem } from "./layer-values.ts";
import { originOf, startOf } from "../read/stack.ts";
import { unmanagedOf } from "./unmanaged.ts";
import { append } from "../../util/append.ts";

/** A composed connection, checked; `checked` is absent when there is an error. */
export interface ResolvedConnection {
  readonly checked?: CheckedConnection;
  /**
   * The composed document with its references resolved, as far as they could be; absent where no
   * document came of the layers.
   */
  readonly value?: JsonObject;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Resolves the references of a composed connection and checks the result against schema and rules.
 */
export function resolveConnection(
  composed: Composed,
  bindings: Bindings,
): ResolvedConnection {
  const { name, stack } = composed;
  // A template was checked when it was read.
  const layers = stack.layers
    .map(({ document }) => document)
    .filter(({ kind }) => kind === "connection");
  const diagnostics: Diagnostic[] = [...composed.diagnostics];
  // A merge patch can hide a wrong name by setting it to null, so overlays are looked at by
  // themselves; the base only when the composed document says nothing about it.
  for (const layer of composed.value === undefined ? layers : layers.slice(1))
    append(diagnostics, checkUnknownFields(name, layer));
  if (composed.value === undefined) return { diagnostics };
  const {
    value,
    unresolved,
    diagnostics: found,
  } = resolveReferences(composed.value, stack, bindings);
  append(diagnostics, found);
  const schema = checkSchema({
    kind: "connection",
    value,
    name,
    originOf: (pointer, part) => originOf(stack, pointer, part),
    isWanted: ({ instancePath, keyword }) =>
      !unresolved.has(instancePath) &&
      !(composed.isPartial && keyword === "required"),
  });
  append(diagnostics, schema);
  const checked: CheckedConnection = { name, value, stack };
  if (schema.length === 0 && unresolved.size === 0)
    append(diagnostics, checkConnection(checked));
  if (unresolved.size === 0)
    append(diagnostics, checkScopes(composed, composed.value, value));
  return hasErrors(diagnostics) || composed.isPartial
    ? { value, diagnostics }
    : { checked, value, diagnostics };
}

function checkScopes(
  { name, stack, limited }: Composed,
  raw: JsonObject,
  resolved: JsonObject,
): Diagnostic[] {
  if (limited === undefined) return [];
  return checkOverlayScopes({
    name,
    shared: limited.shared,
    raw,
    resolved,
    placeOf: (pointer, item) =>
      placeOfItem(stack, pointer, item) ?? originOf(stack, pointer),
  });
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
  let origins: ReadonlyMap<Pointer, SourceLocation> | undefined;
  let location: SourceLocation | undefined;
  let unmanaged: ReadonlySet<Pointer> | undefined;
  return {
    key: name,
    provider: textField(value, "provider"),
    authType: textField(value, "auth_type"),
    document: value,
    fields,
    expected,
    secrets,
    // Most runs ask for the places of a few connections only, and finding them costs as much as the
    // schema check.
    get origins() {
      return (origins ??= new Map(
        present.map((pointer) => [
          pointer,
          locationOf(originOf(stack, pointer)),
        ]),
      ));
    },
    get location() {
      return (location ??= locationOf(startOf(stack)));
    },
    isProtected: fields["/lifecycle/protected"] === true,
    get unmanaged() {
      return (unmanaged ??= unmanagedOf(
        stack.layers.map(({ document }) => document),
      ));
    },
  };
}
