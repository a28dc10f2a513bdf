import type { ApprovalRules } from "./environment.ts";

/** What was approved, as it was found out where approvals are given. */
export interface Approval {
  /** Digest of the plan, or of what it would do. */
  readonly digest: string;
  /** The rules it was held against, every one of which it meets. */
  readonly rules: readonly ApprovalRules[];
}
