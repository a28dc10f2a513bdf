import type { FieldValues } from "../../domain/connection.ts";
import {
  asksBySetting,
  isOfflineScope,
  OFFLINE,
  offlineAccessIn,
  offlineAccessOf,
} from "../../domain/catalogue/offline-access.ts";
import { FIELD_RULES } from "../../domain/generated/fields.ts";
import type { PlanChange, PlanRisk } from "../../domain/generated/plan.ts";
import { segmentsOf, type Pointer } from "../../domain/field/pointer.ts";
import { PROVIDER_POINTER } from "../diff/field-rules.ts";
import { risk } from "./risk.ts";
import { isScopeField, scopesIn } from "./scopes.ts";
import { quoteNames } from "./wording.ts";

/**
 * A connection that no longer asks for refresh tokens: whoever connects from now on is cut off when
 * the first token expires. Of a provider whose rule is not known, what usually asks for one counts.
 */
export function offlineRisks(change: PlanChange): PlanRisk[] {
  const isElsewhere = change.fields.some(
    ({ path, effect }) => path === PROVIDER_POINTER && effect === "write",
  );
  const isTouched = change.fields.some(({ effect }) => effect === "write");
  if (isElsewhere || !isTouched || change.desired === null) return [];
  const { before, after } = sidesOf(change);
  const rule = offlineAccessOf({ slug: change.provider }, change.auth_type);
  if (rule === null) return usualLosses(before, after);
  const isLost =
    offlineAccessIn(rule, before) === "asked" &&
    offlineAccessIn(rule, after) !== "asked";
  if (!isLost) return [];
  const what =
    rule.kind === "scope"
      ? `the scope ${quoteNames([rule.value])}`
      : quoteNames([settingText(rule.pointer, rule.value)]);
  return [lost(`${rule.party} wants to see ${what}, which goes.`)];
}

function usualLosses(before: FieldValues, after: FieldValues): PlanRisk[] {
  const settings = OFFLINE_SETTINGS.filter(
    (pointer) =>
      asksBySetting(before, pointer, OFFLINE) &&
      !asksBySetting(after, pointer, OFFLINE),
  ).map((pointer) => quoteNames([settingText(pointer, OFFLINE)]));
  const kept = offlineScopes(after);
  const scopes = kept.length === 0 ? offlineScopes(before) : [];
  return [
    ...(settings.length === 0 ? [] : [settings.join(", ")]),
    ...(scopes.length === 0 ? [] : [`the scope ${quoteNames(scopes)}`]),
  ].map((what) =>
    lost(`Many providers want to see ${what}, which goes.`, "inferred"),
  );
}

const OFFLINE_SETTINGS: readonly Pointer[] = FIELD_RULES.filter(
  ({ risk: meaning }) => meaning === "offline-access",
).map(({ pointer }) => pointer);

function offlineScopes(fields: FieldValues): readonly string[] {
  const all = Object.entries(fields)
    .filter(([path]) => isScopeField(path))
    .flatMap(([, value]) => scopesIn(value));
  return [...new Set(all.filter(isOfflineScope))].sort();
}

/** A setting as documents write it. */
function settingText(pointer: Pointer, value: string): string {
  return `${segmentsOf(pointer).at(-1) ?? ""}: ${value}`;
}

function lost(why: string, evidence?: "inferred"): PlanRisk {
  return risk(
    "offline-access.lost",
    "high",
    evidence === undefined
      ? `New accounts get no refresh token and expire in about an hour: ${why}`
      : `New accounts probably get no refresh token and expire in about an hour: ${why}`,
    evidence === undefined ? {} : { evidence },
  );
}

/** What the connection asks for before and after, as far as the change shows it. */
function sidesOf({ desired, fields }: PlanChange): {
  readonly before: FieldValues;
  readonly after: FieldValues;
} {
  const after = new Map(Object.entries(desired?.fields ?? {}));
  const before = new Map(after);
  for (const field of fields) {
    if (field.before === undefined) before.delete(field.path);
    else before.set(field.path, field.before);
    // What is let go stays on the platform.
    if (field.effect === "record" && field.before !== undefined)
      after.set(field.path, field.before);
  }
  return {
    before: Object.fromEntries(before),
    after: Object.fromEntries(after),
  };
}
