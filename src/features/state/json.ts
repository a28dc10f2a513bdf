/** Machine forms of stored state: members in snake_case, the same facts as the text. */
import type { InventoryEntry } from "../../domain/state/inventory.ts";
import type { JsonObject } from "../../domain/json.ts";
import type {
  MigrationReport,
  RebuildProposal,
  StateReport,
} from "./report.ts";

/** What is stored about an environment. */
export function stateJson(report: StateReport): JsonObject {
  const { inventory, lease, openRun } = report;
  return {
    kind: "state-report",
    environment: report.environment,
    state: report.place,
    receipts: report.receiptCount,
    inventory:
      inventory === null
        ? null
        : {
            environment: inventory.environment,
            api_host: inventory.apiHost,
            serial: inventory.serial,
            entries: inventory.entries.map(entryJson),
          },
    lease:
      lease === null
        ? null
        : {
            id: lease.id,
            actor: lease.actor,
            host: lease.host,
            pid: lease.pid,
            run_id: lease.runId,
            expires_at: lease.expiresAt,
          },
    open_run: openRun?.runId ?? null,
  };
}

/** What a migration did, or would do. */
export function migrationJson(report: MigrationReport): JsonObject {
  return {
    kind: "state-migration",
    environment: report.environment,
    state: report.place,
    done: report.isDone,
    steps: report.steps.map(({ number, name }) => ({ number, name })),
    sql: report.sql,
  };
}

function entryJson(entry: InventoryEntry): JsonObject {
  return {
    key: entry.key,
    remote_id: entry.remoteId,
    provider: entry.provider,
    auth_type: entry.authType,
    phase: entry.phase,
    is_protected: entry.isProtected,
    applied_at: entry.appliedAt,
    plan_digest: entry.planDigest,
    last_applied: entry.lastApplied,
    secrets: Object.fromEntries(
      Object.entries(entry.secrets).map(([path, record]) => [
        path,
        {
          applied_at: record.appliedAt,
          fingerprint: record.fingerprint ?? null,
        },
      ]),
    ),
  };
}

/** What a rebuilt inventory holds, and what it does not. */
export function rebuildJson(
  proposal: RebuildProposal,
  isStored: boolean,
): JsonObject {
  return {
    kind: "state-rebuild",
    environment: proposal.environment,
    state: proposal.place,
    is_stored: isStored,
    taken: proposal.entries.map(({ key }) => key),
    left: proposal.left.map(({ key, why }) => ({ key, why })),
    unmanaged: [...proposal.unmanaged],
  };
}
