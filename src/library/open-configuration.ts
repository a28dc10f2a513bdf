import { resolve } from "node:path";
import { checkPlan } from "../documents/check/plan-file.ts";
import type { DriftReport } from "../domain/drift.ts";
import type { GuardOverride } from "../domain/environment.ts";
import type { RunEvent } from "../domain/state/event.ts";
import type { Plan } from "../domain/generated/plan.ts";
import { createScrubber } from "../domain/secret/scrubber.ts";
import {
  invalidPlan,
  loadDesired,
  validateDocuments,
  type Desired,
  type Validation,
} from "../environment/documents/documents.ts";
import { openOfflineChecks, openPreview } from "../environment/api/offline.ts";
import { openDocuments } from "../environment/documents/open-documents.ts";
import { openEnvironment, type Environment } from "../environment/open.ts";
import { applyIn } from "../features/apply/apply-in.ts";
import type { RunResult } from "../features/apply/apply.ts";
import {
  compareEnvironments,
  resolvePair,
} from "../features/compare/compare.ts";
import type { Comparison } from "../features/compare/report.ts";
import { findConsentLag } from "../features/consent/consent.ts";
import type { ConsentReport } from "../features/consent/report.ts";
import { findEnvironmentDrift } from "../features/drift/drift.ts";
import { explainConnection } from "../features/explain/explain-connection.ts";
import type { Explanation } from "../features/explain/report.ts";
import { planIn } from "../features/plan/plan-in.ts";
import type { PlanResult } from "../features/plan/plan.ts";
import type { StatusReport } from "../features/status/report.ts";
import { readStatus } from "../features/status/status.ts";
import { startWork } from "../util/work.ts";

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
  /** Where each value of a connection was written, what it hides, and what the API will receive. @throws UserError CLI040. */
  explain(
    environment: string,
    connection: string,
    field?: string,
  ): Promise<Explanation>;
  /** How the documents of two environments differ. */
  compare(from: string, to: string): Promise<Comparison>;
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
  /** What is declared, owned and live, and what the last run left open. */
  status(): Promise<StatusReport>;
  /** Whose accounts have not consented to what is asked for now. */
  consent(): Promise<ConsentReport>;
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
    load: async (environment) => {
      startWork();
      return loadDesired(source, environment, env);
    },
    validate: async (...environments) => {
      startWork();
      return validateDocuments(
        source,
        environments,
        env,
        openOfflineChecks(source),
      );
    },
    explain: async (environment, connection, field) => {
      startWork();
      const request = { environment, connection, field };
      return explainConnection(request, {
        source,
        env,
        previewOf: openPreview,
      });
    },
    compare: async (from, to) => {
      startWork();
      return compareEnvironments(await resolvePair(source, [from, to], env));
    },
    open: async (name) => {
      startWork();
      const environment = await openEnvironment({
        name,
        workspace: source,
        env,
        scrubber: createScrubber(),
        sink: { emit: options.onEvent ?? (() => undefined) },
        signal: options.signal ?? new AbortController().signal,
        target: options.target,
      });
      return handleOf(environment, await environment.documents());
    },
  };
}

/** A value that a caller says is a plan: it may have been read from anywhere. @throws InvalidDocumentsError CFG030. */
function checkedPlan(value: Plan): Plan {
  const { plan, diagnostics } = checkPlan(value, "the plan");
  if (plan === undefined) throw invalidPlan(diagnostics);
  return plan;
}

function handleOf(
  environment: Environment,
  desired: Desired,
): EnvironmentHandle {
  const made = new Map<string, readonly GuardOverride[]>();
  return {
    desired,
    plan: async (approvals = []) => {
      startWork();
      const result = await planIn(environment, { approvals });
      made.set(result.plan.digest, approvals);
      return result;
    },
    apply: async (plan, options = {}) => {
      startWork();
      return applyIn(environment, checkedPlan(plan), {
        ...options,
        approvals: options.approvals ?? made.get(plan.digest) ?? [],
      });
    },
    drift: async () => {
      startWork();
      return findEnvironmentDrift(desired, environment);
    },
    status: async () => {
      startWork();
      return readStatus(environment.name, desired.connections, environment);
    },
    consent: async () => {
      startWork();
      return findConsentLag(environment.name, environment);
    },
    close: () => environment.close(),
  };
}
