import { checkKeys } from "../app/checks/keys.ts";
import { checkGit, checkNode } from "../app/checks/machine.ts";
import { examineApi, examineState, failed } from "../app/doctor.ts";
import {
  ENVIRONMENTS_FOLDER,
  loadDesired,
  resolveDocuments,
} from "../app/documents.ts";
import { assertEnvironments } from "../app/known-names.ts";
import { testConnections } from "../app/test-connections.ts";
import {
  demoKeyFiles,
  openRuntime,
  type RuntimeOptions,
} from "../compose/runtime.ts";
import { openState } from "../compose/state.ts";
import { systemClock } from "../compose/system-clock.ts";
import { assertUntracked } from "../compose/untracked.ts";
import type { CheckResult, DoctorReport, TestReport } from "../domain/check.ts";
import type { EnvironmentRules } from "../domain/environment.ts";
import type { DocumentSource } from "../ports/document-source.ts";
import { reportKeys } from "../secrets/key-report.ts";
import { readProvenance } from "../sources/provenance.ts";
import type { Input } from "./input.ts";
import type { Io } from "./io.ts";
import { createProgress } from "./progress.ts";
import { reachesSeveralHosts, runtimeOptions } from "./runtime-options.ts";
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
  const runtime = await openRuntime(
    runtimeOptions(desired.rules, source, input, io),
  );
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

/** Looks at this machine, the configuration and the named environments, or all of them. Goes on where something is wrong. */
export async function runDoctor(
  names: readonly string[],
  input: Input,
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
        message: `${String(known.length)} environments in ${source.root}`,
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

async function examine(
  { name, source, resolution, isOneOfSeveral }: Examination,
  input: Input,
  io: Io,
): Promise<readonly CheckResult[]> {
  const { rules, connections, diagnostics } = resolution;
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
    ...(await examineTarget(
      { ...runtimeOptions(rules, source, input, io), isOneOfSeveral },
      io,
    )),
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
      pinned: rules.secretRecipients,
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
  options: RuntimeOptions,
  io: Io,
): Promise<readonly CheckResult[]> {
  try {
    const runtime = await openRuntime(options);
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
    await assertUntracked(source.root, io.env);
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
