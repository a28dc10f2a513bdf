import type {
  PlanChange,
  PlanFieldChange,
  PlanScopeChange,
} from "../../domain/generated/plan.ts";
import type { JsonValue } from "../../domain/json.ts";
import { isJsonObject } from "../../domain/json.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import {
  SCOPE_CLASSES,
  type ScopeClass,
} from "../../domain/catalogue/scope-tiers.ts";
import { scopeMeaning } from "../../domain/catalogue/scopes.ts";
import { compareText } from "../../util/compare-text.ts";
import { PROVIDER_POINTER, ruleFor } from "../diff/field-rules.ts";
import { quoteNames } from "./wording.ts";

const MOST_MEANINGS = 5;

/**
 * Scopes named by the value of a field that grants scopes: the texts of a list, or of the lists in
 * a map.
 */
export function scopesIn(value: JsonValue | undefined): readonly string[] {
  if (Array.isArray(value))
    return value.filter((item) => typeof item === "string");
  if (isJsonObject(value))
    return Object.values(value).filter(Array.isArray).flatMap(scopesIn);
  return [];
}

/** Scopes of `a` that are not in `b`, each once, sorted. */
export function scopesOnlyIn(
  a: JsonValue | undefined,
  b: JsonValue | undefined,
): readonly string[] {
  const others = new Set(scopesIn(b));
  return [...new Set(scopesIn(a))].filter((scope) => !others.has(scope)).sort();
}

/** True for a field by which users are asked to grant scopes. */
export function isScopeField(path: Pointer): boolean {
  return ruleFor(path).risk === "scope";
}

/**
 * Scopes that a change gains and loses, with what they mean: field by field, what is gained first.
 */
export function scopeChangesOf(
  change: Pick<PlanChange, "provider" | "fields">,
): PlanScopeChange[] {
  const before = change.fields.find(({ path }) => path === PROVIDER_POINTER);
  const was =
    typeof before?.before === "string" ? before.before : change.provider;
  return change.fields
    .filter((field) => field.effect === "write" && isScopeField(field.path))
    .flatMap((field) =>
      scopeChanges(field, { before: was, after: change.provider }),
    );
}

/**
 * Scopes that one field gains and loses. A change of the provider gives what is lost the meaning it
 * had at the old one.
 */
export function scopeChanges(
  { path, before, after }: Pick<PlanFieldChange, "path" | "before" | "after">,
  provider: { readonly before: string; readonly after: string },
): PlanScopeChange[] {
  return [
    ...scopesOnlyIn(after, before).map((scope) =>
      scopeChange({ path, scope, change: "gained" }, provider.after),
    ),
    ...scopesOnlyIn(before, after).map((scope) =>
      scopeChange({ path, scope, change: "lost" }, provider.before),
    ),
  ];
}

function scopeChange(
  change: Pick<PlanScopeChange, "path" | "scope" | "change">,
  provider: string,
): PlanScopeChange {
  const found = scopeMeaning(provider, change.scope);
  return found === "unclassified"
    ? { ...change, tier: found }
    : { ...change, tier: found.tier, meaning: found.meaning };
}

/** Tier of a scope, or that it has none. */
export function classOf(provider: string, scope: string): ScopeClass {
  const found = scopeMeaning(provider, scope);
  return found === "unclassified" ? found : found.tier;
}

/**
 * Scopes in words, widest reach first:
 * `send mail as the user (read-write), "x.y" (unclassified) and 2 more`.
 */
export function describeScopes(
  scopes: readonly Pick<PlanScopeChange, "scope" | "tier" | "meaning">[],
): string {
  const sorted = [...scopes].sort(
    (a, b) =>
      SCOPE_CLASSES.indexOf(b.tier) - SCOPE_CLASSES.indexOf(a.tier) ||
      compareText(a.scope, b.scope),
  );
  const shown = sorted
    .slice(0, MOST_MEANINGS)
    .map(
      ({ scope, tier, meaning }) =>
        `${meaning ?? quoteNames([scope])} (${tier})`,
    );
  const rest = sorted.length - shown.length;
  return rest > 0
    ? `${shown.join(", ")} and ${String(rest)} more`
    : shown.join(", ");
}
