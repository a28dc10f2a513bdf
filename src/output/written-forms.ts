import type { ChangeCounts } from "./change-report.ts";
import type { ReportedFinding } from "./findings.ts";
import type { SarifRule } from "./sarif.ts";

/** Findings, and what they are of. */
export interface FindingsLog {
  readonly findings: readonly ReportedFinding[];
  readonly rules?: readonly SarifRule[];
  /** Folder of the workspace. */
  readonly root: string;
}

/**
 * What a result has for its writers besides text and JSON; only what is asked for is made. From a
 * result to this is pure.
 */
export interface ResultForms {
  /** No longer than so many bytes of UTF-8. */
  readonly markdown?: (bytes: number) => string;
  readonly html?: () => string;
  readonly findings?: () => FindingsLog;
  /** Of a result that is plans: one for each environment. */
  readonly changes?: () => readonly ChangeCounts[];
}
