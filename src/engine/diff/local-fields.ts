import type {
  DesiredConnection,
  FieldValues,
} from "../../domain/connection.ts";
import { getAt, segmentsOf, type Pointer } from "../../domain/field/pointer.ts";
import { FIELD_RULES } from "../../domain/generated/fields.ts";
import type {
  PlanDesired,
  PlanFieldChange,
} from "../../domain/generated/plan.ts";
import type { JsonValue } from "../../domain/json.ts";
import { parseSecretRef, secretRefText } from "../../domain/secret/secret.ts";
import type { InventoryEntry } from "../../domain/state/inventory.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { compareText } from "../../util/compare-text.ts";
import { boundedValue } from "../rules/bounded.ts";
import { isEqualValue } from "./equal.ts";
import { isCompared, ruleFor } from "./field-rules.ts";
import { ignoredPointersOf, isUnder } from "./lifecycle.ts";
import { orderedValue } from "./normalize.ts";

/** Fields that are kept by us whatever the API is. */
const LOCAL_FIELDS: readonly {
  readonly pointer: Pointer;
  /** The member of the document it is, or is in. */
  readonly group: string;
}[] = FIELD_RULES.filter(
  (rule) => rule.isLocal && !rule.isRecorded && !rule.isAboutFile,
).map(({ pointer }) => ({ pointer, group: segmentsOf(pointer)[0] ?? "" }));

/**
 * What the documents say about a connection and the API is never told: local fields, those the
 * environment keeps local, ignored ones, values that the API does not know, what must equal
 * something the platform made, and where secrets come from. Sorted; long texts are cut to their
 * digest.
 */
export function localValues(
  desired: DesiredConnection,
  kept: ReadonlySet<Pointer>,
): FieldValues {
  const found = new Map<Pointer, JsonValue>(Object.entries(desired.expected));
  for (const { pointer, group } of LOCAL_FIELDS) {
    if (!Object.hasOwn(desired.document, group)) continue;
    const value = getAt(desired.document, pointer);
    if (value !== undefined) found.set(pointer, value);
  }
  for (const pointer of kept) {
    const value = pointer === "" ? undefined : getAt(desired.document, pointer);
    if (value !== undefined) found.set(pointer, value);
  }
  // What is ignored on a connection that stands is not sent any more, and applications read it all
  // the same.
  const ignored = ignoredPointersOf(desired);
  if (ignored.length > 0)
    for (const [pointer, value] of Object.entries(desired.fields))
      if (isUnder(pointer, ignored) && isSent(pointer))
        found.set(pointer, value);
  for (const [pointer, value] of Object.entries(desired.asked ?? {}))
    found.set(pointer, value);
  for (const [pointer, ref] of desired.secrets)
    found.set(pointer, secretRefText(ref));
  return Object.fromEntries(
    [...found]
      .sort(([a], [b]) => compareText(a, b))
      .map(([pointer, value]): [Pointer, JsonValue] => [
        pointer,
        recordedValue(pointer, value),
      ]),
  );
}

/** Everything declared about a connection that the API has no place for at all. */
export function whollyLocalValues(desired: DesiredConnection): FieldValues {
  const fields = Object.entries(desired.fields)
    .filter(([pointer]) => isCompared(pointer))
    .map(([pointer, value]): [Pointer, JsonValue] => [
      pointer,
      recordedValue(pointer, value),
    ]);
  const all = [
    ...fields,
    ...Object.entries(localValues(desired, NONE_KEPT)),
  ].sort(([a], [b]) => compareText(a, b));
  return Object.fromEntries(all);
}

function isSent(pointer: Pointer): boolean {
  return isCompared(pointer) && !ruleFor(pointer).isRecorded;
}

const NONE_KEPT: ReadonlySet<Pointer> = new Set();

/**
 * Whether these are the very values of the last apply, or none were recorded then: nothing can
 * differ.
 */
export function isSameLocal(
  entry: InventoryEntry | null,
  now: FieldValues,
): boolean {
  const memory = entry?.local;
  if (memory === undefined) return true;
  const paths = Object.keys(now);
  return (
    paths.length === Object.keys(memory).length &&
    paths.every((path) => {
      const [was, is] = [ownValue(memory, path), now[path]];
      if (was === is) return true;
      return (
        was !== undefined &&
        is !== undefined &&
        typeof was === "object" &&
        canonicalJson(was) === canonicalJson(is)
      );
    })
  );
}

/**
 * What differs between these values and those of the last apply, sorted by path; nothing where none
 * were recorded yet. A field that the change shows as one of the API's is not told twice.
 */
export function diffLocal(
  entry: InventoryEntry | null,
  planned: PlanDesired,
  isShown: (path: Pointer) => boolean,
): PlanFieldChange[] {
  const memory = entry?.local;
  if (entry === null || memory === undefined) return [];
  const now = planned.local ?? {};
  return [...new Set([...Object.keys(memory), ...Object.keys(now)])]
    .filter((path) => !isShown(path))
    .sort(compareText)
    .flatMap((path) => {
      // A value may have been the API's before, or be it now.
      const before = told(memory, path) ?? sent(entry.lastApplied, path);
      const after = told(now, path) ?? sent(planned.fields, path);
      const { semantics } = ruleFor(path);
      if (isEqualValue(semantics, before, after)) return [];
      return [
        {
          path,
          class: after === undefined ? "unmanaged" : "edit",
          effect: "local",
          semantics,
          ...(before === undefined ? {} : { before, last_applied: before }),
          ...(after === undefined ? {} : { after }),
        },
      ];
    });
}

/** A value of the API's; of a secret there is none. */
function sent(fields: FieldValues, path: Pointer): JsonValue | undefined {
  const value = isCompared(path) ? ownValue(fields, path) : undefined;
  return value === undefined ? undefined : recordedValue(path, value);
}

/** Whatever an inventory holds in the place of a secret, only a reference is ever shown. */
function told(fields: FieldValues, path: Pointer): JsonValue | undefined {
  const value = ownValue(fields, path);
  if (!ruleFor(path).isSecret) return value;
  const isReference =
    typeof value === "string" && parseSecretRef(value) !== undefined;
  return isReference ? value : undefined;
}

function ownValue(fields: FieldValues, path: Pointer): JsonValue | undefined {
  return Object.hasOwn(fields, path) ? fields[path] : undefined;
}

/** A value in the one form it is recorded and compared in. */
export function recordedValue(pointer: Pointer, value: JsonValue): JsonValue {
  return boundedValue(orderedValue(ruleFor(pointer).semantics, value));
}
