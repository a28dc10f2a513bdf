import { checkKeys } from "./keys.ts";
import { checkGit, checkNode } from "./machine.ts";
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
  ENVIRONMENTS_FOLDER,
  resolveDocuments,
} from "../../environment/documents/documents.ts";
import { assertEnvironments } from "../../environment/documents/known-names.ts";
import { missingSecrets } from "../../environment/secrets/missing-secrets.ts";
import { testConnections } from "./test-connections.ts";
import { apiHostOf } from "../../environment/api/endpoint.ts";
import { openOfflineChecks } from "../../environment/api/offline.ts";
import {
  demoKeyFiles,
  openRuntime,
  type RuntimeOptions,
} from "../../environment/runtime.ts";
import { openState } from "../../environment/state.ts";
import { systemClock } from "../../environment/system-clock.ts";
import { assertUntracked } from "../../environment/documents/untracked.ts";
import type { CheckResult, DoctorReport, TestReport } from "./report.ts";
import { hasErrors, type Diagnostic } from "../../domain/problem/diagnostic.ts";
import { AppError, InvalidDocumentsError } from "../../domain/problem/error.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { reportKeys } from "../../secrets/key-report.ts";
import { readProvenance } from "../../sources/provenance.ts";
import type { CommonInput } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";
import {
  reachesSeveralHosts,
  runtimeOptions,
} from "../../command/runtime-options.ts";
import { withEnvironment } from "../../command/open-environment.ts";
import { planIn } from "../plan/plan-in.ts";
import { countOf } from "../../output/words.ts";
import { append } from "../../util/append.ts";
import { shellWord } from "../../util/shell-word.ts";
import { openWorkspace } from "../../command/workspace.ts";

/** Tests connections of an environment; `probes` asks providers about client secrets as well. */
export async function runTest(
  request: {
    readonly environment: string;
    readonly keys: readonly string[];
    readonly probes: boolean;
  },
  input: CommonInput,
  io: Io,
): Promise<TestReport> {
  return withEnvironment(
    request.environment,
    { input, io },
    async (environment) =>
      testConnections(await environment.documents(), request.keys, {
        ...environment,
        concurrency: environment.rules.limits.concurrency,
        ...(request.probes ? { probe: environment.secretProbe } : {}),
      }),
  );
}

/** Looks at this machine, the configuration and the named environments, or all of them. Goes on where something is wrong. */
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
    input,
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
  const results = [...documents, ...(await examineKeys(source, rules, io))];
  const stored = await examineStored(options);
  append(
    results,
    unsaidResults(
      await examineTarget(examination, options, [...results, ...stored], io),
      stored,
    ),
  );
  append(results, stored);
  // What cannot be reached was said; asking it for everything would say it once more.
  const isReached = !results.some(
    ({ check, result }) => result === "bad" && UNREACHED.has(check),
  );
  if (isReached)
    append(results, await examinePlan(examination, results, input, io));
  return results;
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
  const others = errors.filter(
    ({ message }) =>
      !missing.some((path) => message.startsWith(`secret://${path}: `)),
  );
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
        };
  return [
    documents,
    ...missing.slice(0, MAX_MISSING).map((path): CheckResult => ({
      check: "secrets",
      result: "bad",
      message: `there is no value for secret://${path} (${codeOf(path, errors)})`,
      fix: `tieline secrets set ${word} ${shellWord(path)}`,
    })),
  ];
}

function codeOf(path: string, errors: readonly Diagnostic[]): string {
  const about = errors.find(({ message }) =>
    message.startsWith(`secret://${path}: `),
  );
  return about?.code ?? "SEC013";
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

async function examineTarget(
  { source, resolution: { connections } }: Examination,
  options: RuntimeOptions,
  before: readonly CheckResult[],
  io: Io,
): Promise<readonly CheckResult[]> {
  try {
    const runtime = await openRuntime(options);
    try {
      const checks = openOfflineChecks(source)(options.rules);
      const { local } = auditConnections(checks, options.rules, connections);
      return [
        ...(await examineApi({ ...runtime, signal: io.interrupt.signal })),
        ...(await examineSecrets(connections, local, {
          secrets: runtime.secrets,
          said: (code) => isSaid(code, before),
        })),
      ];
    } finally {
      await runtime.close();
    }
  } catch (error) {
    return [failed("target", error)];
  }
}

async function examineStored(
  options: RuntimeOptions,
): Promise<readonly CheckResult[]> {
  const { root, rules, env } = options;
  try {
    await assertUntracked(root, env);
    const state = openState({
      root,
      environment: rules.name,
      settings: rules.state,
      env,
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

/** Plans, as `plan` does: whatever stops it and was not found before is found here. Writes nothing to the platform. */
async function examinePlan(
  { name, isOneOfSeveral }: Pick<Examination, "name" | "isOneOfSeveral">,
  before: readonly CheckResult[],
  input: CommonInput,
  io: Io,
): Promise<readonly CheckResult[]> {
  const check = "plan";
  try {
    const { plan } = await withEnvironment(
      name,
      { input, io },
      (environment) => planIn(environment),
      { isOneOfSeveral },
    );
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
            fix: refusal.fix ?? `see it with: tieline plan ${shellWord(name)}`,
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
    ({ result, message }) => result !== "ok" && message.includes(code),
  );
}

/** Without what others say in the same words: opening one thing can fail for want of another. */
function unsaidResults(
  results: readonly CheckResult[],
  said: readonly CheckResult[],
): readonly CheckResult[] {
  const messages = new Set(said.map(({ message }) => message));
  return results.filter(({ message }) => !messages.has(message));
}
