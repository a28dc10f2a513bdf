import type { FieldValues, LiveConnection } from "../../domain/connection.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { Pointer } from "../../domain/field/pointer.ts";

/** A connection as the memory driver holds it. */
export interface StoredConnection {
  readonly remoteId: string;
  readonly key: string;
  readonly provider: string;
  readonly authType: string;
  readonly isEnabled: boolean;
  readonly fields: FieldValues;
  /** Which secrets were ever given; their values are not kept. */
  readonly secrets: readonly Pointer[];
  /** Raised by one with every write. */
  readonly version: number;
}

/** Everything the memory driver holds. */
export interface MemoryStore {
  readonly connections: Map<string, StoredConnection>;
  /** Fields of custom providers by slug. */
  readonly providers: Map<string, FieldValues>;
  readonly accounts: Map<string, number>;
  nextId: number;
}

/** The stored connection in the shape of the port. */
export function toLive(
  store: MemoryStore,
  stored: StoredConnection,
): LiveConnection {
  const { key, remoteId, provider, authType, isEnabled } = stored;
  const custom =
    authType === "custom" ? (store.providers.get(provider) ?? {}) : {};
  const ownFields = {
    "/provider": provider,
    "/auth_type": authType,
    "/state": isEnabled ? "active" : "inactive",
    ...stored.fields,
  };
  const fields = { ...ownFields, ...custom };
  return {
    key,
    remoteId,
    provider,
    authType,
    status: "COMPLETED",
    isEnabled,
    fields,
    computed: {
      "/credentials/redirect_uri": `https://memory.example/callback/${remoteId}`,
    },
    observed: {
      key,
      remoteId,
      fields: ownFields,
      secrets: [...stored.secrets],
      version: stored.version,
    },
    ...(authType === "custom" ? { shared: custom } : {}),
  };
}

/**
 * Lays declared values over stored ones: `null` empties a field, and an empty field is not there.
 */
export function overlayFields(
  stored: FieldValues,
  declared: FieldValues,
  accepts: (pointer: Pointer) => boolean,
): FieldValues {
  const merged = new Map<Pointer, JsonValue>(Object.entries(stored));
  for (const [pointer, value] of Object.entries(declared)) {
    if (!accepts(pointer)) continue;
    if (isEmpty(value)) merged.delete(pointer);
    else merged.set(pointer, value);
  }
  return Object.fromEntries(merged);
}

function isEmpty(value: JsonValue): boolean {
  if (value === null || value === "" || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
