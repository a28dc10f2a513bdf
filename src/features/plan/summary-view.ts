import type {
  PlanChange,
  PlanFieldChange,
  PlanScopeChange,
  PlanSecretChange,
} from "../../domain/generated/plan.ts";
import { knownField } from "../../domain/field/fields.ts";
import type { JsonValue } from "../../domain/json.ts";
import { setDifference } from "../../output/value-text.ts";

/** Parts told of one change before the rest is only counted: it stands whole further down. */
const MOST_PARTS = 3;
const MOST_MEMBERS = 3;
const MOST_CHARACTERS = 48;

/**
 * A change without consequences that somebody must weigh, in half a line. Raw: the writer escapes
 * it.
 */
export function routineSentence(change: PlanChange): string {
  const parts = [...fieldParts(change), ...secretParts(change)];
  const told = listed(parts, MOST_PARTS);
  switch (change.action) {
    case "create":
      return `new${scopesTail(change)}`;
    case "adopt":
      return told === ""
        ? "taken into ownership as it is"
        : `taken into ownership; ${told}`;
    case "forget":
      return "no longer managed here; stays on the platform as it is";
    case "rename":
      return `renamed from ${change.previous_key ?? "its former name"}${told === "" ? "" : `; ${told}`}`;
    case "noop":
      return told === "" ? "only recorded" : `only recorded: ${told}`;
    case "delete":
      return "deleted";
    case "replace":
    case "update":
      return told === "" ? "written again" : told;
  }
}

/** What this change takes back of what somebody did on the platform. */
export function takenBackSentences(change: PlanChange): string[] {
  if (change.action !== "update" && change.action !== "rename") return [];
  const isMoveTold = change.risks.some(({ code }) =>
    code.startsWith("destination."),
  );
  return change.fields
    .filter(({ effect }) => effect === "write")
    .filter(({ class: moved }) => moved === "drift" || moved === "conflict")
    .filter(({ path }) => !isMoveTold || !isDestination(path))
    .map(putBack);
}

/** `scopes: Mail.Send removed again`, `settings.timeout 60 -> 30 again`. */
function putBack(field: PlanFieldChange): string {
  const { path, before, after, semantics } = field;
  const set = semantics === "set" ? setDifference(before, after) : undefined;
  if (set === undefined) return `${fieldPart(field, [])} again`;
  const moved = (members: readonly JsonValue[], verb: string): string[] =>
    members.length === 0
      ? []
      : [`${listed(members.map(bare), MOST_MEMBERS)} ${verb} again`];
  return `${fieldName(path)}: ${[
    ...moved(set.removed, "removed"),
    ...moved(set.added, "added"),
  ].join(", ")}`;
}

/** Told in words of its own. */
function isDestination(path: string): boolean {
  return knownField(path)?.isDestination === true;
}

/** What this change alters that the platform is never told. */
export function localSentences({
  action,
  fields,
  secrets,
}: PlanChange): string[] {
  if (action === "create") return [];
  const sent = new Set(
    secrets.flatMap(({ path, state }) => (state === "unchanged" ? [] : [path])),
  );
  return (
    fields
      .filter(({ effect }) => effect === "local")
      // What must equal the platform's own is seen by nobody else, and of a secret that is sent
      // more is told than where it comes from.
      .filter(
        ({ path }) => knownField(path)?.isReadOnly !== true && !sent.has(path),
      )
      .map((field) =>
        knownField(field.path)?.isSecret === true
          ? secretSource(field)
          : fieldPart(field, []),
      )
  );
}

function secretSource({ path, before, after }: PlanFieldChange): string {
  const name = fieldName(path);
  if (typeof after !== "string") return `${name} is no longer declared`;
  return typeof before === "string"
    ? `${name} comes from ${bare(after)} instead of ${bare(before)}`
    : `${name} comes from ${bare(after)}`;
}

function fieldParts({ action, fields, scopes = [] }: PlanChange): string[] {
  return fields
    .filter(({ effect }) => effect !== "local")
    .filter(
      ({ class: moved }) =>
        moved !== "unmanaged" && (moved !== "settled" || action === "noop"),
    )
    .map((field) => fieldPart(field, scopes));
}

function fieldPart(
  field: PlanFieldChange,
  scopes: readonly PlanScopeChange[],
): string {
  const { path, before, after, semantics } = field;
  const name = fieldName(path);
  const set = semantics === "set" ? setDifference(before, after) : undefined;
  if (set === undefined)
    return `${name} ${shortValue(before)} -> ${shortValue(after)}`;
  const note = (member: JsonValue): string => {
    const found = scopes.find(({ scope }) => scope === member);
    return found === undefined
      ? bare(member)
      : `${bare(member)} (${found.tier})`;
  };
  return [
    ...(set.added.length === 0
      ? []
      : [`${name} +${listed(set.added.map(note), MOST_MEMBERS)}`]),
    ...(set.removed.length === 0
      ? []
      : [`${name} -${listed(set.removed.map(note), MOST_MEMBERS)}`]),
  ].join(", ");
}

/** Half of what a new connection means is what it asks its users for. */
function scopesTail({ scopes = [] }: PlanChange): string {
  const gained = scopes.filter(
    ({ change, tier }) => change === "gained" && tier !== "read-only",
  );
  if (gained.length === 0) return "";
  return `; asks for ${listed(
    gained.map(({ scope, tier }) => `${scope} (${tier})`),
    MOST_MEMBERS,
  )}`;
}

function secretParts({ secrets, steps }: PlanChange): string[] {
  if (!steps.includes("configure")) return [];
  return secrets.flatMap((secret) => secretPart(secret));
}

function secretPart({ path, state }: PlanSecretChange): string[] {
  const name = fieldName(path);
  if (state === "changed") return [`${name} gets another value`];
  return state === "unknown" ? [`${name} is written again`] : [];
}

/** `settings.rate_limit` of `/settings/rate_limit`. */
export function fieldName(path: string): string {
  return path.slice(1).replaceAll("/", ".");
}

function listed(parts: readonly string[], most: number): string {
  const rest = parts.length - most;
  const told = parts.slice(0, most).join(", ");
  return rest > 0 ? `${told} and ${String(rest)} more` : told;
}

/** A value on half a line. Raw. */
export function shortValue(value: JsonValue | undefined): string {
  return value === undefined ? "absent" : cut(JSON.stringify(value));
}

function bare(value: JsonValue): string {
  return typeof value === "string" ? cut(value) : shortValue(value);
}

/** The cut may go through a character of two code units; the half that stays is replaced. */
function cut(text: string): string {
  return text.length > MOST_CHARACTERS
    ? `${text.slice(0, MOST_CHARACTERS).toWellFormed()}…`
    : text;
}
