/**
 * What a commit cannot decide about itself: how far the reconciler goes is said by the rules that
 * stood before it, until somebody lets it through.
 */
import type { Plan } from "../../domain/generated/plan.ts";
import { RULE_FACTS } from "../../domain/generated/rules.ts";
import type { JsonValue } from "../../domain/json.ts";
import type {
  ReconcileMode,
  ReconcileSettings,
} from "../../domain/reconcile/settings.ts";
import type { RecordedRules } from "../../domain/state/inventory.ts";
import { RECORDED_FACTS } from "../rules/record-rules.ts";

/** From the one that does least. */
const MODES: readonly ReconcileMode[] = [
  "observe",
  "propose",
  "heal",
  "enforce",
];

/** What of the settings lets more pass, or less. */
type Reach = Pick<
  ReconcileSettings,
  "mode" | "maxHealsPerHour" | "fightingAfter" | "requiresSignedCommits"
>;

/**
 * The settings that hold for what is done without asking anybody: of each the stricter one of
 * today's documents and the last apply's, and of those that were applied `before` the state was
 * another one. A rule that was not recorded counts as its default. Pure.
 */
export function standingSettings(
  declared: ReconcileSettings,
  recorded: RecordedRules | undefined,
  before: ReconcileSettings | null,
): ReconcileSettings {
  const others = [
    ...(recorded === undefined ? [] : [recordedReach(recorded)]),
    ...(before === null ? [] : [before]),
  ];
  return others.reduce<ReconcileSettings>(
    (settings, other) => ({
      ...settings,
      mode: moreCareful(settings.mode, other.mode),
      maxHealsPerHour: Math.min(
        settings.maxHealsPerHour,
        other.maxHealsPerHour,
      ),
      fightingAfter: Math.min(settings.fightingAfter, other.fightingAfter),
      requiresSignedCommits:
        settings.requiresSignedCommits || other.requiresSignedCommits,
    }),
    declared,
  );
}

/** The one of two modes that does less. */
export function moreCareful(a: ReconcileMode, b: ReconcileMode): ReconcileMode {
  return MODES.indexOf(b) < MODES.indexOf(a) ? b : a;
}

/**
 * Rules of the environment that a plan loosens, by name; what connections say is not among them.
 */
export function loosenedRules({ rules = [] }: Pick<Plan, "rules">): string[] {
  const names = rules
    .filter(({ direction }) => direction === "loosened")
    .map(({ rule }) => rule)
    .filter((rule) =>
      RECORDED_FACTS.some(
        ({ name }) => rule === name || rule.startsWith(`${name}.`),
      ),
    );
  return [...new Set(names)].sort();
}

function recordedReach(recorded: RecordedRules): Reach {
  const value = (name: string): JsonValue | undefined =>
    Object.hasOwn(recorded, name)
      ? recorded[name]
      : RULE_FACTS.find((fact) => fact.name === name)?.default;
  const mode = value("reconcile.mode");
  // What is not understood lets nothing pass.
  const amount = (name: string): number => {
    const found = value(name);
    return typeof found === "number" ? found : 0;
  };
  return {
    mode: MODES.find((each) => each === mode) ?? "observe",
    maxHealsPerHour: amount("reconcile.max_heals_per_hour"),
    fightingAfter: amount("reconcile.fighting_after"),
    requiresSignedCommits: value("reconcile.signed_commits") !== false,
  };
}
