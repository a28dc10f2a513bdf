import type {
  Plan,
  PlanChange,
  PlanSecretChange,
} from "../domain/generated/plan.ts";
import type {
  AnnouncedProvider,
  Inventory,
  InventoryEntry,
  RecordedRules,
} from "../domain/state/inventory.ts";
import type { Outcome } from "../domain/state/outcome.ts";
import type { Pointer } from "../domain/field/pointer.ts";
import type {
  SecretDescription,
  SecretRecord,
} from "../domain/secret/secret.ts";
import { compareText } from "../util/compare-text.ts";
import { customProviderDigest } from "./diff/provider-removal.ts";

/** What an apply learned that its plan could not hold. */
export interface AppliedFacts {
  /** ISO 8601 UTC. */
  readonly at: string;
  /**
   * What can be told now about the secrets, by connection and field, with the key that opened them.
   */
  readonly secrets: ReadonlyMap<
    string,
    ReadonlyMap<Pointer, SecretDescription>
  >;
  /** The rules of the environment that the plan was shown with. */
  readonly rules: RecordedRules;
  /** The inventory as it was before it was widened: what a change that was not started leaves. */
  readonly before: Inventory;
}

/**
 * The inventory to store before the first write of a plan: every change that writes is announced as
 * a pending entry, so that a crash leaves us knowing too much and never too little. Raises the
 * serial by one, or is the inventory itself where nothing is written.
 */
export function widenInventory(
  inventory: Inventory,
  plan: Plan,
  at: string,
): Inventory {
  const announced = plan.changes.filter(isAnnounced);
  if (announced.length === 0) return inventory;
  const entries = entryMap(inventory);
  for (const change of announced) {
    const previous = entries.get(change.previous_key ?? change.key);
    entries.set(change.key, pendingEntry(change, previous, { plan, at }));
  }
  return nextInventory(inventory, entries);
}

/**
 * The inventory to store when a run ends. An applied change leaves what it wrote, a skipped one
 * what was there before, and one that failed, is unknown or has no outcome stays pending until the
 * next plan settles it. Raises the serial by one.
 */
export function narrowInventory(
  widened: Inventory,
  plan: Plan,
  outcomes: readonly Outcome[],
  facts: AppliedFacts,
): Inventory {
  const entries = entryMap(widened);
  const before = entryMap(facts.before);
  const byKey = new Map(outcomes.map((outcome) => [outcome.key, outcome]));
  for (const change of plan.changes) {
    const outcome = byKey.get(change.key);
    if (outcome === undefined) continue;
    const entry = settleEntry(change, outcome, {
      plan,
      facts,
      announced: entries.get(change.key),
      before: before.get(change.key),
    });
    if (entry === undefined) entries.delete(change.key);
    else entries.set(change.key, entry);
    if (outcome.status === "applied" && change.previous_key !== undefined)
      entries.delete(change.previous_key);
  }
  return { ...nextInventory(widened, entries), rules: facts.rules };
}

/**
 * What the inventory holds of a connection once its change was applied; `null` where it is no
 * longer ours.
 */
export function nextInventoryEntry(
  change: PlanChange,
  applied: {
    readonly remoteId: string | null;
    readonly at: string;
    readonly planDigest: string;
    readonly previous: InventoryEntry | undefined;
    readonly secrets: ReadonlyMap<Pointer, SecretDescription>;
  },
): InventoryEntry | null {
  if (change.desired === null) return null;
  const isFresh = change.action === "create" || change.action === "replace";
  const known = isFresh ? {} : (applied.previous?.secrets ?? {});
  const isSent = isFresh || change.steps.includes("configure");
  const records = change.secrets.map((secret): [Pointer, SecretRecord] => [
    secret.path,
    secretRecord(secret, {
      isSent,
      at: applied.at,
      known: known[secret.path],
      description: applied.secrets.get(secret.path),
    }),
  ]);
  return {
    key: change.key,
    remoteId: applied.remoteId,
    provider: change.provider,
    authType: change.auth_type,
    lastApplied: change.desired.fields,
    local: change.desired.local ?? {},
    secrets: Object.fromEntries(records),
    isProtected: change.is_protected,
    phase: "applied",
    appliedAt: applied.at,
    planDigest: applied.planDigest,
  };
}

/**
 * A value that was not sent again keeps the fingerprint it was sent with: it may have been proved
 * equal by its ciphertext alone.
 */
function secretRecord(
  secret: PlanSecretChange,
  facts: {
    readonly isSent: boolean;
    readonly at: string;
    readonly known: SecretRecord | undefined;
    readonly description: SecretDescription | undefined;
  },
): SecretRecord {
  const { isSent, known, description } = facts;
  const isKept = !isSent && secret.state === "unchanged";
  const fingerprint =
    description?.fingerprint ?? (isKept ? known?.fingerprint : undefined);
  const cipherDigest =
    description?.cipherDigest ?? (isKept ? known?.cipherDigest : undefined);
  return {
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(cipherDigest === undefined ? {} : { cipherDigest }),
    appliedAt: isKept ? (known?.appliedAt ?? facts.at) : facts.at,
  };
}

/** Changes that only record cannot be half done. */
function isAnnounced(change: PlanChange): boolean {
  return change.steps.some((step) => step !== "record");
}

function pendingEntry(
  change: PlanChange,
  previous: InventoryEntry | undefined,
  run: { readonly plan: Plan; readonly at: string },
): InventoryEntry {
  const remembers =
    previous !== undefined &&
    change.action !== "adopt" &&
    change.action !== "create";
  const isNew = previous === undefined || change.action === "rename";
  return {
    key: change.key,
    remoteId:
      change.action === "forget"
        ? (previous?.remoteId ?? null)
        : change.remote_id,
    provider: change.provider,
    authType: change.auth_type,
    ...(remembers ? rememberedOf(previous) : NOTHING_REMEMBERED),
    isProtected: previous?.isProtected ?? change.is_protected,
    phase: "pending",
    announced: {
      action: change.action,
      providers: announcedProviders(change),
    },
    appliedAt: previous?.appliedAt ?? run.at,
    planDigest: isNew ? run.plan.digest : previous.planDigest,
  };
}

const NOTHING_REMEMBERED = { lastApplied: {}, secrets: {} };

function rememberedOf({
  lastApplied,
  local,
  secrets,
}: InventoryEntry): Pick<InventoryEntry, "lastApplied" | "local" | "secrets"> {
  return { lastApplied, secrets, ...(local === undefined ? {} : { local }) };
}

/**
 * What the next plan must look after when this change is cut off: a provider that no connection
 * uses is in no list of connections.
 */
function announcedProviders(change: PlanChange): AnnouncedProvider[] {
  const removed = (change.removed_providers ?? []).map((name) => ({
    name,
    digest: null,
  }));
  // One that is removed to be made anew may still be the old one: it has to go whatever comes.
  const isRebuilt = removed.some(({ name }) => name === change.provider);
  if (!change.steps.includes("create_provider") || isRebuilt) return removed;
  const digest = customProviderDigest(change.desired?.fields ?? {});
  return [...removed, { name: change.provider, digest }];
}

function settleEntry(
  change: PlanChange,
  outcome: Outcome,
  run: {
    readonly plan: Plan;
    readonly facts: AppliedFacts;
    readonly announced: InventoryEntry | undefined;
    readonly before: InventoryEntry | undefined;
  },
): InventoryEntry | undefined {
  const { plan, facts, announced, before } = run;
  if (outcome.status === "applied") {
    const next = nextInventoryEntry(change, {
      remoteId: outcome.remoteId,
      at: facts.at,
      planDigest: plan.digest,
      previous: announced,
      secrets: facts.secrets.get(change.key) ?? new Map(),
    });
    return next ?? undefined;
  }
  if (announced === undefined || !isAnnounced(change)) return announced;
  if (outcome.status === "skipped") return before;
  // What goes makes nothing: the handle of its outcome may be that of a stranger who has the name
  // by now.
  if (change.desired === null) return announced;
  return { ...announced, remoteId: outcome.remoteId ?? announced.remoteId };
}

function entryMap(inventory: Inventory): Map<string, InventoryEntry> {
  return new Map(inventory.entries.map((entry) => [entry.key, entry]));
}

function nextInventory(
  inventory: Inventory,
  entries: ReadonlyMap<string, InventoryEntry>,
): Inventory {
  return {
    ...inventory,
    serial: inventory.serial + 1,
    entries: [...entries.values()].sort((a, b) => compareText(a.key, b.key)),
  };
}
