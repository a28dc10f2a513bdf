import type { Diagnostic } from "../domain/diagnostic.ts";
import { isJsonObject, type JsonObject } from "../domain/json.ts";
import { getAt, type Pointer } from "../domain/pointer.ts";
import type { NamedDocument } from "./folder.ts";
import { applyPatchOverlay, PATCH_MEMBER } from "./json-patch.ts";
import { mergePatch } from "./merge-patch.ts";
import { report } from "./report.ts";
import { quoted } from "./safe-text.ts";
import { originOf, type Stack } from "./stack.ts";

/** A connection after its layers were put on each other, before references are resolved. */
export interface Composed {
  readonly name: string;
  readonly stack: Stack;
  /** `undefined` when an overlay could not be applied. */
  readonly value: JsonObject | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** A connection declared in one place only. */
export function composeAlone({ name, document }: NamedDocument): Composed {
  return {
    name,
    stack: { layers: [{ document }], variables: new Map() },
    value: withName(document.value, name),
    diagnostics: [],
  };
}

/** A shared connection with this environment's overlay on it. */
export function composeOverlay(
  base: NamedDocument,
  overlay: NamedDocument,
  mayWeaken: boolean,
): Composed {
  const { name } = base;
  const lower = { document: base.document };
  const named = withName(base.document.value, name);
  if (Object.hasOwn(overlay.document.value, PATCH_MEMBER)) {
    const { value, layer, diagnostics } = applyPatchOverlay(
      named,
      overlay.document,
    );
    const stack: Stack = { layers: [lower, layer], variables: new Map() };
    const weakened =
      value === undefined || mayWeaken
        ? []
        : checkWeakening(name, named, value, stack);
    return { name, stack, value, diagnostics: [...diagnostics, ...weakened] };
  }
  const stack: Stack = {
    layers: [lower, { document: overlay.document }],
    variables: new Map(),
  };
  const merged = mergePatch(named, overlay.document.value);
  // A merge patch that is an object gives an object.
  const value = isJsonObject(merged) ? merged : named;
  return {
    name,
    stack,
    value,
    diagnostics: mayWeaken ? [] : checkWeakening(name, named, value, stack),
  };
}

function withName(value: JsonObject, name: string): JsonObject {
  return Object.hasOwn(value, "connection_id")
    ? value
    : { connection_id: name, ...value };
}

// What a base document switches on for the sake of safety.
const PROTECTIONS: readonly Pointer[] = [
  "/lifecycle/protected",
  "/settings/pkce",
];

/** An environment's overlay may tighten what the shared document says, not loosen it. */
function checkWeakening(
  name: string,
  base: JsonObject,
  value: JsonObject,
  stack: Stack,
): Diagnostic[] {
  return PROTECTIONS.filter(
    (pointer) =>
      getAt(base, pointer) === true && getAt(value, pointer) !== true,
  ).map((pointer) =>
    report(originOf(stack, pointer), {
      code: "CFG023",
      message: `the overlay of ${quoted(name)} takes back ${quoted(pointer.slice(1).replace("/", "."))}`,
      why: "the shared document protects the connection, and reviewers of it rely on that in every environment",
      fix: `remove the line, or list ${quoted(name)} under allow_weakening in environment.yaml`,
    }),
  );
}
