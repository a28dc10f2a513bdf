import { checkKeys } from "../app/checks/keys.ts";
import { checkGit, checkNode } from "../app/checks/machine.ts";
import { examineApi, examineState, failed } from "../app/doctor.ts";
import {
  ENVIRONMENTS_FOLDER,
  loadDesired,
  resolveDocuments,
} from "../app/documents.ts";
import { testConnections } from "../app/test-connections.ts";
import { demoKeyFiles, openRuntime } from "../compose/runtime.ts";
import { openState } from "../compose/state.ts";
import { systemClock } from "../compose/system-clock.ts";
import type { CheckResult, DoctorReport, TestReport } from "../domain/check.ts";
import type { EnvironmentRules } from "../domain/environment.ts";
import { UserError } from "../domain/error.ts";
import { nearest } from "../util/nearest.ts";
import type { DocumentSource } from "../ports/document-source.ts";
import { reportKeys } from "../secrets/key-report.ts";
import { readGitProvenance } from "../sources/git.ts";
import { textOf, type Input } from "./input.ts";
import type { Io } from "./io.ts";
import { createProgress } from "./progress.ts";
import { openWorkspace } from "./workspace.ts";

/** Tests connections of an environment; `probes` asks providers about client secrets as well. */
export async function runTest(
  request: {
    readonly environment: string;
    readonly keys: readonly string[];
    readonly probes: boolean;
  },
  input: Input,
  io: Io,
): Promise<TestReport> {
  const source = await openWorkspace(input, io);
  const desired = await loadDesired(source, request.environment, io.env);
  const runtime = await openRuntime({
    ...runtimeOptions(source, desired.rules, input, io),
    ...(io.isVerbose
      ? {
          trace: (line) => {
            io.err(`${line}\n`);
          },
        }
      : {}),
  });
  const progress = createProgress(io, () => runtime.clock.now());
  try {
    return await testConnections(desired, request.keys, {
      ...runtime,
      sink: progress,
      signal: io.interrupt.signal,
      concurrency: desired.rules.limits.concurrency,
      ...(request.probes ? { probe: runtime.secretProbe } : {}),
    });
  } finally {
    progress.done();
    await runtime.close();
  }
}

function runtimeOptions(
  source: DocumentSource,
  rules: EnvironmentRules,
  input: Input,
  io: Io,
): Parameters<typeof openRuntime>[0] {
  const target = textOf(input.options["target"]);
  return {
    root: source.root,
    source,
    rules,
    env: io.env,
    scrubber: io.scrubber,
    ...(target === undefined ? {} : { target }),
  };
}

/** Looks at this machine, the configuration and the named environments, or all of them. Goes on where something is wrong. */
export async function runDoctor(
  names: readonly string[],
  input: Input,
  io: Io,
): Promise<DoctorReport> {
  const node = checkNode(process.versions.node);
  const source = await openWorkspace(input, io);
  const known = await source.listFolders(ENVIRONMENTS_FOLDER);
  assertKnown(names, known);
  const chosen = names.length > 0 ? names : known;
  const environments: { name: string; results: readonly CheckResult[] }[] = [];
  for (const name of chosen)
    environments.push({
      name,
      results: await examine(name, source, input, io),
    });
  return {
    general: [
      node,
      {
        check: "workspace",
        result: known.length > 0 ? "ok" : "bad",
        message: `${String(known.length)} environments in ${source.root}`,
        ...(known.length > 0 ? {} : { fix: "make one with: tieline init" }),
      },
      checkGit(await readGitProvenance(source.root)),
    ],
    environments,
  };
}

/** @throws UserError CLI041 for a name that is no environment. */
function assertKnown(names: readonly string[], known: readonly string[]): void {
  for (const name of names) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    throw new UserError("CLI041", `there is no environment "${name}"`, {
      why: `an environment is a folder in "${ENVIRONMENTS_FOLDER}"`,
      fix:
        near === undefined
          ? `the environments are: ${known.join(", ")}`
          : `did you mean "${near}"?`,
      notDone: "nothing was looked at",
    });
  }
}

async function examine(
  name: string,
  source: DocumentSource,
  input: Input,
  io: Io,
): Promise<readonly CheckResult[]> {
  const { rules, connections, diagnostics } = await resolveDocuments(
    source,
    name,
    io.env,
  );
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const documents: CheckResult =
    rules !== null && errors.length === 0
      ? {
          check: "documents",
          result: "ok",
          message: `${String(connections.length)} connections, valid`,
        }
      : {
          check: "documents",
          result: "bad",
          message: `${String(errors.length)} errors in the documents`,
          fix: `tieline validate ${name} shows them`,
        };
  if (rules === null) return [documents];
  return [
    documents,
    ...(await examineKeys(source, rules, io)),
    ...(await examineTarget(source, rules, input, io)),
    ...(await examineStored(source, rules, io)),
  ];
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
      env: io.env,
      keyFiles:
        rules.target === "embedded:"
          ? demoKeyFiles({ root: source.root, rules }, "embedded")
          : [],
    });
    return reports.map(checkKeys);
  } catch (error) {
    return [failed("secrets", error)];
  }
}

async function examineTarget(
  source: DocumentSource,
  rules: EnvironmentRules,
  input: Input,
  io: Io,
): Promise<readonly CheckResult[]> {
  try {
    const runtime = await openRuntime(runtimeOptions(source, rules, input, io));
    try {
      return await examineApi({ ...runtime, signal: io.interrupt.signal });
    } finally {
      await runtime.close();
    }
  } catch (error) {
    return [failed("target", error)];
  }
}

async function examineStored(
  source: DocumentSource,
  rules: EnvironmentRules,
  io: Io,
): Promise<readonly CheckResult[]> {
  try {
    const state = openState({
      root: source.root,
      environment: rules.name,
      settings: rules.state,
      env: io.env,
    });
    return await examineState(rules.name, state, systemClock.now());
  } catch (error) {
    return [failed("state", error)];
  }
}
