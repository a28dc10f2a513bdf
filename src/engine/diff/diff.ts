import type {
  ListedConnection,
  LiveConnection,
} from "../../domain/connection.ts";
import type {
  PlanChange,
  PlanLiveRef,
  PlanLocal,
} from "../../domain/generated/plan.ts";
import { declaredChange, forgetChange, undeclaredChange } from "./change.ts";
import { compareText } from "../../util/compare-text.ts";
import { fingerprint, liveDigest } from "./fingerprint.ts";
import { heldConnections } from "../plan/held.ts";
import type { DiffInput, Differences } from "./input.ts";
import { whollyLocalValues } from "./local-fields.ts";
import { orderChanges } from "./order.ts";
import type { Pair } from "./pair.ts";
import { isOwnedObject, pairConnections } from "./pairing.ts";
import { removeUnusedProviders } from "./provider-removal.ts";

/**
 * What differs between documents, platform and inventory. Pure and deterministic: the order of
 * nothing in the input matters. The app then counts the accounts of the changes that need it and
 * hands both to `assemblePlan`.
 */
export function diffConnections(input: DiffInput): Differences {
  const held = heldConnections(input);
  const heldKeys = new Set(held.map(({ key }) => key));
  const pairs = pairConnections(input).filter(({ key }) => !heldKeys.has(key));
  const fingerprints = new Map(
    input.live.map((live) => [live.key, fingerprint(live)]),
  );
  const found = pairs.flatMap((pair) => changeOf(pair, input, fingerprints));
  const changedKeys = new Set(found.map((change) => change.key));
  const changes = found.filter((change) => isAskedFor(change, input));
  const declared = pairs.filter((pair) => pair.kind === "declared");
  return {
    changes: removeUnusedProviders(orderChanges(changes), input),
    orphans: pairs.flatMap((pair) => orphanOf(pair, input)),
    unmanaged: unmanagedConnections(input),
    local: localFields(input),
    unchangedCount: declared.filter((pair) => !changedKeys.has(pair.key))
      .length,
    liveDigest: liveDigest(fingerprints),
    declared,
    foreign: pairs
      .filter((pair) => pair.kind === "foreign")
      .filter(({ key }) => input.only?.keys?.has(key) !== false),
    held: held.filter(({ key }) => input.only?.keys?.has(key) !== false),
  };
}

function changeOf(
  pair: Pair,
  input: DiffInput,
  fingerprints: ReadonlyMap<string, string>,
): PlanChange[] {
  const context = {
    capabilities: input.capabilities,
    descriptions: input.secrets.get(pair.key) ?? new Map(),
    fingerprints,
  };
  const entry = pair.kind === "foreign" ? null : pair.entry;
  if (entry !== null && input.forget?.has(entry.key) === true)
    return [forgetChange(entry, pair.live, context)];
  switch (pair.kind) {
    case "foreign":
      return [];
    case "declared": {
      const change = declaredChange(pair, context);
      return change === null ? [] : [change];
    }
    case "undeclared":
      return isKept(pair, input) ? [] : [undeclaredChange(pair, context)];
  }
}

function isAskedFor(change: PlanChange, { only }: DiffInput): boolean {
  if (only === undefined) return true;
  const isNamed = only.keys === null || only.keys.has(change.key);
  return isNamed && only.actions.has(change.action);
}

/** Deleting takes more than one reason: owned, undeclared, and an environment that prunes. */
function isKept(
  pair: Extract<Pair, { kind: "undeclared" }>,
  input: DiffInput,
): boolean {
  return pair.live !== null && (pair.isLocal || !input.rules.prunes);
}

function orphanOf(pair: Pair, input: DiffInput): PlanLiveRef[] {
  const isOrphan =
    pair.kind === "undeclared" &&
    isKept(pair, input) &&
    input.forget?.has(pair.key) !== true;
  return isOrphan && pair.live !== null ? [liveRef(pair.live)] : [];
}

/**
 * Listed connections that are neither ours nor declared, sorted by key. Nothing is ever written to
 * them.
 */
export function unmanagedConnections(
  input: Pick<DiffInput, "desired" | "inventory" | "listed">,
): PlanLiveRef[] {
  const declared = new Set(input.desired.map((desired) => desired.key));
  const owned = new Map(
    (input.inventory?.entries ?? []).map((entry) => [entry.key, entry]),
  );
  const isOwned = (listed: ListedConnection): boolean => {
    const entry = owned.get(listed.key);
    return entry !== undefined && isOwnedObject(entry, listed);
  };
  return input.listed
    .filter(({ problem }) => problem === undefined)
    .filter((listed) => !declared.has(listed.key) && !isOwned(listed))
    .map(liveRef)
    .sort(compareRefs);
}

function compareRefs(a: PlanLiveRef, b: PlanLiveRef): number {
  return compareText(a.key, b.key) || compareText(a.remote_id, b.remote_id);
}

function liveRef(live: ListedConnection | LiveConnection): PlanLiveRef {
  return { key: live.key, remote_id: live.remoteId, provider: live.provider };
}

function localFields(input: DiffInput): PlanLocal[] {
  const wholly = new Map(
    input.desired.flatMap((desired) =>
      input.local.get(desired.key)?.has("") === true
        ? [[desired.key, { fields: whollyLocalValues(desired) }]]
        : [],
    ),
  );
  return [...input.local]
    .filter(([, paths]) => paths.size > 0)
    .map(([key, paths]) => ({
      key,
      paths: [...paths].sort(compareText),
      ...wholly.get(key),
    }))
    .sort((a, b) => compareText(a.key, b.key));
}
