import type { PlanScopeChange } from "../domain/generated/plan.ts";
import type { JsonValue } from "../domain/json.ts";
import { safe, type SafeText } from "./escape.ts";
import { type Paint, paint, type Style } from "./style.ts";
import { wholeText } from "./difference-text.ts";

const VERBS: Readonly<Record<PlanScopeChange["change"], string>> = {
  gained: "gains",
  lost: "loses",
};

/** What catches the eye when it is gained; what is lost never does. */
const TIER_PAINT: Readonly<Record<PlanScopeChange["tier"], Paint>> = {
  "read-only": "dim",
  "read-write": "yellow",
  unclassified: "yellow",
  admin: "red",
  sensitive: "red",
};

/**
 * What a scope means: `gains: send mail as the user (read-write)`, or `gains: unclassified` where
 * nobody told us.
 */
export function scopeNote(
  { change, tier, meaning }: PlanScopeChange,
  style: Style,
): SafeText {
  const words =
    meaning === undefined
      ? safe`${VERBS[change]}: ${tier}`
      : safe`${VERBS[change]}: ${meaning} (${tier})`;
  return paint(style, change === "lost" ? "dim" : TIER_PAINT[tier], words);
}

/** A scope on a line of its own, with its sign and what it means. */
export function scopeLine(scope: PlanScopeChange, style: Style): SafeText {
  const sign =
    scope.change === "gained"
      ? paint(style, "green", "+")
      : paint(style, "red", "-");
  return safe`${sign}${wholeText(scope.scope)}  ${scopeNote(scope, style)}`;
}

/**
 * The note behind one member of a set of scopes; nothing where the member is no scope that changed.
 */
export function memberNote(
  scopes: readonly PlanScopeChange[],
  member: JsonValue,
  style: Style,
): SafeText {
  const found = scopes.find(({ scope }) => scope === member);
  return found === undefined ? safe`` : safe`  ${scopeNote(found, style)}`;
}
