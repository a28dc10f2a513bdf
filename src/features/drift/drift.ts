import { readOwnInventory } from "../../environment/own-inventory.ts";
import { findDrift } from "../../engine/plan/drift.ts";
import type { DriftReport } from "../../domain/drift.ts";
import { auditConnections } from "../../environment/documents/audit.ts";
import type { Desired } from "../../environment/documents/documents.ts";
import { observe, wantedKeys } from "../../environment/api/observe.ts";
import { type PlanContext } from "../plan/plan.ts";

/**
 * Compares live with what was last applied, and says who moved. Needs no secret and writes nothing.
 */
export async function findEnvironmentDrift(
  desired: Desired,
  context: Pick<PlanContext, "api" | "state" | "sink" | "signal">,
): Promise<DriftReport> {
  const { api, state, sink, signal } = context;
  const inventory = await readOwnInventory(
    state,
    desired.rules.name,
    api.apiHost,
  );
  const { local, connections } = auditConnections(
    api,
    desired.rules,
    desired.connections,
  );
  sink.emit({ kind: "phase", phase: "observe" });
  const { listed, live } = await observe(
    api,
    wantedKeys(connections, inventory),
    sink,
    signal,
  );
  return findDrift({
    rules: desired.rules,
    desired: connections,
    live,
    listed,
    inventory,
    local,
  });
}
