import { applyPlan, type RunResult } from "../features/apply/apply.ts";
import {
  invalidDocuments,
  loadDesired,
  resolveDocuments,
  type Desired,
} from "./documents.ts";
import { withChanges } from "./changed-source.ts";
import { findConsentLag } from "../features/consent/consent.ts";
import { findEnvironmentDrift } from "../features/drift/drift.ts";
import {
  planEnvironment,
  type PlanContext,
  type PlanResult,
} from "../features/plan/plan.ts";
import { findCutOffRun, type CutOffRun } from "../features/apply/resume.ts";
import {
  proposeRebuild,
  storeRebuilt,
} from "../features/state/state-rebuild.ts";
import { readStatus } from "../features/status/status.ts";
import { openAppliedFiles } from "./applied-files.ts";
import { openRuntime, type Runtime } from "./runtime.ts";
import type { ConsentReport } from "../features/consent/report.ts";
import type { DriftReport } from "../domain/drift.ts";
import type { EnvironmentRules, GuardOverride } from "../domain/environment.ts";
import type { Plan } from "../domain/generated/plan.ts";
import type { RebuildProposal } from "../features/state/report.ts";
import type { FileChange } from "../domain/source-file.ts";
import type { StatusReport } from "../features/status/report.ts";
import type { DocumentSource } from "../ports/document-source.ts";
import { openOrigin, type DocumentOrigin } from "../command/document-origin.ts";
import type { Input } from "../command/input.ts";
import type { Io } from "../command/io.ts";
import {
  createPlanChecks,
  type ApplyOptions,
  type PlanChecks,
} from "./plan-checks.ts";
import { createEventStream, createProgress } from "../command/progress.ts";
import { runtimeOptions } from "./runtime-options.ts";
import { openWorkspace } from "./workspace.ts";

/** One environment, opened for the length of a command. */
export interface Session extends Pick<
  PlanChecks,
  "assertSound" | "assertAllowed"
> {
  plan(
    approvals: readonly GuardOverride[],
    options?: Pick<PlanContext, "only" | "forget" | "rewrite">,
  ): Promise<PlanResult>;
  apply(plan: Plan, options?: ApplyOptions): Promise<RunResult>;
  /** What the last run left open. @throws ConflictError CLI030 when that is nothing. */
  cutOff(): Promise<CutOffRun>;
  /** Names of declared and owned connections, for suggestions. */
  knownKeys(): Promise<readonly string[]>;
  drift(): Promise<DriftReport>;
  consent(): Promise<ConsentReport>;
  status(): Promise<StatusReport>;
  readonly rules: EnvironmentRules;
  /** The inventory that live and the documents give; writes nothing. @throws ConflictError STA016 when there is one. */
  proposeRebuild(): Promise<RebuildProposal>;
  storeRebuilt(proposal: RebuildProposal): Promise<void>;
  close(): Promise<void>;
}

/** `planOnly`: a plan file is at hand; of the documents only the environment's own rules are read. */
export interface SessionOptions {
  readonly planOnly?: boolean;
  /** Commit, tag or branch whose documents are read instead of those in the working tree. */
  readonly ref?: string | undefined;
  /** With `ref`: secrets are those of the working tree all the same. */
  readonly keepsSecrets?: boolean;
  /** Files as they will be: what a command that edits documents plans before it writes them. */
  readonly changes?: readonly FileChange[];
}

/** Reads the documents of an environment and connects to its API. */
export async function openSession(
  environment: string,
  input: Input,
  io: Io,
  options: SessionOptions = {},
): Promise<Session> {
  const origin = changedOrigin(
    await openOrigin(input, io, options.ref),
    options.changes ?? [],
  );
  const { source } = origin;
  const desired =
    options.planOnly === true
      ? undefined
      : await loadDesired(source, environment, io.env);
  const rules = await origin.present(
    desired?.rules ?? (await loadRules(source, environment, io)),
  );
  const runtime = await openRuntime({
    ...runtimeOptions(rules, source, input, io),
    ...(options.keepsSecrets === true
      ? { source: await openWorkspace(input, io) }
      : {}),
  });
  const streams = input.options["jsonEvents"] === true;
  return sessionOver({ runtime, origin, desired, rules, io, streams });
}

function changedOrigin(
  origin: DocumentOrigin,
  changes: readonly FileChange[],
): DocumentOrigin {
  return changes.length === 0
    ? origin
    : { ...origin, source: withChanges(origin.source, changes) };
}

async function loadRules(
  source: DocumentSource,
  environment: string,
  io: Io,
): Promise<EnvironmentRules> {
  const { rules, diagnostics } = await resolveDocuments(
    source,
    environment,
    io.env,
  );
  if (rules === null) throw invalidDocuments(diagnostics);
  return rules;
}

interface Opened {
  readonly runtime: Runtime;
  readonly origin: DocumentOrigin;
  /** `undefined` when only the rules were read. */
  readonly desired: Desired | undefined;
  readonly rules: EnvironmentRules;
  readonly io: Io;
  /** True to write progress as JSON lines on stdout. */
  readonly streams: boolean;
}

function sessionOver(opened: Opened): Session {
  const { runtime, origin, desired, rules, io, streams } = opened;
  const progress = streams
    ? createEventStream(io)
    : createProgress(io, () => runtime.clock.now());
  const shared = { ...runtime, sink: progress, signal: io.interrupt.signal };
  const documents = (): Promise<Desired> =>
    desired === undefined
      ? loadDesired(origin.source, rules.name, io.env)
      : Promise.resolve(desired);
  const { root } = origin.source;
  const checks = createPlanChecks(runtime, {
    root,
    env: io.env,
    rules,
  });
  const showing = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } finally {
      progress.done();
    }
  };
  return {
    plan: async (approvals, options = {}) => {
      const provenance = await origin.provenance();
      const result = await showing(
        planEnvironment(await documents(), {
          ...shared,
          provenance,
          applied: await openAppliedFiles(runtime.state, root, io.env),
          approvals,
          ...options,
        }),
      );
      checks.remember(result.plan, approvals);
      return result;
    },
    assertSound: (plan, options) => checks.assertSound(plan, options),
    assertAllowed: (plan, options) => checks.assertAllowed(plan, options),
    apply: async (plan, options) => {
      io.interrupt.beginWriting();
      const shouldStop = (): boolean => io.interrupt.requested() !== undefined;
      return showing(
        applyPlan(plan, {
          ...shared,
          ...(await checks.contextFor(plan, options)),
          shouldStop,
          concurrency: rules.limits.concurrency,
        }),
      );
    },
    cutOff: () => findCutOffRun(rules.name, runtime.state),
    knownKeys: async () => [
      ...(await documents()).connections.map(({ key }) => key),
      ...((await runtime.state.readInventory())?.entries ?? []).map(
        ({ key }) => key,
      ),
    ],
    drift: async () => showing(findEnvironmentDrift(await documents(), shared)),
    consent: async () => showing(findConsentLag(rules.name, shared)),
    status: async () =>
      showing(readStatus(rules.name, (await documents()).connections, shared)),
    rules,
    proposeRebuild: async () =>
      showing(
        proposeRebuild(await documents(), {
          ...shared,
          provenance: await origin.provenance(),
          approvals: [],
        }),
      ),
    storeRebuilt: async (proposal) => {
      await storeRebuilt(proposal, runtime.state, runtime.holder);
    },
    close: () => runtime.close(),
  };
}
