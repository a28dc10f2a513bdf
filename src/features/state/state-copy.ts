import { ConflictError } from "../../domain/problem/error.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import type { Receipt } from "../../domain/state/ledger.ts";
import type { StateContent } from "../../domain/state/state.ts";
import type { Clock } from "../../ports/clock.ts";
import type { LeaseHolder, StateStore } from "../../ports/state-store.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { receiptOfCutOffRun } from "../../environment/cut-off-run.ts";

/** What became of a copy. */
export interface CopyResult {
  /** False when both held the same already. */
  readonly isChanged: boolean;
  /** Serial of the inventory that was copied, 0 for none. */
  readonly serial: number;
  readonly receipts: number;
}

/**
 * Everything of a state that outlives a run. The receipt of a run that was cut off is part of it,
 * because its journal stays behind.
 * @throws UserError STA001 for state that cannot be read.
 */
export async function readContent(
  state: StateStore,
  clock: Pick<Clock, "now">,
): Promise<StateContent> {
  const inventory = await state.readInventory();
  const ledger = [...(await state.readLedger())];
  const missing =
    inventory === null
      ? null
      : receiptOfCutOffRun(await state.readJournal(), {
          environment: inventory.environment,
          apiHost: inventory.apiHost,
          at: new Date(clock.now()).toISOString(),
          ledger,
        });
  if (missing !== null) ledger.push(missing);
  const plans: Plan[] = [];
  for (const { planDigest } of ledger) {
    const plan = await state.readPlan(planDigest);
    if (plan !== null) plans.push(plan);
  }
  return { inventory, ledger, plans };
}

/**
 * Copies a state over another one that is not newer, holding the other one's lease.
 * @throws ConflictError STA015 when something would be lost, STA003 while a run is under way there.
 */
export async function copyContent(
  content: StateContent,
  to: StateStore,
  holder: LeaseHolder,
): Promise<CopyResult> {
  const lease = await to.acquireLease(holder);
  try {
    const present = await to.readInventory();
    const ledger = await to.readLedger();
    const { inventory } = content;
    const [serial, storedSerial] = [
      inventory?.serial ?? 0,
      present?.serial ?? 0,
    ];
    const result = { serial, receipts: content.ledger.length };
    if (!continues(content.ledger, ledger))
      throw newer(to.place, "its ledger has receipts that the copy lacks");
    if (serial < storedSerial)
      throw newer(
        to.place,
        `its inventory has serial ${String(storedSerial)}, the copy ${String(serial)}`,
      );
    const isSame = canonicalJson(inventory) === canonicalJson(present);
    if (serial === storedSerial && !isSame)
      throw newer(
        to.place,
        `both inventories have serial ${String(serial)} and differ`,
      );
    if (isSame && ledger.length === content.ledger.length)
      return { ...result, isChanged: false };
    await to.replace(content, storedSerial);
    return { ...result, isChanged: true };
  } finally {
    await lease.release();
  }
}

/** Runs work on a state that no run may change meanwhile. @throws ConflictError STA003. */
export async function whileHolding<T>(
  state: StateStore,
  holder: LeaseHolder,
  work: () => Promise<T>,
): Promise<T> {
  const lease = await state.acquireLease(holder);
  try {
    return await work();
  } finally {
    await lease.release();
  }
}

function continues(
  ledger: readonly Receipt[],
  start: readonly Receipt[],
): boolean {
  return start.every(({ digest }, index) => ledger[index]?.digest === digest);
}

function newer(place: string, why: string): ConflictError {
  return new ConflictError(
    "STA015",
    `the state in ${place} is not older than the copy`,
    {
      why,
      fix: "copy in the other direction, or move that state away first if it is the wrong one",
      notDone: "nothing was changed",
    },
  );
}
