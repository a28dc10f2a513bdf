import { ENVIRONMENTS_FOLDER } from "../domain/document-folders.ts";
import { resolve } from "node:path";
import { checkPlan } from "../documents/check/plan-file.ts";
import type { GuardOverride } from "../domain/environment.ts";
import type { Plan } from "../domain/generated/plan.ts";
import {
  invalidPlan,
  loadDesired,
  validateDocuments,
  type Desired,
} from "../environment/documents/documents.ts";
import { openOfflineChecks, openPreview } from "../environment/api/offline.ts";
import { openDocuments } from "../environment/documents/open-documents.ts";
import { openEnvironment, type Environment } from "../environment/open.ts";
import { applyIn } from "../features/apply/apply-in.ts";
import {
  compareEnvironments,
  resolvePair,
} from "../features/compare/compare.ts";
import { findConsentLag } from "../features/consent/consent.ts";
import { findEnvironmentDrift } from "../features/drift/drift.ts";
import { explainConnection } from "../features/explain/explain-connection.ts";
import { planIn } from "../features/plan/plan-in.ts";
import type { PlanResult } from "../features/plan/plan.ts";
import { readStatus } from "../features/status/status.ts";
import {
  planOwnership,
  type OwnershipAction,
} from "../features/ownership/ownership.ts";
import { startWork } from "../util/work.ts";
import { openAuthoring, openExports, opening } from "./document-work.ts";
import type {
  ConfigurationHandle,
  EnvironmentHandle,
  LibraryOptions,
} from "./surface.ts";

/** Opens a configuration folder. Reads nothing yet. */
export function openConfiguration(
  folder: string,
  options: LibraryOptions = {},
): ConfigurationHandle {
  const env = options.env ?? process.env;
  const source = openDocuments(resolve(folder), env);
  return {
    environments: () => source.listFolders(ENVIRONMENTS_FOLDER),
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
    ...openAuthoring(source, env, options),
    ...openExports(source, env),
    compare: async (from, to) => {
      startWork();
      return compareEnvironments(await resolvePair(source, [from, to], env));
    },
    open: async (name) => {
      startWork();
      const environment = await openEnvironment({
        name,
        workspace: source,
        ...opening(env, options),
      });
      return handleOf(environment, await environment.documents());
    },
  };
}

/**
 * A value that a caller says is a plan: it may have been read from anywhere. @throws
 * InvalidDocumentsError CFG030.
 */
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
  const owning = (
    action: OwnershipAction,
    names: readonly string[],
  ): Promise<PlanResult> => {
    startWork();
    return planOwnership(environment, action, names);
  };
  return {
    desired,
    plan: async (approvals = []) => {
      startWork();
      const result = await planIn(environment, { approvals });
      made.set(result.plan.digest, approvals);
      return result;
    },
    adopt: (...connections) => owning("adopt", connections),
    forget: (...connections) => owning("forget", connections),
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
