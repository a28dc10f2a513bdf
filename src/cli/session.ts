import { applyPlan, type RunResult } from "../app/apply.ts";
import { assertApplicable } from "../app/applicable.ts";
import {
  invalidDocuments,
  loadDesired,
  resolveDocuments,
  type Desired,
} from "../app/documents.ts";
import { findEnvironmentDrift } from "../app/drift.ts";
import { planEnvironment, type PlanResult } from "../app/plan.ts";
import { readStatus } from "../app/status.ts";
import { openRuntime, type Runtime } from "../compose/runtime.ts";
import type { DriftReport } from "../domain/drift.ts";
import type { EnvironmentRules, GuardOverride } from "../domain/environment.ts";
import type { Plan } from "../domain/generated/plan.ts";
import type { StatusReport } from "../domain/status.ts";
import type { DocumentSource } from "../ports/document-source.ts";
import { readGitProvenance } from "../sources/git.ts";
import { textOf, type Input } from "./input.ts";
import type { Io } from "./io.ts";
import { createProgress } from "./progress.ts";
import { openWorkspace } from "./workspace.ts";

/** One environment, opened for the length of a command. */
export interface Session {
  plan(approvals: readonly GuardOverride[]): Promise<PlanResult>;
  /** Throws what `apply` would throw before its first request, so that nobody is asked to confirm what will be refused. */
  assertApplicable(plan: Plan): void;
  apply(plan: Plan): Promise<RunResult>;
  drift(): Promise<DriftReport>;
  status(): Promise<StatusReport>;
  close(): Promise<void>;
}

/** `planOnly`: a plan file is at hand; of the documents only the environment's own rules are read. */
export interface SessionOptions {
  readonly planOnly?: boolean;
}

/** Reads the documents of an environment and connects to its API. */
export async function openSession(
  environment: string,
  input: Input,
  io: Io,
  options: SessionOptions = {},
): Promise<Session> {
  const source = await openWorkspace(input, io);
  const desired =
    options.planOnly === true
      ? undefined
      : await loadDesired(source, environment, io.env);
  const rules = desired?.rules ?? (await loadRules(source, environment, io));
  const target = textOf(input.options["target"]);
  const runtime = await openRuntime({
    root: source.root,
    source,
    rules,
    env: io.env,
    scrubber: io.scrubber,
    ...(target === undefined ? {} : { target }),
    ...(io.isVerbose
      ? {
          trace: (line: string) => {
            io.err(`${line}\n`);
          },
        }
      : {}),
  });
  return sessionOver({ runtime, source, desired, rules, io });
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
  readonly source: DocumentSource;
  /** `undefined` when only the rules were read. */
  readonly desired: Desired | undefined;
  readonly rules: EnvironmentRules;
  readonly io: Io;
}

function sessionOver({ runtime, source, desired, rules, io }: Opened): Session {
  const progress = createProgress(io, () => runtime.clock.now());
  const shared = { ...runtime, sink: progress, signal: io.interrupt.signal };
  const documents = (): Promise<Desired> =>
    desired === undefined
      ? loadDesired(source, rules.name, io.env)
      : Promise.resolve(desired);
  const showing = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } finally {
      progress.done();
    }
  };
  return {
    plan: async (approvals) => {
      const provenance = await readGitProvenance(source.root);
      return showing(
        planEnvironment(await documents(), {
          ...shared,
          provenance,
          approvals,
        }),
      );
    },
    assertApplicable: (plan) => {
      assertApplicable(plan, runtime, []);
    },
    apply: async (plan) => {
      io.interrupt.beginWriting();
      const shouldStop = (): boolean => io.interrupt.requested() !== undefined;
      return showing(
        applyPlan(plan, {
          ...shared,
          shouldStop,
          concurrency: rules.limits.concurrency,
        }),
      );
    },
    drift: async () => showing(findEnvironmentDrift(await documents(), shared)),
    status: async () =>
      showing(
        readStatus(rules.name, runtime.api, runtime.state, io.interrupt.signal),
      ),
    close: () => runtime.close(),
  };
}
