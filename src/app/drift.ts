import { findDrift } from "../engine/index.ts";
import type { DriftReport } from "../domain/drift.ts";
import { auditConnections } from "./audit.ts";
import type { Desired } from "./documents.ts";
import { observe, wantedKeys } from "./observe.ts";
import { readOwnInventory, type PlanContext } from "./plan.ts";

/** Compares live with what was last applied, and says who moved. Needs no secret and writes nothing. */
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
