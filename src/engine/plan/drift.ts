import { hostOf } from "../../domain/address.ts";
import type {
  DesiredConnection,
  FieldValues,
  LiveConnection,
} from "../../domain/connection.ts";
import type {
  DriftedConnection,
  DriftField,
  DriftReport,
} from "../../domain/drift.ts";
import type { PlanScopeChange } from "../../domain/generated/plan.ts";
import type { InventoryEntry } from "../../domain/state/inventory.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import { classify, isPlanClass } from "../diff/classify.ts";
import { compareText } from "../../util/compare-text.ts";
import { unmanagedConnections } from "../diff/diff.ts";
import { isEqualValue } from "../diff/equal.ts";
import { ruleFor } from "../diff/field-rules.ts";
import { heldConnections } from "./held.ts";
import type { DiffInput } from "../diff/input.ts";
import { ignoredPointersOf, isUnder } from "../diff/lifecycle.ts";
import {
  comparableDesired,
  comparableLast,
  comparableLive,
} from "../diff/normalize.ts";
import { isOwnedObject } from "../diff/pairing.ts";
import { isScopeField, scopeChanges } from "../meaning/scopes.ts";

/** What drift is found from. Secrets play no part: the API does not show them. */
export type DriftInput = Pick<
  DiffInput,
  "rules" | "desired" | "live" | "listed" | "inventory" | "local"
>;

/**
 * What moved on the platform since the last apply, whatever the documents say now. Every connection
 * we own is looked at, declared or not; fields the documents ignore or keep local are left out.
 */
export function findDrift(input: DriftInput): DriftReport {
  const held = heldConnections(input);
  const heldKeys = new Set(held.map(({ key }) => key));
  const entries = (input.inventory?.entries ?? []).filter(
    ({ key }) => !heldKeys.has(key),
  );
  const live = new Map(input.live.map((each) => [each.key, each]));
  const desired = new Map(input.desired.map((each) => [each.key, each]));
  const owned = entries.flatMap((entry) => {
    const found = live.get(entry.key);
    return found !== undefined && isOwnedObject(entry, found)
      ? [{ entry, live: found }]
      : [];
  });
  const ownedKeys = new Set(owned.map(({ entry }) => entry.key));
  const ownedIds = new Set(owned.map((pair) => pair.live.remoteId));
  const drifted = owned.flatMap((pair) =>
    driftOf(pair, {
      desired: desired.get(pair.entry.key),
      local: input.local.get(pair.entry.key) ?? new Set<Pointer>(),
    }),
  );
  return {
    environment: input.rules.name,
    apiHost:
      input.inventory?.apiHost ?? hostOf(input.rules.target) ?? "embedded",
    checkedCount: entries.length,
    drifted: drifted.sort((a, b) => compareText(a.key, b.key)),
    missing: entries
      .filter(
        (entry) => !ownedKeys.has(entry.key) && isMissing(entry, ownedIds),
      )
      .map((entry) => entry.key)
      .sort(compareText),
    unreadable: held,
    unmanaged: unmanagedConnections(input).map((ref) => ({
      key: ref.key,
      remoteId: ref.remote_id,
      provider: ref.provider,
    })),
  };
}

/**
 * Gone behind our back: not an announced write that was cut off, and not the object of a rename
 * that was.
 */
function isMissing(
  entry: InventoryEntry,
  ownedIds: ReadonlySet<string>,
): boolean {
  if (entry.phase === "pending" || entry.remoteId === null) return false;
  return !ownedIds.has(entry.remoteId);
}

function driftOf(
  pair: { readonly entry: InventoryEntry; readonly live: LiveConnection },
  documents: {
    readonly desired: DesiredConnection | undefined;
    readonly local: ReadonlySet<Pointer>;
  },
): DriftedConnection[] {
  const { entry, live } = pair;
  const { desired, local } = documents;
  const ignored = desired === undefined ? [] : ignoredPointersOf(desired);
  const values = {
    last: comparableLast(entry),
    live: comparableLive(live),
    desired: desired === undefined ? {} : comparableDesired(desired),
  };
  const fields = Object.keys(values.last)
    .filter((path) => !ruleFor(path).isRecorded)
    .filter((path) => !local.has(path) && !isUnder(path, ignored))
    .sort(compareText)
    .flatMap((path) => driftField(path, values));
  if (fields.length === 0) return [];
  const { key, remoteId, provider } = live;
  return [
    { key, remoteId, provider, fields, scopes: driftedScopes(fields, live) },
  ];
}

function driftedScopes(
  fields: readonly DriftField[],
  { provider }: LiveConnection,
): readonly PlanScopeChange[] {
  return fields
    .filter(({ path }) => isScopeField(path))
    .flatMap(({ path, last, live }) =>
      scopeChanges(
        { path, before: last ?? null, after: live ?? null },
        { before: provider, after: provider },
      ),
    );
}

function driftField(
  path: Pointer,
  values: {
    readonly last: FieldValues;
    readonly live: FieldValues;
    readonly desired: FieldValues;
  },
): DriftField[] {
  const last = values.last[path];
  const live = values.live[path];
  const desired = values.desired[path];
  const { semantics } = ruleFor(path);
  const equal = (a: typeof last, b: typeof last): boolean =>
    isEqualValue(semantics, a, b);
  const found = classify({ last, desired, live }, equal);
  if (equal(last, live) || !isPlanClass(found)) return [];
  return [
    {
      path,
      semantics,
      class: found,
      ...(last === undefined ? {} : { last }),
      ...(live === undefined ? {} : { live }),
      ...(desired === undefined ? {} : { desired }),
    },
  ];
}
