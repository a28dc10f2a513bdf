import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import { isJsonObject, type JsonObject } from "../../domain/json.ts";
import { getAt, type Pointer } from "../../domain/field/pointer.ts";
import { placeAt, type ParsedDocument, type Place } from "../read/document.ts";
import type { NamedDocument } from "./folder.ts";
import { applyPatchOverlay, PATCH_MEMBER } from "../read/json-patch.ts";
import { layOver, mergePatch } from "./merge-patch.ts";
import { checkOverlayFields, checkSameConnection } from "./overlay-limits.ts";
import { report } from "../read/report.ts";
import { quoted } from "../read/safe-text.ts";
import { originOf, type Stack, type StackLayer } from "../read/stack.ts";
import {
  templateNameOf,
  unknownTemplate,
  type Template,
  type Templates,
} from "./templates.ts";

/** A connection after its layers were put on each other, before references are resolved. */
export interface Composed {
  readonly name: string;
  readonly stack: Stack;
  /** `undefined` when a patch could not be applied. */
  readonly value: JsonObject | undefined;
  /**
   * True when a layer is missing, because its file cannot be used: nothing is concluded from absent
   * fields, and it cannot be planned.
   */
  readonly isPartial: boolean;
  /** The overlay, with what it was laid over, where its limits are to be kept. */
  readonly limited?: {
    readonly overlay: ParsedDocument;
    readonly shared: JsonObject;
  };
  readonly diagnostics: readonly Diagnostic[];
}

/** What an overlay is laid over: a document, with its template under it. */
export interface Foundation extends Omit<Composed, "limited" | "stack"> {
  readonly layers: readonly StackLayer[];
  readonly template?: Template;
}

/**
 * A document over its template. `chooser` names the template, where it is not the document itself.
 */
export function composeFoundation(
  named: NamedDocument,
  templates: Templates,
  chooser: ParsedDocument = named.document,
): Foundation {
  const { name, document } = named;
  const wanted = templateNameOf(chooser);
  const found = wanted === undefined ? undefined : templates.find(wanted);
  const template = found?.template;
  const isPartial = found !== undefined && template === undefined;
  const diagnostics =
    found?.exists === false
      ? [unknownTemplate(name, chooser, templates)]
      : (found?.diagnostics ?? []);
  const isPatched = isPatchedTemplate(document);
  const fields = isPatched ? withoutPatch(document.value) : document.value;
  const value = withName(
    template === undefined ? fields : layOver(template.fields, fields),
    name,
  );
  const layers: StackLayer[] = [
    ...(template === undefined ? [] : [{ document: template.document }]),
    { document },
  ];
  const whole = {
    name,
    isPartial,
    ...(template === undefined ? {} : { template }),
  };
  // Operations on fields that a missing template would give cannot be judged.
  if (!isPatched || isPartial) return { ...whole, layers, value, diagnostics };
  const patched = applyPatchOverlay(value, document, true);
  return {
    ...whole,
    layers: [...layers, patched.layer],
    value: patched.value,
    diagnostics: [...diagnostics, ...patched.diagnostics],
  };
}

/** A connection without an overlay. */
export function composeAlone(
  { layers, template, ...foundation }: Foundation,
  mayWeaken: boolean,
): Composed {
  const { name, value } = foundation;
  const stack: Stack = { layers, variables: new Map() };
  const document = layers.at(-1)?.document;
  // A shared document may take back what a template sets: reviewers see both in one place. One
  // environment's own may not.
  const weakened =
    template === undefined ||
    value === undefined ||
    mayWeaken ||
    document?.source.layer !== "overlay"
      ? []
      : checkWeakening(name, template.fields, value, (pointer) =>
          originOf(stack, pointer),
        );
  return {
    ...foundation,
    stack,
    diagnostics: [...foundation.diagnostics, ...weakened],
  };
}

/** A shared connection and the overlay that goes on it. */
export interface OverlaySubject {
  readonly base: NamedDocument;
  /** The base over the template it names itself. */
  readonly shared: Foundation;
  readonly overlay: ParsedDocument;
  readonly templates: Templates;
  /** Whether environment.yaml lets this overlay go beyond what the shared document allows. */
  readonly mayWeaken: boolean;
}

/** A shared connection with this environment's overlay on it. */
export function composeOverlay(subject: OverlaySubject): Composed {
  const { base, shared, overlay, templates, mayWeaken } = subject;
  const { name } = base;
  const hasOwnTemplate = Object.hasOwn(overlay.value, "template");
  const lower = hasOwnTemplate
    ? composeFoundation(base, templates, overlay)
    : shared;
  const laid = layOverlay(lower, overlay);
  const stack: Stack = { layers: laid.layers, variables: new Map() };
  const { value } = laid;
  const composed: Composed = {
    name,
    stack,
    value,
    isPartial: lower.isPartial,
    diagnostics: [...lower.diagnostics, ...laid.diagnostics],
  };
  if (value === undefined || shared.value === undefined) return composed;
  const placeOf = (pointer: Pointer): Place =>
    (hasOwnTemplate && !isSetBy(overlay, pointer)
      ? placeAt(overlay, "/template", "value")
      : undefined) ?? originOf(stack, pointer);
  const same = checkSameConnection(name, shared.value, value, placeOf);
  if (mayWeaken)
    return { ...composed, diagnostics: [...composed.diagnostics, ...same] };
  return {
    ...composed,
    limited: { overlay, shared: shared.value },
    diagnostics: [
      ...composed.diagnostics,
      ...checkWeakening(name, shared.value, value, placeOf),
      ...checkOverlayFields(name, shared.value, overlay),
      ...same,
    ],
  };
}

function layOverlay(
  lower: Foundation,
  overlay: ParsedDocument,
): Pick<Composed, "value" | "diagnostics"> & {
  readonly layers: readonly StackLayer[];
} {
  const isPatch = Object.hasOwn(overlay.value, PATCH_MEMBER);
  const layers = [...lower.layers, { document: overlay }];
  if (lower.value === undefined || (isPatch && lower.isPartial))
    return { value: lower.value, layers, diagnostics: [] };
  if (isPatch) {
    const { value, layer, diagnostics } = applyPatchOverlay(
      lower.value,
      overlay,
    );
    return { value, layers: [...lower.layers, layer], diagnostics };
  }
  const merged = mergePatch(lower.value, overlay.value);
  // A merge patch that is an object gives an object.
  const value = isJsonObject(merged) ? merged : lower.value;
  return { value, layers, diagnostics: [] };
}

function isSetBy(overlay: ParsedDocument, pointer: Pointer): boolean {
  return getAt(overlay.value, pointer) !== undefined;
}

/** Only over a template does a document have something to patch. */
function isPatchedTemplate(document: ParsedDocument): boolean {
  return (
    templateNameOf(document) !== undefined &&
    Object.hasOwn(document.value, PATCH_MEMBER)
  );
}

function withoutPatch(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).filter(([member]) => member !== PATCH_MEMBER),
  );
}

function withName(value: JsonObject, name: string): JsonObject {
  return Object.hasOwn(value, "connection_id")
    ? value
    : { connection_id: name, ...value };
}

// What a shared document switches on for the sake of safety.
const PROTECTIONS: readonly Pointer[] = [
  "/lifecycle/protected",
  "/settings/pkce",
];

/** An environment's document may tighten what the shared ones say, not loosen it. */
function checkWeakening(
  name: string,
  shared: JsonObject,
  value: JsonObject,
  placeOf: (pointer: Pointer) => Place,
): Diagnostic[] {
  return PROTECTIONS.filter(
    (pointer) =>
      getAt(shared, pointer) === true && getAt(value, pointer) !== true,
  ).map((pointer) =>
    report(placeOf(pointer), {
      code: "CFG023",
      message: `the overlay of ${quoted(name)} takes back ${quoted(pointer.slice(1).replace("/", "."))}`,
      why: "the shared document protects the connection, and reviewers of it rely on that in every environment",
      fix: `remove the line, or list ${quoted(name)} under allow_weakening in environment.yaml`,
    }),
  );
}
