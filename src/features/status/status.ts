import { findOpenRun } from "../../domain/state/open-run.ts";
import { readOwnInventory } from "../../environment/own-inventory.ts";
import type {
  DesiredConnection,
  ListedConnection,
} from "../../domain/connection.ts";
import type { StatusReport } from "./report.ts";
import { rotationDates } from "../../engine/meaning/rotation.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ConnectionsReader } from "../../ports/connections-api.ts";
import type { StateStore } from "../../ports/state-store.ts";

import { append } from "../../util/append.ts";

/** How many receipts a status shows: what fits a screen. */
const RECENT_RECEIPTS = 5;

/** What reading a status needs. */
export interface StatusContext {
  readonly api: ConnectionsReader;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * What is known about an environment: state, the last runs, an unfinished one, when its secrets are
 * due, and the list of live connections (no object is read in full).
 */
export async function readStatus(
  environment: string,
  connections: readonly DesiredConnection[],
  { api, state, clock, signal }: StatusContext,
): Promise<StatusReport> {
  const inventory = await readOwnInventory(state, environment, api.apiHost);
  const live: ListedConnection[] = [];
  for await (const page of api.listPages(signal)) append(live, page);
  return {
    environment,
    apiHost: api.apiHost,
    statePlace: state.place,
    inventory,
    receipts: (await state.readLedger()).slice(-RECENT_RECEIPTS).reverse(),
    openRun: findOpenRun(await state.readJournal()),
    live: live.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)),
    rotation: rotationDates(connections, inventory, clock.now()),
  };
}
