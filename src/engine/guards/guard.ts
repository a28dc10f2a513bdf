import type { DiagnosticCode } from "../../domain/problem/codes.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import type { FieldValues } from "../../domain/connection.ts";
import type {
  PlanChange,
  PlanFinding,
  PlanLocation,
} from "../../domain/generated/plan.ts";
import type { Inventory } from "../../domain/state/inventory.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import type { DiffInput, Differences } from "../diff/input.ts";

/** What is known of a plan wherever it is: where it is made, and again where it is applied. */
export interface ChangesContext {
  readonly rules: EnvironmentRules;
  readonly inventory: Inventory | null;
  /** The changes as planned, with impact. */
  readonly changes: readonly PlanChange[];
  /** ISO 8601 in UTC. */
  readonly now: string;
  /** True for a plan that was asked to adopt, and does nothing else. */
  readonly asksToAdopt: boolean;
  /** Owned connections that the plan was asked to let go of. */
  readonly asksToForget: ReadonlySet<string>;
  /** Connections whose documents protect them, as far as they are known. */
  readonly declaredProtected: ReadonlySet<string>;
  /**
   * What is asked for: of every declared connection where the plan is made, of those that change
   * where it is applied.
   */
  readonly declared: readonly Declaration[];
}

/** What is asked for of one connection, without what stays local. */
export interface Declaration {
  readonly key: string;
  readonly provider: string;
  readonly fields: FieldValues;
  /** Where a field is written. */
  readonly placeOf: (path: Pointer) => PlanLocation | undefined;
}

/** What guards look at when a plan is made. Nothing here can change during a check. */
export interface GuardContext extends ChangesContext {
  readonly input: DiffInput;
  readonly differences: Differences;
}

/**
 * A check that needs only the changes: apply makes it again, whatever the plan says that was found.
 */
export interface ChangesGuard {
  readonly needs: "changes";
  readonly code: DiagnosticCode;
  /** What is wrong, without regard to overrides; empty when nothing is. */
  check(context: ChangesContext): readonly PlanFinding[];
}

/** A check that needs documents and platform: it is made with the plan. */
export interface WorldGuard {
  readonly needs: "world";
  readonly code: DiagnosticCode;
  /** What is wrong, without regard to overrides; empty when nothing is. */
  check(context: GuardContext): readonly PlanFinding[];
}

/**
 * A check on a plan that can refuse it. Pure. Adding one: a row in the table of its kind, and its
 * code with a page.
 */
export type Guard = ChangesGuard | WorldGuard;

/** True for a change after which the connection no longer exists, or exists as another one. */
export function isRemoval(change: PlanChange): boolean {
  return change.action === "delete" || change.action === "replace";
}

/**
 * Where the connection is declared, as a finding carries it; nothing for one that no document
 * declares.
 */
export function locationOf(change: PlanChange): Pick<PlanFinding, "location"> {
  return change.location === null ? {} : { location: change.location };
}

/**
 * Keys of the connections a plan writes to and keeps. A rule that is broken by a connection nobody
 * touches only warns.
 */
export function writtenKeys(
  changes: readonly PlanChange[],
): ReadonlySet<string> {
  return new Set(
    changes
      .filter((change) => change.desired !== null && change.steps.length > 1)
      .map((change) => change.key),
  );
}

/** Where a finding about a field points to; nothing where that is not known. */
export function placed(
  { placeOf }: Declaration,
  path: Pointer,
): Pick<PlanFinding, "location"> {
  const location = placeOf(path);
  return location === undefined ? {} : { location };
}
