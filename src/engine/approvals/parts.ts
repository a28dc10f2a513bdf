import type { Plan } from "../../domain/generated/plan.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { countOf } from "../../util/count.ts";
import { sha256 } from "../../util/hash.ts";
import { changeIntent, intentOf } from "../diff/fingerprint.ts";

/**
 * Part of a plan by name, with a short digest: what tells people which part of two plans differs.
 * It proves nothing; what may be applied is told by the whole digest alone.
 */
export interface PlanPart {
  /** Of a connection, or of a {@link SHARED_PARTS} behind a `~`. */
  readonly name: string;
  readonly action: string;
  readonly digest: string;
}

/** The parts of a plan, as far as they were written down. */
export interface PlanParts {
  readonly parts: readonly PlanPart[];
  /** How many there was no room for. */
  readonly omitted: number;
}

/** What a plan is made of beside its changes, by the words that people know. */
const SHARED_PARTS: Readonly<Record<string, readonly string[]>> = {
  target: ["environment", "target"],
  documents: ["documents"],
  rules: ["rules", "rule_changes"],
  guards: ["findings"],
  "left-alone": ["orphans", "local"],
};

/** Says that a part is none of a connection. */
const SHARED = "~";
const DIGITS = 12;

/** Every part of a plan. Pure. */
export function planParts(plan: Plan): readonly PlanPart[] {
  const intent = intentOf(plan);
  const shared = Object.entries(SHARED_PARTS).map(([name, members]) => ({
    name: `${SHARED}${name}`,
    action: "same",
    digest: shortOf(members.map((member) => intent[member] ?? null)),
  }));
  const changes = plan.changes.map((change) => ({
    name: change.key,
    action: change.action,
    digest: shortOf(changeIntent(change)),
  }));
  return [...shared, ...changes];
}

/** Parts named in one message. */
const MOST_NAMED = 20;

/**
 * What differs between an approved plan and the one there is now, a line for each: what nobody
 * approved, what was approved and is not there any more, and what has other content. Pure.
 */
export function describeDifferences(
  approved: PlanParts | undefined,
  plan: Plan,
): readonly string[] {
  if (approved === undefined)
    return ["the comment does not say what it consisted of"];
  const before = new Map(approved.parts.map((part) => [part.name, part]));
  const now = new Map(planParts(plan).map((part) => [part.name, part]));
  const isWhole = approved.omitted === 0;
  const lines = [
    ...[...now.values()].flatMap((part) => differenceOf(part, before, isWhole)),
    ...[...before.values()]
      .filter(({ name }) => !now.has(name) && !name.startsWith(SHARED))
      .map(
        ({ name, action }) =>
          `approved and no longer there: ${action} "${name}"`,
      ),
    ...(isWhole
      ? []
      : [
          `${countOf(approved.omitted, "approved change")} more had no room in the comment`,
        ]),
  ];
  if (lines.length === 0) return ["other connections that stay as they are"];
  const rest = lines.length - MOST_NAMED;
  return rest > 0
    ? [...lines.slice(0, MOST_NAMED), countOf(rest, "more difference")]
    : lines;
}

function differenceOf(
  { name, action, digest }: PlanPart,
  before: ReadonlyMap<string, PlanPart>,
  isWhole: boolean,
): string[] {
  const was = before.get(name);
  if (was?.digest === digest && was.action === action) return [];
  if (name.startsWith(SHARED))
    return was === undefined
      ? []
      : [`other ${name.slice(1)} than were approved`];
  if (was !== undefined)
    return [
      was.action === action
        ? `other content than was approved: ${action} "${name}"`
        : `${was.action} "${name}" was approved, and now it is: ${action}`,
    ];
  return isWhole ? [`not approved: ${action} "${name}"`] : [];
}

function shortOf(value: unknown): string {
  return sha256(canonicalJson(value)).slice("sha256:".length).slice(0, DIGITS);
}
