/** An environment that somebody took out of reconciling. */
export interface Suspension {
  readonly by: string;
  readonly why: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** When it ends by itself; `null`: when somebody resumes. */
  readonly until: string | null;
}

/** Somebody's permission to carry out a plan. */
export interface PlanApproval {
  /** The plan's intent digest. */
  readonly intentDigest: string;
  readonly by: string;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** What people ask of the reconciler, for one environment. */
export interface Orders {
  readonly suspension: Suspension | null;
  /** Oldest first; one is used up when its plan is carried out. */
  readonly approvals: readonly PlanApproval[];
  /** Somebody asked for a tick; `null` when it ran since. */
  readonly reconcileNow: { readonly by: string; readonly at: string } | null;
}

/** Nobody asked for anything. */
export const NO_ORDERS: Orders = {
  suspension: null,
  approvals: [],
  reconcileNow: null,
};

/** Whether an environment is suspended now. `now` is in milliseconds since 1970. */
export function isSuspended(
  { suspension }: Pick<Orders, "suspension">,
  now: number,
): boolean {
  if (suspension === null) return false;
  return suspension.until === null || Date.parse(suspension.until) > now;
}
