/**
 * The states of the vendor's documentation.
 * @remarks Source: docs/drivers/scalekit-api.md sections 19 and 21.
 */
export type LifecycleState =
  "draft" | "active" | "testing" | "inactive" | "error";

/**
 * What is known about a connection when its state is derived. What is not known is left out, never
 * guessed.
 */
export interface LifecycleFacts {
  /** The platform's own word for its condition. */
  readonly status: string;
  readonly isEnabled: boolean;
  /** What testing it gave, where it was tested. */
  readonly test?: "running" | "passed" | "failed";
  /** Connected accounts by the platform's word for their condition. */
  readonly accounts?: Readonly<Record<string, number>>;
}

const BEING_MADE: ReadonlySet<string> = new Set(["DRAFT", "IN_PROGRESS"]);
const WORKING_ACCOUNT = "ACTIVE";

/**
 * The state of a connection, the first of these that holds:
 *
 * 1. `draft`: the platform says DRAFT or IN_PROGRESS, so something it needs is missing;
 * 2. `inactive`: it is switched off, or the platform says INACTIVE;
 * 3. `error`: the platform says ERROR, a test failed, or it has accounts and none of them works;
 * 4. `testing`: the platform says TESTING, or a test is running;
 * 5. `active`.
 *
 * One table serves every driver, because their words do not collide. `scalekit` says DRAFT,
 * IN_PROGRESS, COMPLETED and has a switch; it has no word for testing and error, so these come from
 * tests and accounts. `agent-auth` says all five itself (`draft` … `error`) and has neither switch
 * nor accounts. `memory` says COMPLETED and has a switch.
 */
export function lifecycleState(facts: LifecycleFacts): LifecycleState {
  const status = facts.status.toUpperCase();
  if (BEING_MADE.has(status)) return "draft";
  if (!facts.isEnabled || status === "INACTIVE") return "inactive";
  if (status === "ERROR" || facts.test === "failed") return "error";
  if (hasOnlyBrokenAccounts(facts.accounts ?? {})) return "error";
  if (status === "TESTING" || facts.test === "running") return "testing";
  return "active";
}

/** True when there are accounts and not one of them works. */
export function hasOnlyBrokenAccounts(
  accounts: Readonly<Record<string, number>>,
): boolean {
  const total = Object.values(accounts).reduce((sum, count) => sum + count, 0);
  return total > 0 && (accounts[WORKING_ACCOUNT] ?? 0) === 0;
}
