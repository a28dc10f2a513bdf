import { resolve } from "node:path";
import { applyPlan, type RunResult } from "../app/apply.ts";
import {
  loadDesired,
  validateDocuments,
  type Desired,
  type Validation,
} from "../app/documents.ts";
import { findEnvironmentDrift } from "../app/drift.ts";
import { planEnvironment, type PlanResult } from "../app/plan.ts";
import type { DriftReport } from "../domain/drift.ts";
import type { GuardOverride } from "../domain/environment.ts";
import type { RunEvent } from "../domain/event.ts";
import type { Plan } from "../domain/generated/plan.ts";
import { createScrubber } from "../domain/scrubber.ts";
import type { DocumentSource } from "../ports/document-source.ts";
import { readProvenance } from "../sources/provenance.ts";
import { openDocuments } from "./documents.ts";
import { openOfflineChecks } from "./offline.ts";
import { openRuntime } from "./runtime.ts";

/** How the library is used. Every member has a default. */
export interface LibraryOptions {
  /** Environment variables for credentials, keys and references. Default: those of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Takes progress. Default: nobody. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Ends waits and requests. An apply that is cut short says `unknown` where it must; prefer `shouldStop` for that. */
  readonly signal?: AbortSignal;
  /** Replaces the target of the environment. */
  readonly target?: string;
}

/** A configuration folder. */
export interface ConfigurationHandle {
  /** Names of its environments, sorted. */
  environments(): Promise<readonly string[]>;
  /** Resolves one environment. @throws InvalidDocumentsError with every problem. */
  load(environment: string): Promise<Desired>;
  /** Checks the named environments, or everything. Problems are returned, not thrown. */
  validate(...environments: string[]): Promise<Validation>;
  /** Resolves an environment and connects to its API; close it afterwards. @throws InvalidDocumentsError, UserError. */
  open(environment: string): Promise<EnvironmentHandle>;
}

/** An environment, connected. */
export interface EnvironmentHandle {
  readonly desired: Desired;
  /** What an apply would do. Writes nothing to the API. @throws as `planEnvironment` does. */
  plan(approvals?: readonly GuardOverride[]): Promise<PlanResult>;
  /** Carries out a plan. A change that fails is an outcome; only what stops the run before its first write is thrown. */
  apply(plan: Plan, shouldStop?: () => boolean): Promise<RunResult>;
  /** What moved on the platform since the last apply. */
  drift(): Promise<DriftReport>;
  /** Closes sockets and the embedded API. */
  close(): Promise<void>;
}

/** Opens a configuration folder. Reads nothing yet. */
export function openConfiguration(
  folder: string,
  options: LibraryOptions = {},
): ConfigurationHandle {
  const env = options.env ?? process.env;
  const source = openDocuments(resolve(folder), env);
  return {
    environments: () => source.listFolders("environments"),
    load: (environment) => loadDesired(source, environment, env),
    validate: (...environments) =>
      validateDocuments(source, environments, env, openOfflineChecks(source)),
    open: async (environment) =>
      openEnvironment(
        source,
        await loadDesired(source, environment, env),
        env,
        options,
      ),
  };
}

async function openEnvironment(
  source: DocumentSource,
  desired: Desired,
  env: Readonly<Record<string, string | undefined>>,
  options: LibraryOptions,
): Promise<EnvironmentHandle> {
  const { target } = options;
  const runtime = await openRuntime({
    root: source.root,
    source,
    rules: desired.rules,
    env,
    scrubber: createScrubber(),
    ...(target === undefined ? {} : { target }),
  });
  const shared = {
    ...runtime,
    sink: { emit: options.onEvent ?? (() => undefined) },
    signal: options.signal ?? new AbortController().signal,
  };
  return {
    desired,
    plan: async (approvals = []) =>
      planEnvironment(desired, {
        ...shared,
        approvals,
        provenance: await readProvenance(source.root, env),
      }),
    apply: (plan, shouldStop = () => false) =>
      applyPlan(plan, {
        ...shared,
        shouldStop,
        rules: desired.rules,
        concurrency: desired.rules.limits.concurrency,
      }),
    drift: () => findEnvironmentDrift(desired, shared),
    close: () => runtime.close(),
  };
}
