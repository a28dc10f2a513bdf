import type { Place } from "../../documents/read/document.ts";
import { locationOf, report } from "../../documents/read/report.ts";
import {
  compareDiagnostics,
  hasErrors,
  type Diagnostic,
  diagnosticMark,
} from "../../domain/problem/diagnostic.ts";
import type { SourceLocation } from "../../domain/problem/location.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import {
  validateDocuments,
  type OfflineChecks,
} from "../../environment/documents/documents.ts";
import type { Found, QuietFinding } from "./found.ts";
import { keptSource } from "../../environment/documents/changed-source.ts";
import { readWorld, type ReadWorldOptions } from "./read-world.ts";
import type {
  LintEdit,
  LintFinding,
  LintLevel,
  LintRule,
  LintRuleFacts,
} from "./rule.ts";
import { LINT_RULES } from "./rules/index.ts";
import { weighSuppressions } from "./suppress.ts";

/**
 * Findings of a rule that show their line: each costs a walk over its document, and nobody reads
 * more of one kind.
 */
const MAX_FRAMES = 100;

/** How a run of lint is set. */
export interface LintOptions extends ReadWorldOptions {
  /** Checks of documents as `validate` makes them. */
  readonly checksFor: (rules: EnvironmentRules) => OfflineChecks;
  /** By code, instead of the rules' own levels. */
  readonly levels: ReadonlyMap<string, LintLevel>;
  /** Codes of the only rules to ask; all when absent. */
  readonly only?: ReadonlySet<string> | undefined;
}

/** What a run of lint found. */
export interface LintReport {
  /** Names of the environments looked at, sorted. */
  readonly environments: readonly string[];
  /** What `validate` says first of all, then what rules found; by place. */
  readonly diagnostics: readonly Diagnostic[];
  readonly quiet: readonly QuietFinding[];
  /** Edits for findings that can be done away with safely; quiet ones have none. */
  readonly edits: readonly LintEdit[];
}

/**
 * Validates and lints. Every problem of every file is in the result; nothing is thrown for a bad
 * document.
 */
export async function lintDocuments(
  origin: DocumentSource,
  options: LintOptions,
): Promise<LintReport> {
  const source = keptSource(origin);
  const validation = await validateDocuments(
    source,
    options.names,
    options.env,
    options.checksFor,
  );
  const world = await readWorld(source, options);
  const isAsked = (rule: LintRuleFacts): boolean =>
    options.only?.has(rule.code) !== false &&
    levelOf(rule, options.levels) !== "off";
  const found: Found[] = LINT_RULES.filter(isAsked).flatMap((rule) =>
    rule
      .check(world)
      .map((finding, index) =>
        weigh(
          rule,
          index < MAX_FRAMES ? finding : withoutText(finding),
          options,
        ),
      ),
  );
  const everything = distinct([
    ...validation.diagnostics.map((diagnostic) => ({ diagnostic })),
    ...found,
  ]);
  const { loud, quiet, problems } = weighSuppressions(everything, world, {
    isAsked,
    level: (rule) => levelOf(rule, options.levels),
    isWhole: world.isWhole && !hasErrors(validation.diagnostics),
  });
  return {
    environments: validation.environments.map(({ name }) => name),
    diagnostics: [...loud.map((each) => each.diagnostic), ...problems].sort(
      inReadingOrder,
    ),
    quiet,
    edits: loud.flatMap(({ edit }) => edit ?? []),
  };
}

function levelOf(
  { code, level }: LintRuleFacts,
  levels: ReadonlyMap<string, LintLevel>,
): LintLevel {
  return levels.get(code) ?? level;
}

function weigh(
  rule: LintRule,
  finding: LintFinding,
  { levels }: LintOptions,
): Found {
  const level = levelOf(rule, levels);
  const parts = {
    code: rule.code,
    severity: level === "off" ? ("note" as const) : level,
    message: finding.message,
    why: finding.why ?? rule.why,
    fix: finding.fix ?? rule.fix,
  };
  return {
    diagnostic: isPlace(finding.at)
      ? report(finding.at, parts)
      : { ...parts, location: finding.at },
    edit: finding.edit,
  };
}

function withoutText(finding: LintFinding): LintFinding {
  const { at } = finding;
  return isPlace(at) ? { ...finding, at: locationOf(at) } : finding;
}

function isPlace(at: Place | SourceLocation): at is Place {
  return "source" in at;
}

/** What several environments say about one shared document is said once. */
function distinct(found: readonly Found[]): readonly Found[] {
  const seen = new Map<string, Found>();
  for (const each of found) {
    const mark = diagnosticMark(each.diagnostic);
    if (!seen.has(mark)) seen.set(mark, each);
  }
  return [...seen.values()];
}

/** What makes documents unusable comes before what is said about their style. */
function inReadingOrder(a: Diagnostic, b: Diagnostic): number {
  return Number(isLint(a)) - Number(isLint(b)) || compareDiagnostics(a, b);
}

function isLint({ code, severity }: Diagnostic): boolean {
  return severity !== "error" || code.startsWith("LNT");
}
