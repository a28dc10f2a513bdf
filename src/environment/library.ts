import { resolve } from "node:path";
import { applyPlan, type RunResult } from "../features/apply/apply.ts";
import {
  invalidDocuments,
  loadDesired,
  validateDocuments,
  type Desired,
  type Validation,
} from "./documents.ts";
import { findEnvironmentDrift } from "../features/drift/drift.ts";
import { planEnvironment, type PlanResult } from "../features/plan/plan.ts";
import type { DriftReport } from "../domain/drift.ts";
import type { GuardOverride } from "../domain/environment.ts";
import type { RunEvent } from "../domain/event.ts";
import type { Plan } from "../domain/generated/plan.ts";
import { createScrubber } from "../domain/secret/scrubber.ts";
import type { DocumentSource } from "../ports/document-source.ts";
import { readProvenance } from "../sources/provenance.ts";
import { checkPlan } from "../documents/check/plan-file.ts";
import { startWork } from "../util/work.ts";
import { openCheckout } from "./checkout.ts";
import { openDocuments } from "./open-documents.ts";
import { openOfflineChecks } from "./offline.ts";
import { openAppliedFiles } from "./applied-files.ts";
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
  /**
   * Carries out a plan. A change that fails is an outcome; only what stops the run before its first write is thrown. A plan that this handle did
   * not make is held against the schema, the state, the rules and the checkout as one from a file is; name the digest that was reviewed as
   * `expect`, or give its approvals again.
   */
  apply(plan: Plan, options?: LibraryApplyOptions): Promise<RunResult>;
  /** What moved on the platform since the last apply. */
  drift(): Promise<DriftReport>;
  /** Closes sockets and the embedded API. */
  close(): Promise<void>;
}

/** How a plan is applied. */
export interface LibraryApplyOptions {
  /** True once nothing new is to be started. */
  readonly shouldStop?: () => boolean;
  /** Digest or intent digest that was reviewed. */
  readonly expect?: string;
  /** Permissions for this run, for a plan that this handle did not make. */
  readonly approvals?: readonly GuardOverride[];
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
    load: (environment) => {
      startWork();
      return loadDesired(source, environment, env);
    },
    validate: (...environments) => {
      startWork();
      return validateDocuments(
        source,
        environments,
        env,
        openOfflineChecks(source),
      );
    },
    open: async (environment) => {
      startWork();
      const desired = await loadDesired(source, environment, env);
      return openEnvironment(source, desired, env, options);
    },
  };
}

/** A value that a caller says is a plan: it may have been read from anywhere. @throws InvalidDocumentsError CFG030. */
function checkedPlan(value: Plan): Plan {
  const { plan, diagnostics } = checkPlan(value, "the plan");
  if (plan === undefined) throw invalidDocuments(diagnostics);
  return plan;
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
  const made = new Map<string, readonly GuardOverride[]>();
  return {
    desired,
    plan: async (approvals = []) => {
      startWork();
      const provenance = await readProvenance(source.root, env);
      const result = await planEnvironment(desired, {
        ...shared,
        approvals,
        provenance,
        applied: await openAppliedFiles(runtime.state, source.root, env),
      });
      made.set(result.plan.digest, approvals);
      return result;
    },
    apply: async (plan, { shouldStop = () => false, approvals, expect } = {}) =>
      applyPlan(checkedPlan(plan), {
        ...shared,
        shouldStop,
        rules: desired.rules,
        checkout: await openCheckout(source.root, desired.rules.name, env),
        approvals: approvals ?? made.get(plan.digest) ?? [],
        ...(expect === undefined ? {} : { expect }),
        concurrency: desired.rules.limits.concurrency,
      }),
    drift: () => findEnvironmentDrift(desired, shared),
    close: () => runtime.close(),
  };
}
