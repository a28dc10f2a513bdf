import jsonPatch, { type Operation } from "fast-json-patch";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../domain/json.ts";
import { pointerOf, segmentsOf } from "../../domain/field/pointer.ts";
import {
  placeAt,
  placeOfDocument,
  type ParsedDocument,
  type Part,
} from "./document.ts";
import { report } from "./report.ts";
import { quoted } from "./safe-text.ts";
import type { PatchWrite, StackLayer } from "./stack.ts";
import { MAX_NODES } from "./yaml-values.ts";
import { spend } from "../../domain/work.ts";

/** Member of an overlay that holds RFC 6902 operations instead of fields. */
export const PATCH_MEMBER = "$patch";
const MAX_OPERATIONS = 500;
const SHAPES: Readonly<Record<string, readonly string[]>> = {
  add: ["path", "value"],
  replace: ["path", "value"],
  test: ["path", "value"],
  remove: ["path"],
  move: ["from", "path"],
  copy: ["from", "path"],
};

// Keyed by the library's stable names; its sentences hold the whole document.
const REASONS: Readonly<Record<string, string>> = {
  TEST_OPERATION_FAILED: "the value is not what the test expects",
  OPERATION_PATH_UNRESOLVABLE: "the path leads nowhere in the base",
  OPERATION_FROM_UNRESOLVABLE:
    "the place it takes the value from does not exist",
  OPERATION_PATH_CANNOT_ADD: "the object or list it adds to does not exist",
  OPERATION_PATH_ILLEGAL_ARRAY_INDEX:
    "a list takes whole numbers or - as index",
  OPERATION_VALUE_OUT_OF_BOUNDS: "the index is beyond the end of the list",
};

/** Outcome of a `$patch` overlay. */
export interface Patched {
  /** `undefined` when an operation failed; `diagnostics` says which. */
  readonly value?: JsonObject;
  readonly layer: StackLayer;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Applies the operations of a document's `$patch` in order; the first that fails ends it. Nothing
 * is mutated. An overlay holds nothing beside its operations; a document over a template also holds
 * fields, which were laid over the template before.
 */
export function applyPatchOverlay(
  base: JsonObject,
  overlay: ParsedDocument,
  isBesideFields: boolean = false,
): Patched {
  const operations = overlay.value[PATCH_MEMBER];
  const writes: PatchWrite[] = [];
  const layer: StackLayer = { document: overlay, writes };
  const refuse = (pointer: string, part: Part, why: string): Patched => ({
    layer,
    diagnostics: [refusal(overlay, pointer, part, why)],
  });
  const other = Object.keys(overlay.value).find(
    (name) => name !== PATCH_MEMBER && name !== "connection_id",
  );
  if (other !== undefined && !isBesideFields)
    return refuse(
      pointerOf([other]),
      "key",
      "a document with $patch holds nothing else but connection_id",
    );
  if (!Array.isArray(operations) || operations.length > MAX_OPERATIONS)
    return refuse(
      `/${PATCH_MEMBER}`,
      "key",
      `$patch is a list of at most ${String(MAX_OPERATIONS)} operations`,
    );
  // Array.isArray leaves `any[]`; documents hold JSON values only.
  const list = operations as readonly JsonValue[];
  let value = copyOf(base);
  for (const [index, operation] of list.entries()) {
    const at = pointerOf([PATCH_MEMBER, index]);
    const problem = shapeProblem(operation);
    if (problem !== undefined) return refuse(at, "value", problem);
    const step = applyOne(value, operation);
    if (typeof step === "string") return refuse(at, "value", step);
    value = step;
    const weight = weightOf(value);
    spend(weight);
    if (weight > MAX_NODES)
      return refuse(
        at,
        "value",
        `the document grows beyond ${MAX_NODES.toLocaleString("en")} values`,
      );
    const path = writtenPath(operation);
    if (path === undefined) continue;
    writes.push({
      pointer: path,
      at,
      place:
        placeAt(overlay, `${at}/value`, "value") ??
        placeAt(overlay, at, "value") ??
        placeOfDocument(overlay),
    });
  }
  return { value, layer, diagnostics: [] };
}

/** The path an operation writes to; `undefined` for a test, which writes nothing. */
export function writtenPath(operation: JsonValue): string | undefined {
  if (!isJsonObject(operation) || operation["op"] === "test") return undefined;
  return typeof operation["path"] === "string" ? operation["path"] : undefined;
}

/** The document after one operation, or why it failed. The given document is ours to change. */
function applyOne(
  document: JsonObject,
  operation: JsonValue,
): JsonObject | string {
  try {
    // The shape was checked above; the library's type cannot be told from a JSON value.
    const next: unknown = jsonPatch.applyOperation(
      document,
      copyOf(operation) as unknown as Operation,
      true,
      true,
      true,
    ).newDocument;
    return isJsonObject(next) ? next : "the result is not a mapping";
  } catch (error) {
    if (error instanceof jsonPatch.JsonPatchError)
      return REASONS[error.name] ?? "the operation is not valid";
    return "the operation is not valid";
  }
}

function shapeProblem(operation: JsonValue): string | undefined {
  if (!isJsonObject(operation))
    return "an operation is a mapping with op and path";
  const op = operation["op"];
  const members =
    typeof op === "string" && Object.hasOwn(SHAPES, op)
      ? SHAPES[op]
      : undefined;
  if (members === undefined)
    return `op is one of ${Object.keys(SHAPES).join(", ")}`;
  const missing = members.find((name) => !Object.hasOwn(operation, name));
  if (missing !== undefined) return `the operation needs ${missing}`;
  const unknown = Object.keys(operation).find(
    (name) => name !== "op" && !members.includes(name),
  );
  if (unknown !== undefined) return `the operation has no ${quoted(unknown)}`;
  const pointers = [operation["path"], operation["from"]].filter(
    (pointer) => pointer !== undefined,
  );
  return pointers.map(pointerProblem).find((problem) => problem !== undefined);
}

function pointerProblem(pointer: JsonValue): string | undefined {
  if (typeof pointer !== "string" || !pointer.startsWith("/"))
    return "a path starts with a slash, such as /settings/timeout";
  const segments = segmentsOf(pointer);
  if (segments[0] === "connection_id")
    return "a patch cannot change connection_id";
  if (segments[0] === "template")
    return "a patch cannot change the template; name another one in a merge overlay";
  const isRefused = segments.some((segment) =>
    /^(?:__proto__|constructor|prototype)$/u.test(segment),
  );
  return isRefused ? "the path holds a refused name" : undefined;
}

function refusal(
  overlay: ParsedDocument,
  pointer: string,
  part: Part,
  why: string,
): Diagnostic {
  return report(placeAt(overlay, pointer, part) ?? placeOfDocument(overlay), {
    code: "CFG011",
    message: `the patch cannot be applied: ${why}`,
    why: "$patch holds RFC 6902 operations, applied in order to the base document",
    fix: "correct the operation, or write the fields as a merge patch",
  });
}

function copyOf<T extends JsonValue>(value: T): T {
  // A JSON round trip gives back what it was given; the parser only knows `any`.
  return JSON.parse(JSON.stringify(value)) as T;
}

/**
 * Values, with long text counting as many, so that neither copies of trees nor copies of texts can
 * fill the memory.
 */
function weightOf(value: JsonValue): number {
  if (typeof value === "string") return 1 + value.length / 100;
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce(
    (sum: number, child: JsonValue) => sum + weightOf(child),
    1,
  );
}
