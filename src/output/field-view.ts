import type {
  PlanAction,
  PlanFieldChange,
  PlanFieldClass,
  PlanSecretChange,
  PlanStep,
} from "../domain/generated/plan.ts";
import { knownField } from "../domain/field/fields.ts";
import type { JsonValue } from "../domain/json.ts";
import { type SetDifference, setDifference } from "./value-text.ts";

/**
 * One difference of a field, raw. A set is told by what came and went, everything else by its two
 * values.
 */
export interface FieldView {
  readonly path: string;
  /** Who moved, in words; `null` where the action says it all. */
  readonly reason: string | null;
  readonly difference:
    | ({ readonly kind: "set" } & SetDifference)
    | {
        readonly kind: "value";
        readonly before?: JsonValue;
        readonly after?: JsonValue;
      }
    | { readonly kind: "new"; readonly value: JsonValue }
    | { readonly kind: "stays"; readonly value?: JsonValue };
  /** Value of the last apply, where all three differ. */
  readonly lastApplied?: JsonValue;
  /** True when the API is not told and only the inventory remembers. */
  readonly isOnlyRecorded: boolean;
  /** True for what no API is ever told: whoever reads the resolved configuration sees it. */
  readonly isNeverSent: boolean;
  readonly place: string | null;
}

/** What can be told about a secret: one sentence, and where the value comes from. */
export interface SecretView {
  readonly path: string;
  readonly state: PlanSecretChange["state"];
  readonly sentence: string;
  readonly reference: string;
}

/** Who moved, in words. */
export const CLASS_WORDS: Readonly<Record<PlanFieldClass, string>> = {
  edit: "changed in git",
  drift: "changed on the platform",
  conflict: "changed both in git and on the platform",
  unmanaged: "no longer managed",
  settled: "changed to the same value in git and on the platform",
};

/** Makes the view of one field of a change. */
export function fieldView(
  field: PlanFieldChange,
  action: PlanAction,
): FieldView {
  return {
    path: field.path,
    reason: reasonOf(field, action),
    difference: differenceOf(field, action),
    ...(field.class === "conflict" && field.last_applied !== undefined
      ? { lastApplied: field.last_applied }
      : {}),
    isNeverSent: field.effect === "local",
    isOnlyRecorded: field.effect === "record" && !isSentAnew(field, action),
    place:
      field.location === undefined
        ? null
        : `${field.location.file}:${String(field.location.line)}`,
  };
}

/**
 * Of what is taken over, a difference does not tell that a document was edited: somebody else made
 * it otherwise.
 */
function reasonOf(field: PlanFieldChange, action: PlanAction): string | null {
  const isAsMade =
    action === "create" || (action === "adopt" && field.class === "edit");
  return isAsMade ? null : CLASS_WORDS[field.class];
}

function differenceOf(
  field: PlanFieldChange,
  action: PlanAction,
): FieldView["difference"] {
  const { before, after } = field;
  if (isLetGo(field)) return letGo(field);
  // What both sides already agree on keeps its live value: two values would tell of a change that
  // is none.
  if (field.class === "settled" && !isSentAnew(field, action))
    return staying(before);
  if (field.semantics === "set") {
    const set = setDifference(before, after);
    if (set !== undefined) return { kind: "set", ...set };
  }
  if (action === "create" && before === undefined && after !== undefined)
    return { kind: "new", value: after };
  return {
    kind: "value",
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}

/**
 * A create sends everything declared, also what equals the absence it meets (`false`, an empty
 * list).
 */
function isSentAnew(field: PlanFieldChange, action: PlanAction): boolean {
  return action === "create" && field.class === "settled";
}

function isLetGo(field: PlanFieldChange): boolean {
  return (
    field.effect !== "local" &&
    field.class === "unmanaged" &&
    field.after === undefined
  );
}

/** It keeps its live value; only what nobody but we keep ends with it. */
function letGo({
  path,
  before,
  last_applied: last,
}: PlanFieldChange): FieldView["difference"] {
  return knownField(path)?.isRecorded === true && last !== undefined
    ? { kind: "value", before: last }
    : staying(before);
}

function staying(value: JsonValue | undefined): FieldView["difference"] {
  return { kind: "stays", ...(value === undefined ? {} : { value }) };
}

/**
 * Makes the view of one secret of a change; what it says about writing depends on whether the
 * change writes secrets at all.
 */
export function secretView(
  secret: PlanSecretChange,
  steps: readonly PlanStep[],
): SecretView {
  return {
    path: secret.path,
    state: secret.state,
    sentence: secretSentence(secret, steps.includes("configure")),
    reference: secret.reference,
  };
}

/**
 * A value that is new here is no change, and one that cannot be compared is not said to be another.
 */
function secretSentence(secret: PlanSecretChange, isWritten: boolean): string {
  const { state, before, after } = secret;
  if (state === "unchanged") return "unchanged";
  if (state === "unknown") {
    const why = after === undefined ? "no key here" : "nothing";
    return isWritten
      ? `rewritten (${why} to compare with)`
      : `unknown (${why} to compare with)`;
  }
  if (before === undefined)
    return after === undefined ? "set" : `set (fp ${shortFingerprint(after)})`;
  if (after === undefined) return "sent again (no key here to compare with)";
  return before === after
    ? `the same value, sent again (fp ${shortFingerprint(after)})`
    : `changed (fp ${shortFingerprint(before)} -> ${shortFingerprint(after)})`;
}

/**
 * Four digits of a keyed fingerprint `v1.<key id>.<mac>`: enough to tell two apart by eye. The rest
 * stays in the plan file.
 */
function shortFingerprint(fingerprint: string): string {
  const mac = fingerprint.slice(fingerprint.lastIndexOf(".") + 1);
  return `${Array.from(mac).slice(0, 4).join("")}…`;
}
