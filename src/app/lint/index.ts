/**
 * Lint: one small pure rule per file, the list of them, and the run that weighs what they find against levels and suppressions.
 * Never here: a file, a clock or a secret's value; they come as arguments.
 */
export { fixesOf, type Fixes } from "./fix.ts";
export { findLintRule, LINT_RULES, META_RULES } from "./rules/index.ts";
export type { LintLevel, LintRule, LintRuleFacts } from "./rule.ts";
export { lintDocuments, type LintOptions, type LintReport } from "./lint.ts";
export type { QuietFinding } from "./found.ts";
export type { ListSecretKeys, SecretKey } from "./world.ts";
