import type {
  Snapshot,
  SnapshotEntry,
  SnapshotState,
} from "../../domain/generated/snapshot.ts";
import { isJsonObject, type JsonValue } from "../../domain/json.ts";
import type { SecretRecord } from "../../domain/secret/secret.ts";
import type {
  Inventory,
  InventoryEntry,
} from "../../domain/state/inventory.ts";
import type { LastApplied } from "../documents/applied-files.ts";
import type { Handles } from "./handles.ts";

/** What a snapshot tells of a state: what planning asks, and nothing of who did what when. */
export function snapshotState(
  inventory: Inventory | null,
  applied: LastApplied | undefined,
  handles: Handles,
): SnapshotState | null {
  if (inventory === null) return null;
  const { serial, rules, entries } = inventory;
  return {
    serial,
    applied:
      applied === undefined
        ? null
        : { commit: applied.commit, at: applied.finishedAt },
    ...(rules === undefined ? {} : { rules: hiddenMembers(rules, handles) }),
    entries: entries.map((entry) => entryOf(entry, handles)),
  };
}

function entryOf(entry: InventoryEntry, handles: Handles): SnapshotEntry {
  const { key, remoteId, local, announced } = entry;
  return {
    key,
    id: remoteId === null ? null : handles.hide(remoteId),
    provider: entry.provider,
    auth_type: entry.authType,
    last_applied: hiddenMembers(entry.lastApplied, handles),
    ...(local === undefined ? {} : { local: hiddenMembers(local, handles) }),
    secrets: Object.fromEntries(
      Object.entries(entry.secrets).map(([pointer, record]) => [
        pointer,
        secretOf(record),
      ]),
    ),
    protected: entry.isProtected,
    phase: entry.phase,
    ...(announced === undefined
      ? {}
      : {
          announced: {
            action: announced.action,
            providers: announced.providers.map(({ name, digest }) => ({
              name,
              digest,
            })),
          },
        }),
    applied_at: entry.appliedAt,
  };
}

function secretOf({
  fingerprint,
  cipherDigest,
  appliedAt,
}: SecretRecord): SnapshotEntry["secrets"][string] {
  return {
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(cipherDigest === undefined ? {} : { ciphertext: cipherDigest }),
    applied_at: appliedAt,
  };
}

function hiddenMembers(
  values: Readonly<Record<string, JsonValue>>,
  handles: Handles,
): Record<string, JsonValue> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      handles.hideIn(name),
      hidden(value, handles),
    ]),
  );
}

function hidden(value: JsonValue, handles: Handles): JsonValue {
  if (typeof value === "string") return handles.hideIn(value);
  if (Array.isArray(value))
    return value.map((item: JsonValue) => hidden(item, handles));
  return isJsonObject(value) ? hiddenMembers(value, handles) : value;
}

/** The inventory that a snapshot tells of; handles stand for those of the platform. */
export function inventoryOf({
  state,
  environment,
  target,
}: Snapshot): Inventory | null {
  if (state === null) return null;
  const { serial, rules } = state;
  return {
    formatVersion: "1.0",
    environment,
    apiHost: target.api_host,
    stateId: null,
    serial,
    ...(rules === undefined ? {} : { rules }),
    entries: state.entries.map(entryFrom),
  };
}

function entryFrom(entry: SnapshotEntry): InventoryEntry {
  const { local, announced } = entry;
  return {
    key: entry.key,
    remoteId: entry.id,
    provider: entry.provider,
    authType: entry.auth_type,
    lastApplied: entry.last_applied,
    ...(local === undefined ? {} : { local }),
    secrets: Object.fromEntries(
      Object.entries(entry.secrets).map(
        ([pointer, { fingerprint, ciphertext, applied_at: appliedAt }]) => [
          pointer,
          {
            ...(fingerprint === undefined ? {} : { fingerprint }),
            ...(ciphertext === undefined ? {} : { cipherDigest: ciphertext }),
            appliedAt,
          },
        ],
      ),
    ),
    isProtected: entry.protected,
    phase: entry.phase,
    ...(announced === undefined ? {} : { announced }),
    appliedAt: entry.applied_at,
    planDigest: "",
  };
}
