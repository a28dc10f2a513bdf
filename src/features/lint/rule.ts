import type { DocumentEdit } from "../../documents/edit/apply-edits.ts";
import type { ParsedDocument, Place } from "../../documents/read/document.ts";
import type { DiagnosticCode } from "../../domain/problem/codes.ts";
import type { Severity } from "../../domain/problem/diagnostic.ts";
import type { SourceLocation } from "../../domain/problem/location.ts";
import type { LintWorld } from "./world.ts";

/** How much a rule's findings weigh; `off`: the rule is not asked. */
export type LintLevel = Severity | "off";

/**
 * Changes of one document that do away with a finding and leave what every environment resolves to
 * as it is.
 */
export interface LintEdit {
  /** @internal */
  readonly document: ParsedDocument;
  readonly edits: readonly DocumentEdit[];
}

/**
 * One thing a rule found. Sentences about a shared document name no environment, so that several
 * environments say it once.
 */
export interface LintFinding {
  /** A place where the text is at hand, else the location alone. */
  readonly at: Place | SourceLocation;
  readonly message: string;
  /** Instead of the rule's own rationale. */
  readonly why?: string;
  /** Instead of the rule's own advice. */
  readonly fix?: string;
  readonly edit?: LintEdit;
}

/** What is said about a rule, wherever it is listed. */
export interface LintRuleFacts {
  readonly code: DiagnosticCode;
  /** In kebab-case, for flags and suppressions. */
  readonly name: string;
  /** Where nothing else is asked for. */
  readonly level: LintLevel;
  /** What it finds, in one sentence. */
  readonly summary: string;
  /** Why that matters. */
  readonly why: string;
  /** What to do about it. */
  readonly fix: string;
  readonly isFixable?: true;
  /** Score between 0.1 and 10 for security dashboards; only on rules about security. */
  readonly securitySeverity?: string;
}

/** One rule: pure, over documents that were read already. */
export interface LintRule extends LintRuleFacts {
  readonly check: (world: LintWorld) => readonly LintFinding[];
}
