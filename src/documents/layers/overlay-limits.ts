import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import { FIELD_RULES } from "../../domain/generated/fields.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  isJsonList,
} from "../../domain/json.ts";
import { getAt, pointerOf, type Pointer } from "../../domain/field/pointer.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import {
  placeAt,
  placeOfDocument,
  type ParsedDocument,
  type Place,
} from "../read/document.ts";
import { fieldAt } from "../read/field-pointers.ts";
import {
  fieldNameOf,
  fieldPointerOf,
  isFieldOrPart,
  isWithin,
} from "../read/field-names.ts";
import { PATCH_MEMBER, writtenPath } from "../read/json-patch.ts";
import { report } from "../read/report.ts";
import { quoted } from "../read/safe-text.ts";
import { countedGlob } from "../../domain/glob.ts";

const LIMITS: Pointer = "/lifecycle/overlays";
// What is about the file itself, not about the connection.
const ABOUT_THE_FILE: ReadonlySet<string> = new Set([
  "connection_id",
  "version",
  "sops",
]);
const IMMUTABLE: readonly Pointer[] = FIELD_RULES.filter(
  (rule) => rule.isImmutable,
).map((rule) => rule.pointer);
// Where scopes are asked for.
const SCOPE_LISTS: readonly Pointer[] = [
  "/scopes",
  "/settings/optional_scopes/scopes",
];

/** Fields an overlay sets although the shared document limits overlays to others. */
export function checkOverlayFields(
  name: string,
  shared: JsonObject,
  overlay: ParsedDocument,
): Diagnostic[] {
  const only = textsAt(shared, `${LIMITS}/only`)?.map(fieldPointerOf);
  return writesOf(overlay)
    .filter(
      ({ pointer }) =>
        isWithin(pointer, LIMITS) ||
        (only !== undefined &&
          !only.some((allowed) => isWithin(pointer, allowed))),
    )
    .map(({ pointer, at }) =>
      report(placeAt(overlay, at, "key") ?? placeOfDocument(overlay), {
        code: "CFG023",
        message: `the overlay of ${quoted(name)} may not change ${quoted(fieldNameOf(pointer))}`,
        why: isWithin(pointer, LIMITS)
          ? "what overlays may change is for the shared document to say"
          : `lifecycle.overlays.only of the shared document allows ${listed(textsAt(shared, `${LIMITS}/only`) ?? [])}`,
        fix: `remove the line, change the shared document, or list ${quoted(name)} under allow_weakening in environment.yaml`,
      }),
    );
}

/** What is needed to check the scopes of a composed connection. */
export interface ScopeSubject {
  readonly name: string;
  /** What the overlay was laid over, references unresolved. */
  readonly shared: JsonObject;
  /** The composed document, references unresolved. */
  readonly raw: JsonObject;
  /** The composed document with references resolved. */
  readonly resolved: JsonObject;
  readonly placeOf: (pointer: Pointer, value: JsonValue) => Place;
}

/**
 * Scopes an overlay adds although the shared document limits overlays to others. Variables are
 * resolved by now: what counts is what is asked for.
 */
export function checkOverlayScopes(subject: ScopeSubject): Diagnostic[] {
  const { name, shared, raw, resolved, placeOf } = subject;
  const allowed = textsAt(shared, `${LIMITS}/scopes`);
  if (allowed === undefined) return [];
  const globs = allowed.map(countedGlob);
  return SCOPE_LISTS.flatMap((list) => {
    const known = new Set(textsAt(shared, list));
    const written = textsAt(raw, list) ?? [];
    return (textsAt(resolved, list) ?? []).flatMap((scope, index) => {
      const text = written[index] ?? scope;
      const isAllowed =
        known.has(text) || globs.some((matches) => matches(scope));
      if (isAllowed) return [];
      return report(placeOf(`${list}/${String(index)}`, text), {
        code: "CFG023",
        message: `the overlay of ${quoted(name)} asks for the scope ${quoted(scope)}, which overlays may not add`,
        why: `lifecycle.overlays.scopes of the shared document allows ${listed(allowed)}`,
        fix: `remove the scope, change the shared document, or list ${quoted(name)} under allow_weakening in environment.yaml`,
      });
    });
  });
}

/**
 * Warns of an overlay that changes what a connection is made with: here it would be another
 * connection than everywhere else.
 */
export function checkSameConnection(
  name: string,
  shared: JsonObject,
  value: JsonObject,
  placeOf: (pointer: Pointer) => Place,
): Diagnostic[] {
  return IMMUTABLE.filter((pointer) => {
    const [before, after] = [fieldAt(shared, pointer), fieldAt(value, pointer)];
    return (
      before !== undefined &&
      after !== undefined &&
      canonicalJson(before) !== canonicalJson(after)
    );
  }).map((pointer) =>
    report(placeOf(pointer), {
      code: "CFG023",
      severity: "warning",
      message: `the overlay of ${quoted(name)} changes ${quoted(fieldNameOf(pointer))}: this environment has another connection under that name`,
      why: "the field is fixed when a connection is made, so the shared document and this environment describe different ones",
      fix: "give the environment a connection of its own under another name, or remove the line",
    }),
  );
}

interface Write {
  /** What is changed in the connection. */
  readonly pointer: Pointer;
  /** Where the overlay says so. */
  readonly at: Pointer;
}

function writesOf({ value }: ParsedDocument): readonly Write[] {
  const operations = value[PATCH_MEMBER];
  if (operations === undefined)
    return leavesOf(value, [])
      .filter((segments) => !ABOUT_THE_FILE.has(segments[0] ?? ""))
      .map((segments) => ({
        pointer: pointerOf(segments),
        at: pointerOf(segments),
      }));
  if (!isJsonList(operations)) return [];
  return operations.flatMap((operation, index) => {
    const at = pointerOf([PATCH_MEMBER, index]);
    const path = writtenPath(operation);
    const from =
      isJsonObject(operation) && operation["op"] === "move"
        ? operation["from"]
        : undefined;
    return [path, from].flatMap((pointer) =>
      typeof pointer === "string" ? [{ pointer, at }] : [],
    );
  });
}

/**
 * Paths of everything a merge patch sets; an empty mapping sets something only where it is a field.
 */
function leavesOf(value: JsonObject, above: readonly string[]): string[][] {
  return Object.entries(value).flatMap(([name, child]) => {
    const path = [...above, name];
    if (!isJsonObject(child)) return [path];
    if (Object.keys(child).length > 0) return leavesOf(child, path);
    return isFieldOrPart(pointerOf(path)) && above.length > 0 ? [path] : [];
  });
}

function textsAt(
  value: JsonObject,
  pointer: Pointer,
): readonly string[] | undefined {
  const found = getAt(value, pointer);
  return isJsonList(found)
    ? found.map((one) => (typeof one === "string" ? one : ""))
    : undefined;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).map(quoted).join(", ");
  if (names.length === 0) return "nothing";
  return names.length > 8
    ? `${shown} and ${String(names.length - 8)} more`
    : shown;
}
