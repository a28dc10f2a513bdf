import { countOf } from "../../util/count.ts";
import { ENVIRONMENTS_FOLDER } from "../../domain/document-folders.ts";
import { checkGit, checkNode } from "./machine-checks.ts";
import { checkKeys } from "./stored-checks.ts";
import {
  asFinding,
  examineApi,
  examineSecrets,
  examineState,
  failed,
} from "./doctor.ts";
import { auditConnections } from "../../environment/documents/audit.ts";
import {
  checkOffline,
  resolveDocuments,
} from "../../environment/documents/documents.ts";
import { assertEnvironments } from "../../environment/documents/known-names.ts";
import {
  missingSecrets,
  type MissingSecret,
} from "../../environment/secrets/missing-secrets.ts";
import { apiHostOf } from "../../environment/api/endpoint.ts";
import { openOfflineChecks } from "../../environment/api/offline.ts";
import {
  demoKeyFiles,
  type RuntimeOptions,
  reachesSeveralHosts,
} from "../../environment/runtime.ts";
import type { Environment } from "../../environment/open.ts";
import { openState } from "../../environment/state.ts";
import { systemClock } from "../../environment/system-clock.ts";
import { assertUntracked } from "../../environment/documents/untracked.ts";
import type { CheckResult, DoctorReport } from "./report.ts";
import { diagnosticMark, hasErrors } from "../../domain/problem/diagnostic.ts";
import { AppError, InvalidDocumentsError } from "../../domain/problem/error.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { reportKeys } from "../../secrets/key-report.ts";
import { readProvenance } from "../../sources/provenance.ts";
import type { CommonInput } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";
import { runtimeOptions, saidBeside } from "../../command/runtime-options.ts";
import { withEnvironment } from "../../command/open-environment.ts";
import { planIn } from "../plan/plan-in.ts";
import { shellWord } from "../../util/shell-word.ts";
import { openWorkspace } from "../../command/workspace.ts";

/**
 * Looks at this machine, the configuration and the named environments, or all of them. Goes on
 * where something is wrong.
 */
export async function runDoctor(
  names: readonly string[],
  input: CommonInput,
  io: Io,
): Promise<DoctorReport> {
  const node = checkNode(process.versions.node);
  const source = await openWorkspace(input, io);
  const known = await source.listFolders(ENVIRONMENTS_FOLDER);
  assertEnvironments(names, known, {
    fix: "correct the name, or leave it out to look at all of them",
    notDone: "nothing was looked at",
  });
  const chosen = names.length > 0 ? names : known;
  const resolved = await Promise.all(
    chosen.map((name) => resolveDocuments(source, name, io.env)),
  );
  const isOneOfSeveral = reachesSeveralHosts(
    resolved.flatMap(({ rules }) => (rules === null ? [] : [rules])),
    saidBeside(input, io),
  );
  const environments: { name: string; results: readonly CheckResult[] }[] = [];
  for (const [index, name] of chosen.entries()) {
    const resolution = resolved[index];
    if (resolution === undefined) continue;
    const examination = { name, source, resolution, isOneOfSeveral };
    environments.push({ name, results: await examine(examination, input, io) });
  }
  return {
    general: [
      node,
      {
        check: "workspace",
        result: known.length > 0 ? "ok" : "bad",
        message: `${countOf(known.length, "environment")} in ${source.root}`,
        ...(known.length > 0 ? {} : { fix: "make one with: tieline init" }),
      },
      checkGit(await readProvenance(source.root, io.env)),
    ],
    environments,
  };
}

interface Examination {
  readonly name: string;
  readonly source: DocumentSource;
  readonly resolution: Awaited<ReturnType<typeof resolveDocuments>>;
  readonly isOneOfSeveral: boolean;
}

/** How many missing secrets are named one by one. */
const MAX_MISSING = 20;

async function examine(
  examination: Examination,
  input: CommonInput,
  io: Io,
): Promise<readonly CheckResult[]> {
  const { source, resolution, isOneOfSeveral } = examination;
  const { rules } = resolution;
  const documents = await examineDocuments(examination);
  if (rules === null) return documents;
  const options = {
    ...runtimeOptions(rules, source, input, io),
    isOneOfSeveral,
  };
  const before = [...documents, ...(await examineKeys(source, rules, io))];
  const stored = await examineStored(options);
  const reached = await examineReached(
    { ...examination, rules },
    [...before, ...stored],
    { input, io },
  );
  return [
    ...before,
    ...unsaidResults(reached.target, stored),
    ...stored,
    ...reached.plan,
  ];
}

/** Checks after which the API is not asked for more. */
const UNREACHED: ReadonlySet<string> = new Set([
  "target",
  "credentials",
  "permission",
]);

/** Everything `validate` refuses; a secret that is missing with the command that stores it. */
async function examineDocuments({
  name,
  source,
  resolution,
}: Examination): Promise<CheckResult[]> {
  const { rules, connections, diagnostics } = resolution;
  const checksFor = openOfflineChecks(source);
  const errors = [
    ...diagnostics,
    ...(await checkOffline(resolution, checksFor)),
  ].filter(({ severity }) => severity === "error");
  const isResolved = rules !== null && !hasErrors(diagnostics);
  const missing = isResolved
    ? await missingSecrets(rules, connections, checksFor(rules))
    : [];
  const absent = new Set(
    missing.flatMap(({ diagnostics: each }) => each.map(diagnosticMark)),
  );
  const others = errors.filter((each) => !absent.has(diagnosticMark(each)));
  const word = shellWord(name);
  const codes = [...new Set(others.map(({ code }) => code))].sort();
  const documents: CheckResult =
    others.length === 0 && rules !== null
      ? {
          check: "documents",
          result: "ok",
          message: `${String(connections.length)} connections, valid`,
        }
      : {
          check: "documents",
          result: "bad",
          message: `${others.length === 1 ? "an error" : `${String(others.length)} errors`} in the documents (${codes.join(", ")})`,
          fix: `see them with: tieline validate ${word}`,
          codes,
        };
  return [
    documents,
    ...missing.slice(0, MAX_MISSING).map((each) => missingResult(each, word)),
  ];
}

function missingResult(
  { path, diagnostics }: MissingSecret,
  word: string,
): CheckResult {
  const code = diagnostics[0]?.code ?? "SEC001";
  return {
    check: "secrets",
    result: "bad",
    message: `there is no value for secret://${path} (${code})`,
    fix: `tieline secrets set ${word} ${shellWord(path)}`,
    codes: [code],
  };
}

async function examineKeys(
  source: DocumentSource,
  rules: EnvironmentRules,
  io: Io,
): Promise<readonly CheckResult[]> {
  try {
    const reports = await reportKeys({
      files: rules.secretFiles,
      readFile: async (path) => (await source.readFile(path))?.bytes ?? null,
      pinned: rules.secretRecipients,
      env: io.env,
      keyFiles:
        rules.target === "embedded:"
          ? demoKeyFiles({ root: source.root, rules }, "embedded")
          : [],
    });
    return reports.map((report) =>
      checkKeys({
        ...report,
        restore: `git -C ${shellWord(source.root)} restore --source=HEAD -- ${shellWord(report.file)}`,
      }),
    );
  } catch (error) {
    return [failed("secrets", error)];
  }
}

/**
 * Opens the environment once and asks it for everything: its API, the secrets that an apply would
 * need, and a plan, where the API can be asked for one.
 */
async function examineReached(
  {
    name,
    source,
    resolution: { connections, diagnostics },
    isOneOfSeveral,
    rules,
  }: Examination & { readonly rules: EnvironmentRules },
  before: readonly CheckResult[],
  { input, io }: { readonly input: CommonInput; readonly io: Io },
): Promise<{
  readonly target: readonly CheckResult[];
  readonly plan: readonly CheckResult[];
}> {
  const checks = openOfflineChecks(source)(rules);
  const look = async (environment: Environment) => {
    const { local } = auditConnections(checks, rules, connections);
    const target = [
      ...(await examineApi(environment)),
      ...(await examineSecrets(connections, local, {
        secrets: environment.secrets,
        said: (code) => isSaid(code, before),
      })),
    ];
    // What cannot be reached was said; asking it for everything would say it once more.
    const isReached = !target.some(
      ({ check, result }) => result === "bad" && UNREACHED.has(check),
    );
    const said = [...before, ...target];
    return {
      target,
      plan: isReached ? await examinePlan(environment, said) : [],
    };
  };
  try {
    return await withEnvironment(name, { input, io }, look, {
      isOneOfSeveral,
      reads: hasErrors(diagnostics) ? "rules" : "documents",
    });
  } catch (error) {
    return { target: [failed("target", error)], plan: [] };
  }
}

async function examineStored(
  options: RuntimeOptions,
): Promise<readonly CheckResult[]> {
  const { root, rules, env, scrubber } = options;
  try {
    await assertUntracked(root, env);
    const state = openState({
      root,
      environment: rules.name,
      settings: rules.state,
      env,
      scrubber,
    });
    return await examineState({
      environment: rules.name,
      apiHost: apiHostOf(options.target ?? rules.target),
      state,
      now: systemClock.now(),
    });
  } catch (error) {
    return [failed("state", error)];
  }
}

/**
 * Plans, as `plan` does: whatever stops it and was not found before is found here. Writes nothing
 * to the platform.
 */
async function examinePlan(
  environment: Environment,
  before: readonly CheckResult[],
): Promise<readonly CheckResult[]> {
  const check = "plan";
  try {
    const { plan } = await planIn(environment);
    const refusal = plan.findings.find(({ level }) => level === "refuse");
    return [
      refusal === undefined
        ? {
            check,
            result: "ok",
            message: `a plan can be made; it has ${String(plan.changes.length)} changes`,
          }
        : {
            check,
            result: "bad",
            message: `a plan can be made, and an apply would refuse it (${refusal.code}): ${refusal.message}`,
            fix:
              refusal.fix ??
              `see it with: tieline plan ${shellWord(environment.name)}`,
            codes: [refusal.code],
          },
    ];
  } catch (error) {
    if (error instanceof InvalidDocumentsError)
      return error.diagnostics
        .filter(
          ({ severity, code }) => severity === "error" && !isSaid(code, before),
        )
        .map((each) => asFinding(check, each));
    const isKnown = error instanceof AppError && isSaid(error.code, before);
    return isKnown ? [] : [failed(check, error)];
  }
}

/** Whether a finding is about an error of this code. */
function isSaid(code: string, results: readonly CheckResult[]): boolean {
  return results.some(
    ({ result, codes = [] }) => result !== "ok" && codes.includes(code),
  );
}

/** Without what others say already: opening one thing can fail for want of another. */
function unsaidResults(
  results: readonly CheckResult[],
  said: readonly CheckResult[],
): readonly CheckResult[] {
  const codes = new Set(said.flatMap((each) => each.codes ?? []));
  return results.filter(
    ({ codes: own = [] }) => !own.some((code) => codes.has(code)),
  );
}
