import { MOST_LISTED_ACCOUNTS } from "../../domain/account.ts";
import { findOpenRun } from "../../domain/state/open-run.ts";
import { readOwnInventory } from "../../environment/own-inventory.ts";
import type {
  DesiredConnection,
  ListedConnection,
} from "../../domain/connection.ts";
import type { Inventory } from "../../domain/state/inventory.ts";
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
  /** True to ask for the connected accounts of owned connections. */
  readonly countsAccounts?: boolean;
}

/**
 * What is known about an environment: state, the last runs, an unfinished one, when its secrets are
 * due, and the list of live connections (no object is read in full).
 */
export async function readStatus(
  environment: string,
  connections: readonly DesiredConnection[],
  { api, state, clock, signal, countsAccounts = false }: StatusContext,
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
    accounts: countsAccounts
      ? await accountsOf(inventory, { api, signal })
      : null,
  };
}

async function accountsOf(
  inventory: Inventory | null,
  { api, signal }: Pick<StatusContext, "api" | "signal">,
): Promise<StatusReport["accounts"]> {
  const found = await api.readAccounts(
    (inventory?.entries ?? []).map(({ key }) => key),
    { listUpTo: MOST_LISTED_ACCOUNTS },
    signal,
  );
  return [...found].map(([key, accounts]) => ({ key, ...accounts }));
}
