import type {
  DesiredConnection,
  ListedConnection,
} from "../../domain/connection.ts";
import type { Inventory } from "../../domain/state/inventory.ts";
import { compareText } from "../../util/compare-text.ts";
import { previousKeysOf } from "../diff/lifecycle.ts";

/** A connection nothing is planned for, because what the platform says about it cannot be used. */
export interface HeldConnection {
  readonly key: string;
  /** What is wrong, as a clause. */
  readonly why: string;
}

/** What is looked at; see `DiffInput`. */
export interface HeldInput {
  readonly desired: readonly DesiredConnection[];
  readonly listed: readonly ListedConnection[];
  readonly inventory: Inventory | null;
}

/**
 * The declared and owned connections that are left alone because the platform shows them, or
 * something that may be them, in a way that cannot be used. Nothing is concluded about such a
 * connection: it is not made anew, changed, renamed or deleted. Sorted by key.
 *
 * An item without a name that is beyond doubt may be any connection that is not seen among the
 * others; one whose handle is known is the connection that has this handle in the inventory.
 */
export function heldConnections({
  desired,
  listed,
  inventory,
}: HeldInput): readonly HeldConnection[] {
  const problems = listed.flatMap(({ problem, ...item }) =>
    problem === undefined ? [] : [{ ...item, problem }],
  );
  if (problems.length === 0) return [];
  const entries = inventory?.entries ?? [];
  const seen = new Set(
    listed.flatMap(({ key, problem }) => (problem === undefined ? [key] : [])),
  );
  const named = new Map<string, string>();
  let unnamed: string | undefined;
  for (const { key, remoteId, problem } of problems) {
    const owner = entries.find((entry) => entry.remoteId === remoteId);
    if (key !== "") named.set(key, problem);
    if (owner !== undefined && remoteId !== "") named.set(owner.key, problem);
    else if (key === "") unnamed = problem;
  }
  const problemOf = (key: string): string | undefined =>
    named.get(key) ?? (seen.has(key) ? undefined : unnamed);
  const held = new Map<string, string>();
  for (const one of desired) {
    // One that is seen under its own name is not renamed from another.
    const names = seen.has(one.key)
      ? [one.key]
      : [one.key, ...previousKeysOf(one)];
    const problem = names.map(problemOf).find((each) => each !== undefined);
    if (problem !== undefined) held.set(one.key, problem);
  }
  for (const { key } of entries) {
    const problem = problemOf(key);
    if (problem !== undefined) held.set(key, problem);
  }
  return [...held]
    .map(([key, why]) => ({ key, why }))
    .sort((a, b) => compareText(a.key, b.key));
}
