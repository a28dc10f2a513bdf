import type { ScopeClass } from "../../domain/catalogue/scope-tiers.ts";
import type {
  PlanChange,
  PlanFieldChange,
  PlanRisk,
  PlanScopeChange,
} from "../../domain/generated/plan.ts";
import { risk, worstOf } from "./risk.ts";
import {
  describeScopes,
  isScopeField,
  scopeChanges,
  scopeChangesOf,
  scopesIn,
  scopesOnlyIn,
} from "./scopes.ts";
import { accountsDo, beginSentence, NOBODY, titleOf } from "./wording.ts";
import { ruleFor } from "../diff/field-rules.ts";

/**
 * How much attention a scope deserves that is asked for in addition. Nobody knows how far an
 * unclassified one reaches, so it is never low.
 */
const SCOPE_LEVELS: Readonly<Record<ScopeClass, PlanRisk["level"]>> = {
  "read-only": "info",
  "read-write": "warning",
  unclassified: "warning",
  admin: "high",
  sensitive: "high",
};

/**
 * What a change of a standing connection gains, as serious as the farthest reaching of it, what it
 * loses, and where nothing is left.
 */
export function scopeRisks(change: PlanChange): PlanRisk[] {
  const scopes = scopeChangesOf(change);
  const gained = scopes.filter((scope) => scope.change === "gained");
  const lost = scopes.filter((scope) => scope.change === "lost");
  const worst = worstTier(gained);
  const kept = accountsDo(change, "keep");
  return [
    ...(worst === undefined
      ? []
      : [
          risk(
            "scope.added",
            worst,
            `Gains: ${describeScopes(gained)}${heldBefore(change)}. ${kept === undefined ? NOBODY : `${beginSentence(kept)} the old grant until they consent again.`}`,
          ),
        ]),
    ...(lost.length === 0
      ? []
      : [
          risk(
            "scope.removed",
            lossLevel(change, kept),
            `Loses: ${describeScopes(lost)}. ${kept === undefined ? NOBODY : `${beginSentence(kept)} what was granted until they consent again or are disconnected.`}`,
          ),
        ]),
    ...change.fields.flatMap(clearedRisk),
  ];
}

/**
 * Whoever takes a far-reaching scope away expects that nobody has it afterwards; accounts that keep
 * it are worth a look. Taking back what somebody added by hand is told as that.
 */
function lossLevel(
  { fields, provider }: PlanChange,
  kept: string | undefined,
): PlanRisk["level"] {
  if (kept === undefined) return "info";
  const sides = { before: provider, after: provider };
  const lost = fields
    .filter(
      ({ path, effect, class: moved }) =>
        effect === "write" && moved !== "drift" && isScopeField(path),
    )
    .flatMap((field) => scopeChanges(field, sides))
    .filter(({ change }) => change === "lost");
  return lost.some(({ tier }) => tier !== "read-only") ? "warning" : "info";
}

function heldBefore(change: PlanChange): string {
  const before = change.fields
    .filter(({ path, effect }) => effect === "write" && isScopeField(path))
    .flatMap(({ path, before: after }) =>
      after === undefined
        ? []
        : scopeChanges(
            { path, after },
            { before: change.provider, after: change.provider },
          ),
    );
  return before.length === 0 ? "" : ` (had: ${describeScopes(before)})`;
}

/**
 * A connection that asks for nothing any longer; of a part of its scopes, such as the optional
 * ones, that is less.
 */
function clearedRisk(field: PlanFieldChange): PlanRisk[] {
  const { path, effect, before, after, semantics } = field;
  const isCleared =
    effect === "write" &&
    isScopeField(path) &&
    scopesIn(before).length > 0 &&
    scopesIn(after).length === 0;
  if (!isCleared) return [];
  const title = titleOf(path, ruleFor(path).shape);
  return [
    risk(
      "scope.cleared",
      semantics === "set" ? "high" : "warning",
      `Asks for no ${title} any longer: accounts that are connected or consent again from now on have only what the provider gives unasked.`,
    ),
  ];
}

/**
 * What a connection asks for that is new, or that somebody else made and that is taken over; what
 * the change adds to one that stands is told as gained. Of a new one nobody has consented yet, so
 * it is worth a look at most.
 */
export function requestedRisks(change: PlanChange): PlanRisk[] {
  if (change.action === "create") return firstRequestRisks(change);
  if (change.action !== "adopt") return [];
  const provider = { before: change.provider, after: change.provider };
  const asked = Object.entries(change.desired?.fields ?? {})
    .filter(([path]) => isScopeField(path))
    .flatMap(([path, after]) => {
      const field = change.fields.find((each) => each.path === path);
      const added = new Set(
        field?.effect === "write" ? scopesOnlyIn(after, field.before) : [],
      );
      return scopeChanges({ path, after }, provider).filter(
        ({ scope }) => !added.has(scope),
      );
    });
  const worst = worstTier(asked);
  return worst === undefined
    ? []
    : [risk("scope.requested", worst, `Asks for: ${describeScopes(asked)}.`)];
}

function firstRequestRisks({ scopes = [] }: PlanChange): PlanRisk[] {
  const asked = scopes.filter(({ change }) => change === "gained");
  const worst = worstTier(asked);
  if (worst !== "high" && worst !== "critical") return [];
  return [
    risk("scope.requested", "warning", `Asks for: ${describeScopes(asked)}.`),
  ];
}

function worstTier(
  scopes: readonly Pick<PlanScopeChange, "tier">[],
): PlanRisk["level"] | undefined {
  return worstOf(scopes.map(({ tier }) => SCOPE_LEVELS[tier]));
}
