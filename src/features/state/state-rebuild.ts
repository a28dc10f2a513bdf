import { nextInventoryEntry } from "../../engine/inventory.ts";
import { ConflictError } from "../../domain/problem/error.ts";
import type {
  Inventory,
  InventoryEntry,
} from "../../domain/state/inventory.ts";
import type { RebuildProposal } from "./report.ts";
import { UNREADABLE } from "../../domain/problem/unreadable.ts";
import type { LeaseHolder, StateStore } from "../../ports/state-store.ts";
import type { Desired } from "../../environment/documents/documents.ts";
import { planEnvironment, type PlanContext } from "../plan/plan.ts";

/**
 * The inventory that live and the documents give when the stored one is lost: every declared
 * connection that is live and equal in all its fields. What differs is left for the next plan,
 * which shows the difference before it adopts. Writes nothing, to nobody.
 * @throws ConflictError STA015 when there is an inventory; UserError STA001 when there is one that
 * cannot be read; else as `planEnvironment`.
 */
export async function proposeRebuild(
  desired: Desired,
  context: PlanContext & { readonly state: StateStore },
): Promise<RebuildProposal> {
  await assertLost(context.state);
  const { plan } = await planEnvironment(desired, {
    ...context,
    // The planner looks at the world as if nothing had ever been applied.
    state: {
      place: context.state.place,
      readInventory: () => Promise.resolve(null),
    },
  });
  const at = new Date(context.clock.now()).toISOString();
  const entries: InventoryEntry[] = [];
  const left: { key: string; why: string }[] = [];
  for (const change of plan.changes) {
    const isEqual = change.fields.every(({ effect }) => effect !== "write");
    if (change.action !== "adopt") {
      left.push({
        key: change.key,
        why: change.action === "create" ? "it is not live" : "it is not ours",
      });
    } else if (!isEqual) {
      left.push({ key: change.key, why: "live differs from the documents" });
    } else {
      const entry = nextInventoryEntry(
        // Which secrets are there now nobody can tell, so none is remembered: the next plan writes
        // them.
        { ...change, secrets: [] },
        {
          remoteId: change.remote_id,
          at,
          planDigest: plan.digest,
          previous: undefined,
          secrets: new Map(),
        },
      );
      if (entry !== null) entries.push(entry);
    }
  }
  for (const { code, key = "", message } of plan.findings)
    if (code === UNREADABLE) left.push({ key, why: message });
  return {
    environment: plan.environment,
    place: context.state.place,
    apiHost: context.api.apiHost,
    entries,
    left,
    unmanaged: plan.unmanaged.map(({ key }) => key),
  };
}

/**
 * Stores a proposed inventory. @throws ConflictError STA015 when one appeared meanwhile, STA003
 * while a run is under way.
 */
export async function storeRebuilt(
  proposal: RebuildProposal,
  state: StateStore,
  holder: LeaseHolder,
): Promise<Inventory> {
  const lease = await state.acquireLease(holder);
  try {
    const serial = await assertLost(state);
    const inventory: Inventory = {
      formatVersion: "1.0",
      environment: proposal.environment,
      apiHost: proposal.apiHost,
      // Plans of the state that was lost are not plans of this one.
      stateId: holder.runId,
      serial: serial + 1,
      entries: proposal.entries,
    };
    await state.writeInventory(inventory, lease);
    return inventory;
  } finally {
    await lease.release();
  }
}

/** Serial of the empty inventory there may be. */
async function assertLost(state: StateStore): Promise<number> {
  const inventory = await state.readInventory();
  if (inventory === null || inventory.entries.length === 0)
    return inventory?.serial ?? 0;
  throw new ConflictError(
    "STA015",
    `the state in ${state.place} has an inventory of ${String(inventory.entries.length)} connections`,
    {
      why: "a rebuilt one would forget what it remembers: protection, secrets, and what may be pruned",
      fix: "use it as it is; if it is the wrong one, move it away first",
      notDone: "nothing was changed",
    },
  );
}
