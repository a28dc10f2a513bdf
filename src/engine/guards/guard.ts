import type { DiagnosticCode } from "../../domain/codes.ts";
import type { PlanChange, PlanFinding } from "../../domain/generated/plan.ts";
import type { DiffInput, Differences } from "../input.ts";

/** What guards look at. Nothing here can change during a check. */
export interface GuardContext {
  readonly input: DiffInput;
  readonly differences: Differences;
  /** The changes as planned, with impact. */
  readonly changes: readonly PlanChange[];
  /** When the plan is made, ISO 8601 in UTC. */
  readonly now: string;
}

/** A check on a plan that can refuse it. Pure. Adding one: a file of its own here, its code with a page, a line in `guards/index.ts`. */
export interface Guard {
  readonly code: DiagnosticCode;
  /** What is wrong, without regard to overrides; empty when nothing is. */
  check(context: GuardContext): readonly PlanFinding[];
}

/** True for a change after which the connection no longer exists, or exists as another one. */
export function isRemoval(change: PlanChange): boolean {
  return change.action === "delete" || change.action === "replace";
}

/** Where the connection is declared, as a finding carries it; nothing for one that no document declares. */
export function locationOf(change: PlanChange): Pick<PlanFinding, "location"> {
  return change.location === null ? {} : { location: change.location };
}

/** Keys of the connections a plan writes to and keeps. A rule that is broken by a connection nobody touches only warns. */
export function writtenKeys(
  changes: readonly PlanChange[],
): ReadonlySet<string> {
  return new Set(
    changes
      .filter((change) => change.desired !== null && change.steps.length > 1)
      .map((change) => change.key),
  );
}
