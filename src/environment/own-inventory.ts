import type { StateStore } from "../ports/state-store.ts";
import type { Inventory } from "../domain/state/inventory.ts";
import { ConflictError } from "../domain/problem/error.ts";

/**
 * The inventory, when it is this environment's on this host.
 * @throws ConflictError STA005 when it belongs to another one: its remote ids would point at
 * strangers.
 */
export async function readOwnInventory(
  state: Pick<StateStore, "readInventory" | "place" | "setAside">,
  environment: string,
  apiHost: string,
): Promise<Inventory | null> {
  const inventory = await state.readInventory();
  if (
    inventory === null ||
    (inventory.environment === environment && inventory.apiHost === apiHost)
  )
    return inventory;
  const aside = state.setAside?.(inventory.apiHost);
  throw new ConflictError(
    "STA005",
    `the state in ${state.place} belongs to ${inventory.environment} on ${inventory.apiHost}, not to ${environment} on ${apiHost}`,
    {
      why: "ownership and remote ids mean nothing on another host",
      fix: `name the target it was made for in environment.yaml; where the new one is meant, move the state away, and the next plan begins with what is live there${aside === undefined ? "" : `: ${aside}`}`,
      notDone: "nothing was changed",
    },
  );
}
