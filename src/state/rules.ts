/**
 * What every backend demands of a write, in one place: the checks that make two writers notice each
 * other.
 */
import type { Inventory } from "../domain/state/inventory.ts";
import type { Receipt } from "../domain/state/ledger.ts";
import { stateMoved } from "./codec.ts";

/** @throws ConflictError STA002 unless the inventory follows the stored one by exactly one. */
export function assertNextSerial(
  place: string,
  stored: Inventory | null,
  next: Inventory,
): void {
  const serial = stored?.serial ?? 0;
  if (next.serial !== serial + 1)
    throw stateMoved(
      place,
      `serial ${String(serial)}, expected ${String(next.serial - 1)}`,
    );
}

/** @throws ConflictError STA002 unless the receipt follows the last one of the ledger. */
export function assertFollows(
  place: string,
  ledger: readonly Receipt[],
  receipt: Receipt,
): void {
  if (receipt.previous !== (ledger.at(-1)?.digest ?? null))
    throw stateMoved(place, "the ledger grew");
}

/** @throws ConflictError STA002 unless the stored inventory has this serial; 0 stands for none. */
export function assertSerial(
  place: string,
  stored: Inventory | null,
  expected: number,
): void {
  const serial = stored?.serial ?? 0;
  if (serial !== expected)
    throw stateMoved(
      place,
      `serial ${String(serial)}, expected ${String(expected)}`,
    );
}
