/**
 * How far a scope reaches. `read-only`, `read-write` and `admin` are steps of one ladder;
 * `sensitive` stands beside it: what the provider itself restricts, and mail, messages, files at
 * large, money or health, whether it reads or writes.
 */
export type ScopeTier = "read-only" | "read-write" | "admin" | "sensitive";

/** Tiers in the order in which the data numbers them; the first three are the ladder. */
export const SCOPE_TIERS: readonly ScopeTier[] = [
  "read-only",
  "read-write",
  "admin",
  "sensitive",
];

/** What is not in the data. It says nothing about reach, so it is never taken for a low tier. */
export const UNCLASSIFIED = "unclassified";

/** What can be said of any scope: its tier, or that it has none. */
export type ScopeClass = ScopeTier | typeof UNCLASSIFIED;

/** Every class, in the order in which people are told of them: steps of the ladder first. */
export const SCOPE_CLASSES: readonly ScopeClass[] = [
  ...SCOPE_TIERS,
  UNCLASSIFIED,
];

/** Steps of the ladder, from the lowest. */
const LADDER: readonly ScopeClass[] = ["read-only", "read-write", "admin"];

/**
 * Whether a limit lets a class pass: a step of the ladder allows itself and those below,
 * `sensitive` and `unclassified` only themselves.
 */
export function allowsClass(limit: ScopeClass, scope: ScopeClass): boolean {
  if (limit === scope) return true;
  const step = LADDER.indexOf(scope);
  return step >= 0 && step < LADDER.indexOf(limit);
}
