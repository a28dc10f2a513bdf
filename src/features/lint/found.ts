import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { LintEdit } from "./rule.ts";

/** A finding with what was decided about it. */
export interface Found {
  readonly diagnostic: Diagnostic;
  readonly edit?: LintEdit | undefined;
}

/** A finding that a comment in the documents keeps quiet. */
export interface QuietFinding {
  readonly diagnostic: Diagnostic;
  readonly reason: string;
  /** Last day, `YYYY-MM-DD`. */
  readonly until: string;
}
