import type { ApprovalRules } from "./environment.ts";

/** What was approved, as it was found out where approvals are given. */
export interface Approval {
  /** Digest of the plan, or of what it would do. */
  readonly digest: string;
  /** The rules it was held against, every one of which it meets. */
  readonly rules: readonly ApprovalRules[];
}

/** What a reviewer says now; what was said before it does not count any more. */
export interface StandingReview {
  readonly reviewer: string;
  readonly verdict: "approved" | "objected";
  /** Whether it is of the newest commit; `null` where the forge does not tell. */
  readonly isOfHead: boolean | null;
  readonly isPerson: boolean;
  /** Whether this reviewer may write to the repository. */
  readonly mayWrite: boolean;
}
