import type { PlanChange } from "../../domain/generated/plan.ts";
import { causeNames } from "../../engine/meaning/causes.ts";
import { compareText } from "../../util/compare-text.ts";

/** One line, or one value, that changes several connections at once. */
export interface SheetCause {
  /** Such as `variable google_client` or `connections/slack.yaml:4`. */
  readonly name: string;
  /** Connections it changes, sorted; at least two. */
  readonly keys: readonly string[];
  /** Connected accounts of them; `null` where nobody asked. */
  readonly accounts: number | "unknown" | null;
}

/** A cause on its way: the places it stands at, and what changes by it. */
interface Cause {
  readonly name: string;
  readonly changes: Set<PlanChange>;
}

/**
 * What several changes have in common: a variable, a template, a shared document, a secret. Most
 * far-reaching first.
 */
export function causesOf(changes: readonly PlanChange[]): SheetCause[] {
  const causes = new Map<string, Cause>();
  const note = (name: string, change: PlanChange): void => {
    const cause = causes.get(name) ?? { name, changes: new Set() };
    causes.set(name, cause);
    cause.changes.add(change);
  };
  for (const change of changes)
    for (const name of causeNames(change)) note(name, change);
  return [...causes.values()]
    .filter((cause) => cause.changes.size > 1)
    .map(causeView)
    .sort(
      (a, b) => b.keys.length - a.keys.length || compareText(a.name, b.name),
    );
}

function causeView({ name, changes }: Cause): SheetCause {
  const list = [...changes];
  const counts = list.flatMap(({ impact }) =>
    impact === null ? [] : [impact.connected_accounts],
  );
  const known = counts.filter((count) => count !== "unknown");
  return {
    name,
    keys: list.map(({ key }) => key).sort(compareText),
    accounts:
      counts.length === 0
        ? null
        : known.length < counts.length
          ? "unknown"
          : known.reduce((sum, count) => sum + count, 0),
  };
}
