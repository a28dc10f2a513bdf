import { diffConnections } from "../../engine/diff/diff.ts";
import type {
  AssembleInput,
  ChangeFilter,
  DiffInput,
} from "../../engine/diff/input.ts";
import { assemblePlan } from "../../engine/plan/plan.ts";
import {
  localConnectionsOf,
  recordRules,
} from "../../engine/rules/record-rules.ts";
import { hasErrors, type Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { GuardOverride } from "../../domain/environment.ts";
import type { Plan, PlanSource } from "../../domain/generated/plan.ts";
import type { Openers } from "../../domain/secret/file-openers.ts";
import type { Provenance } from "../../domain/provenance.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ConnectionsReader } from "../../ports/connections-api.ts";
import type { EventSink } from "../../ports/event-sink.ts";
import type { SecretStore } from "../../ports/secret-store.ts";
import type { AppliedCommit } from "../../environment/documents/applied-files.ts";
import type { StateStore } from "../../ports/state-store.ts";
import { auditConnections } from "../../environment/documents/audit.ts";
import {
  invalidDocuments,
  type Desired,
} from "../../environment/documents/documents.ts";
import { relatedKeys } from "../../engine/meaning/relations.ts";
import { measureImpact } from "./impact.ts";
import { hiddenDiagnostics } from "./hidden-notices.ts";
import {
  historyDiagnostics,
  planNotice,
  snapshotDiagnostics,
} from "./notices.ts";
import { wantedKeys } from "../../environment/api/observe.ts";
import { watchPlatform, type Watch } from "../../environment/api/watch.ts";
import {
  forgetApplied,
  rotationWarnings,
  type SecretIntent,
} from "./secret-intent.ts";
import {
  describeSecrets,
  unsaid,
} from "../../environment/secrets/secret-state.ts";

/** What planning works with. The API client is of a type that cannot write. */
export interface PlanContext {
  readonly api: ConnectionsReader;
  readonly state: Pick<StateStore, "readInventory" | "place" | "setAside">;
  readonly secrets: SecretStore;
  readonly clock: Clock;
  readonly sink: EventSink;
  readonly signal: AbortSignal;
  readonly toolVersion: string;
  readonly provenance: Provenance;
  /** What stands in for the platform and the state, where they are not asked. */
  readonly snapshot?: PlanSource["snapshot"];
  /** Permissions given on the command line for this plan. */
  readonly approvals: readonly GuardOverride[];
  /** The commit that was applied last, where there is one. */
  readonly applied?: AppliedCommit | undefined;
  /** Limits the plan to some changes. */
  readonly only?: ChangeFilter;
  /** Owned connections to let go of without a write. */
  readonly forget?: ReadonlySet<string>;
  /** What is being read already; begun when the documents turned out to be right when absent. */
  readonly watch?: Watch;
  /** Secrets to send again, whatever their fingerprints say. */
  readonly rewrite?: SecretIntent;
}

/**
 * A plan with the warnings and notes about the documents it was made from, which stand among its
 * notices, too.
 */
export interface PlanResult {
  readonly plan: Plan;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Computes what an apply would do. The one planner: preview, apply and drift all come here.
 * @throws InvalidDocumentsError for anything wrong with documents or secrets, before anything that
 * the platform or the state says; UserError, ConflictError, RemoteError and TransientError from the
 * ports.
 */
export async function planEnvironment(
  desired: Desired,
  context: PlanContext,
): Promise<PlanResult> {
  const { rules } = desired;
  const { api, sink, provenance } = context;
  const checked = await checkDocuments(desired, context);
  const { connections, diagnostics } = checked;
  const watch = context.watch ?? watchPlatform({ ...context, rules });
  const inventory = await watch.inventory();
  const overdue = rotationWarnings(connections, inventory, context.clock.now());
  const { listed, live } = await watch.observation(
    wantedKeys(connections, inventory),
  );
  const input: DiffInput = {
    rules,
    desired: connections,
    live,
    listed,
    inventory:
      context.rewrite === undefined
        ? inventory
        : forgetApplied(inventory, connections, context.rewrite),
    secrets: checked.secrets,
    capabilities: api.capabilities,
    local: checked.local,
    ...(context.only === undefined ? {} : { only: context.only }),
    ...(context.forget === undefined ? {} : { forget: context.forget }),
  };
  sink.emit({ kind: "phase", phase: "plan" });
  const differences = diffConnections(input);
  const impact = await measureImpact(
    differences.changes,
    context,
    relatedKeys(differences, input.desired),
  );
  const told = [
    ...diagnostics,
    ...overdue,
    ...snapshotDiagnostics(context.snapshot, context.clock.now()),
    ...(await historyDiagnostics(
      provenance,
      context.applied,
      context.clock.now(),
    )),
    ...(await hiddenDiagnostics(desired, context.applied)),
  ];
  const declared = new Set(connections.map(({ key }) => key));
  const plan = assemblePlan({
    ...input,
    recorded: recordRules(rules.declared, {
      openers: checked.openers,
      localConnections: localConnectionsOf(differences.local),
    }),
    ...impact,
    now: new Date(context.clock.now()).toISOString(),
    toolVersion: context.toolVersion,
    target: { driver: api.driver, apiHost: api.apiHost },
    source: sourceOf(desired, context),
    approvals: context.approvals,
    policies: desired.policies ?? [],
    notices: told.map((diagnostic) =>
      planNotice(diagnostic, (key) => declared.has(key)),
    ),
    differences,
  });
  return { plan, diagnostics: told };
}

function sourceOf(
  { documentsDigest }: Desired,
  { provenance, snapshot }: PlanContext,
): AssembleInput["source"] {
  const { commit, dirty, subject = null } = provenance;
  return {
    commit,
    dirty,
    documentsDigest,
    subject,
    ...(snapshot === undefined ? {} : { snapshot }),
  };
}

/**
 * What the documents ask for, as far as the driver can hold it, and what is known of its secrets.
 */
interface CheckedDocuments extends Pick<DiffInput, "secrets" | "local"> {
  readonly connections: Desired["connections"];
  readonly openers: Openers;
  /** Warnings and notes only. */
  readonly diagnostics: readonly Diagnostic[];
}

/** @throws InvalidDocumentsError for anything that is wrong, with all of it. */
async function checkDocuments(
  desired: Desired,
  { api, secrets: store, applied }: PlanContext,
): Promise<CheckedDocuments> {
  const audit = auditConnections(api, desired.rules, desired.connections);
  const { connections, local } = audit;
  const secrets = await describeSecrets(store, connections, local);
  const files = await store.checkFiles(applied);
  const diagnostics = [
    ...desired.diagnostics,
    ...audit.diagnostics,
    ...secrets.diagnostics,
    ...unsaid(files.diagnostics, secrets.diagnostics),
  ];
  if (hasErrors(diagnostics)) throw invalidDocuments(diagnostics);
  return {
    connections,
    local,
    secrets: secrets.descriptions,
    openers: files.openers,
    diagnostics,
  };
}
