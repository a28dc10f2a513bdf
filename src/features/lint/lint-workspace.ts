import { fixesOf, type Fixes } from "./fix.ts";
import { lintDocuments, type LintOptions, type LintReport } from "./lint.ts";
import type { LintLevel } from "./rule.ts";
import { findLintRule, LINT_RULES, META_RULES } from "./rules/index.ts";
import { openOfflineChecks } from "../../environment/api/offline.ts";
import { openSecretKeys } from "../../environment/secrets/secret-keys.ts";
import { systemClock } from "../../environment/system-clock.ts";
import type { Severity } from "../../domain/problem/diagnostic.ts";
import { UserError } from "../../domain/problem/error.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { diagnosticJson, renderDiagnostics } from "../../output/diagnostics.ts";
import { plainText, safe } from "../../output/escape.ts";
import { findingsForms } from "../../output/findings-forms.ts";
import { countText } from "../../util/count.ts";
import { shellWord } from "../../util/shell-word.ts";
import {
  fileChangesJson,
  renderFileChanges,
} from "../../output/file-changes.ts";
import { createWorkspaceWriter } from "../../sources/workspace-writer.ts";
import { EXIT } from "../../command/exit-codes.ts";
import type { LintInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { respondInForm } from "../../command/write-forms.ts";
import { openWorkspace } from "../../command/workspace.ts";

const LEVELS: readonly LintLevel[] = ["off", "note", "warning", "error"];
const NOTHING: Fixes = { changes: [], left: [] };

/**
 * Lints the workspace as the command line asks, fixes what may be fixed, and prints what is left.
 * Gives the exit status.
 */
export async function lintWorkspace(input: LintInput, io: Io): Promise<number> {
  const source = await openWorkspace(input, io);
  const options = optionsOf(source, input, io);
  const isDry = input.options.dryRun;
  const limits = limitsOf(input);
  const isFixing = input.options.fix || isDry;
  const fixes = isFixing ? await fixesOf(source, options) : NOTHING;
  if (!isDry) await createWorkspaceWriter(source.root).write(fixes.changes);
  const report = await lintDocuments(source, options);
  const exitCode = isBeyond(report, limits) ? EXIT.invalid : EXIT.done;
  const findings = [
    ...report.diagnostics.map((diagnostic) => ({ diagnostic })),
    ...report.quiet.map(({ diagnostic, reason, until }) => ({
      diagnostic,
      suppression: { reason, until },
    })),
  ];
  return respondInForm(io, {
    ...findingsForms({
      findings,
      rules: [...LINT_RULES, ...Object.values(META_RULES)],
      root: source.root,
      whole: ["tieline lint", ...input.args.environment.map(shellWord)].join(
        " ",
      ),
      nothing: safe`nothing found`,
      closing:
        report.edits.length > 0
          ? [
              safe`${countText(report.edits.length)} of these can be fixed with: tieline lint --fix`,
            ]
          : [],
    }),
    json: () => reportJson(report, fixes, isDry),
    print: () => {
      print(report, fixes, { isFixing, isDry, io });
    },
    exitCode,
  });
}

function optionsOf(
  source: DocumentSource,
  input: LintInput,
  io: Io,
): LintOptions {
  const only = input.options.rule.map(ruleCode);
  return {
    names: input.args.environment,
    env: io.env,
    checksFor: openOfflineChecks(source),
    listSecretKeys: openSecretKeys(source),
    today: new Date(systemClock.now()).toISOString().slice(0, 10),
    levels: levelsOf(input.options.severity),
    ...(only.length === 0 ? {} : { only: new Set(only) }),
  };
}

/** The code of a rule given by code or name. @throws UserError CLI001. */
function ruleCode(text: string): string {
  const found = findLintRule(text);
  if ("code" in found) return found.code;
  const names = [...LINT_RULES, ...Object.values(META_RULES)].map(
    ({ name }) => name,
  );
  throw new UserError("CLI001", `there is no lint rule "${plainText(text)}"`, {
    why: `the rules are ${names.join(", ")}`,
    fix:
      found.near === undefined
        ? "write the code or the name of a rule"
        : `use ${found.near}`,
    notDone: "nothing was read or changed",
  });
}

function levelsOf(texts: readonly string[]): ReadonlyMap<string, LintLevel> {
  return new Map(
    texts.map((text) => {
      const [rule = "", word = "", more] = text.split("=");
      const level = LEVELS.find((each) => each === word);
      if (level === undefined || more !== undefined)
        throw new UserError(
          "CLI001",
          `--severity ${plainText(text)} is not understood`,
          {
            why: "it takes a rule, an equals sign and one of off, note, warning or error",
            fix: "write it like: --severity missing-owner=error",
            notDone: "nothing was read or changed",
          },
        );
      return [ruleCode(rule), level] as const;
    }),
  );
}

interface Limits {
  readonly failOn: Severity;
  readonly maxWarnings: number | undefined;
}

function limitsOf(input: LintInput): Limits {
  const { failOn = "error", maxWarnings: most } = input.options;
  if (most !== undefined && !/^\d{1,9}$/u.test(most))
    throw new UserError("CLI001", "--max-warnings takes a whole number", {
      fix: "write it like: --max-warnings 0",
    });
  return {
    failOn,
    maxWarnings: most === undefined ? undefined : Number(most),
  };
}

const REACHED: Readonly<Record<Severity, readonly Severity[]>> = {
  error: ["error"],
  warning: ["error", "warning"],
  note: ["error", "warning", "note"],
};

function isBeyond({ diagnostics }: LintReport, limits: Limits): boolean {
  const warnings = diagnostics.filter((each) => each.severity === "warning");
  return (
    diagnostics.some(({ severity }) =>
      REACHED[limits.failOn].includes(severity),
    ) ||
    (limits.maxWarnings !== undefined && warnings.length > limits.maxWarnings)
  );
}

function reportJson(
  { environments, diagnostics, quiet, edits }: LintReport,
  { changes, left }: Fixes,
  isDry: boolean,
): JsonObject {
  return {
    kind: "lint",
    environments: [...environments],
    findings: diagnostics.map(diagnosticJson),
    suppressed: quiet.map(({ diagnostic, reason, until }) => ({
      ...diagnosticJson(diagnostic),
      reason,
      until,
    })),
    fixable: edits.length,
    files: fileChangesJson(changes),
    written: !isDry && changes.length > 0,
    not_fixed: [...left],
  };
}

function print(
  { environments, diagnostics, quiet, edits }: LintReport,
  { changes, left }: Fixes,
  {
    isFixing,
    isDry,
    io,
  }: { readonly isFixing: boolean; readonly isDry: boolean; readonly io: Io },
): void {
  io.out(renderFileChanges(changes, isDry, io.style));
  for (const path of left)
    io.err(
      `not fixed: ${plainText(path)} has something to fix that only a person can edit safely\n`,
    );
  if (diagnostics.length > 0) io.out(renderDiagnostics(diagnostics, io.style));
  else io.out(`${environments.map(plainText).join(", ")}: nothing found\n`);
  if (io.isQuiet) return;
  if (quiet.length > 0)
    io.err(
      `${String(quiet.length)} more kept quiet by comments in the documents\n`,
    );
  if (isFixing && changes.length === 0 && left.length === 0)
    io.err("there was nothing to fix that is safe to fix without a person\n");
  else if (edits.length > 0 && changes.length === 0 && left.length === 0)
    io.err(
      `${String(edits.length)} of these can be fixed with: tieline lint --fix\n`,
    );
}
