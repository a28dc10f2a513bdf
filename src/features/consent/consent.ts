import { readOwnInventory } from "../../environment/own-inventory.ts";
import { consentPaths } from "../../engine/meaning/risks.ts";
import type { ListedAccount } from "../../domain/account.ts";
import type { ConsentLag, ConsentReport } from "./report.ts";
import type { Plan, PlanChange } from "../../domain/generated/plan.ts";
import type { Receipt } from "../../domain/state/ledger.ts";
import type { Outcome } from "../../domain/state/outcome.ts";
import type { ConnectionsReader } from "../../ports/connections-api.ts";
import type { StateStore } from "../../ports/state-store.ts";
import { byKey } from "../../util/compare-text.ts";

type Changed = Omit<ConsentLag, "accounts" | "lagging">;

/** What the question is answered from. */
export interface ConsentContext {
  readonly api: ConnectionsReader;
  readonly state: Pick<
    StateStore,
    "readLedger" | "readPlan" | "readInventory" | "place"
  >;
  readonly signal: AbortSignal;
}

/**
 * Who may still hold the grant of before: from the ledger, the plans beside it and the list of
 * accounts. Writes nothing.
 */
export async function findConsentLag(
  environment: string,
  context: ConsentContext,
): Promise<ConsentReport> {
  const { api, state, signal } = context;
  const inventory = await readOwnInventory(state, environment, api.apiHost);
  const owned = new Set((inventory?.entries ?? []).map(({ key }) => key));
  const changed = [...(await lastChanges(state)).values()].filter(({ key }) =>
    owned.has(key),
  );
  const accounts = await api.readAccounts(
    changed.map(({ key }) => key),
    { listUpTo: Infinity },
    signal,
  );
  const lags = changed.map((change) => {
    const listed = accounts.get(change.key)?.listed ?? "unknown";
    return { ...change, ...lagOf(listed, change.changedAt) };
  });
  return {
    environment,
    apiHost: api.apiHost,
    changedCount: changed.length,
    connections: lags
      .filter(({ lagging }) => lagging === "unknown" || lagging.length > 0)
      .sort(byKey),
  };
}

/** The last change of each connection that asks its users to consent again. */
async function lastChanges(
  state: Pick<StateStore, "readLedger" | "readPlan">,
): Promise<ReadonlyMap<string, Changed>> {
  const changes = new Map<string, Changed>();
  for (const receipt of await state.readLedger()) {
    const done = receipt.outcomes.filter(
      ({ status }) => status === "applied" || status === "unknown",
    );
    if (done.length === 0) continue;
    const plan = await state.readPlan(receipt.planDigest);
    for (const outcome of done) follow(changes, { receipt, outcome, plan });
  }
  return changes;
}

function follow(
  changes: Map<string, Changed>,
  happened: {
    readonly receipt: Receipt;
    readonly outcome: Outcome;
    readonly plan: Plan | null;
  },
): void {
  const { receipt, outcome, plan } = happened;
  const { key, action } = outcome;
  const change = plan?.changes.find((each) => each.key === key);
  const previous = changes.get(change?.previous_key ?? key);
  changes.delete(change?.previous_key ?? key);
  // Whoever uses a new connection consented to what it asks for; one that is gone asks for nothing.
  const isFresh = ["create", "replace", "delete", "forget"].includes(action);
  if (isFresh || action === "noop") {
    if (!isFresh && previous !== undefined) changes.set(key, previous);
    return;
  }
  const { paths, scopes } = toldBy(change);
  if (change !== undefined && paths.length === 0) {
    if (previous !== undefined) changes.set(key, { ...previous, key });
    return;
  }
  changes.set(key, {
    key,
    changedAt: receipt.finishedAt,
    planDigest: receipt.planDigest,
    actor: receipt.actor,
    paths,
    scopes,
  });
}

/** What moved, as far as the stored plan tells. */
function toldBy(
  change: PlanChange | undefined,
): Pick<Changed, "paths" | "scopes"> {
  if (change === undefined) return { paths: [], scopes: [] };
  return { paths: consentPaths(change), scopes: change.scopes ?? [] };
}

/** An account whose last change the API does not tell may be an old one, so it counts. */
function lagOf(
  accounts: readonly ListedAccount[] | "unknown",
  changedAt: string,
): Pick<ConsentLag, "accounts" | "lagging"> {
  if (accounts === "unknown")
    return { accounts: "unknown", lagging: "unknown" };
  const since = Date.parse(changedAt);
  return {
    accounts: accounts.length,
    lagging: accounts
      .filter(({ updatedAt }) => {
        const at = updatedAt === null ? Number.NaN : Date.parse(updatedAt);
        return Number.isNaN(at) || at < since;
      })
      .map(({ idHash }) => idHash)
      .sort(),
  };
}
