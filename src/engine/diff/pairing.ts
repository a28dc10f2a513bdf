import type {
  DesiredConnection,
  ListedConnection,
  LiveConnection,
} from "../../domain/connection.ts";
import type { InventoryEntry } from "../../domain/state/inventory.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import { compareText } from "../../util/compare-text.ts";
import { diffFields, hasImmutableWrite } from "./field-diff.ts";
import type { DiffInput } from "./input.ts";
import { previousKeysOf } from "./lifecycle.ts";
import type {
  DeclaredPair,
  ForeignPair,
  Pair,
  UndeclaredPair,
} from "./pair.ts";

const NOTHING_LOCAL: ReadonlySet<Pointer> = new Set();

/**
 * Brings desired, live and inventory together: every desired and every owned connection is in
 * exactly one pair. Sorted by key.
 */
export function pairConnections(input: DiffInput): readonly Pair[] {
  const index = indexInput(input);
  const declared = [...index.desired.values()].map((desired) =>
    pairDeclared(desired, index),
  );
  const renamed = new Set(
    declared.flatMap((pair) =>
      pair.kind === "declared" && pair.previousKey !== undefined
        ? [pair.previousKey]
        : [],
    ),
  );
  const undeclared = [...index.owned.values()]
    .filter((entry) => !index.desired.has(entry.key))
    .filter((entry) => !renamed.has(entry.key))
    .map((entry) => pairUndeclared(entry, index));
  return [...declared, ...undeclared].sort((a, b) => compareText(a.key, b.key));
}

interface InputIndex {
  /** Without wholly local ones. */
  readonly desired: ReadonlyMap<string, DesiredConnection>;
  readonly live: ReadonlyMap<string, LiveConnection>;
  readonly owned: ReadonlyMap<string, InventoryEntry>;
  readonly local: ReadonlyMap<string, ReadonlySet<Pointer>>;
  /** Which desired connection takes over which previous name. */
  readonly renames: ReadonlyMap<string, string>;
}

function indexInput(input: DiffInput): InputIndex {
  const desired = new Map(
    [...input.desired]
      .filter((d) => !isWhollyLocal(d.key, input.local))
      .sort((a, b) => compareText(a.key, b.key))
      .map((d) => [d.key, d]),
  );
  const live = new Map(
    [...input.live]
      .sort((a, b) => compareText(a.remoteId, b.remoteId))
      .map((l) => [l.key, l]),
  );
  const owned = new Map(
    (input.inventory?.entries ?? []).map((entry) => [entry.key, entry]),
  );
  const index = { desired, live, owned, local: input.local };
  return { ...index, renames: findRenames(index) };
}

function isWhollyLocal(key: string, local: DiffInput["local"]): boolean {
  return local.get(key)?.has("") === true;
}

/**
 * Whether the live object is the one the entry speaks of. A recorded entry knows its handle:
 * another handle under the same name is someone else's object. A connection that was announced may
 * exist under a handle that never reached us, so there the kind decides.
 */
export function isOwnedObject(
  entry: InventoryEntry,
  live: ListedConnection,
): boolean {
  if (entry.remoteId === live.remoteId) return true;
  return mayBeUnknownHandle(entry) && isSameKind(entry, live);
}

/** Whether the entry may speak of the object with this handle, as far as the handle tells. */
export function mayOwn(entry: InventoryEntry, handle: string | null): boolean {
  return entry.remoteId === handle || mayBeUnknownHandle(entry);
}

/** Only a change that makes a connection can have left one whose handle nobody recorded. */
function mayBeUnknownHandle({
  phase,
  remoteId,
  announced,
}: InventoryEntry): boolean {
  if (remoteId === null) return true;
  return (
    phase === "pending" &&
    (announced === undefined ||
      announced.action === "create" ||
      announced.action === "replace")
  );
}

function isSameKind(
  a: { readonly provider: string; readonly authType: string },
  b: { readonly provider: string; readonly authType: string },
): boolean {
  return a.provider === b.provider && a.authType === b.authType;
}

function pairDeclared(
  desired: DesiredConnection,
  index: InputIndex,
): DeclaredPair | ForeignPair {
  const { key } = desired;
  const local = index.local.get(key) ?? NOTHING_LOCAL;
  const base = { kind: "declared", key, desired, local } as const;
  const live = index.live.get(key) ?? null;
  const entry = index.owned.get(key) ?? null;
  if (live === null) {
    const previousKey = index.renames.get(key);
    const previous =
      previousKey === undefined ? null : ownedLive(previousKey, index);
    if (previousKey === undefined || previous === null)
      return { ...base, live, entry };
    return { ...base, ...previous, previousKey };
  }
  if (entry !== null && isOwnedObject(entry, live))
    return { ...base, live, entry };
  if (!isAdoptable({ ...base, live, entry: null }))
    return { kind: "foreign", key, desired, live };
  return { ...base, live, entry: null };
}

function isAdoptable(pair: DeclaredPair): boolean {
  return (
    pair.live !== null &&
    isSameKind(pair.desired, pair.live) &&
    !hasImmutableWrite(diffFields(pair, "standing"))
  );
}

function ownedLive(
  key: string,
  index: Pick<InputIndex, "live" | "owned">,
): { readonly live: LiveConnection; readonly entry: InventoryEntry } | null {
  const live = index.live.get(key);
  const entry = index.owned.get(key);
  if (live === undefined || entry === undefined) return null;
  return isOwnedObject(entry, live) ? { live, entry } : null;
}

/**
 * Previous names to rename from: live, ours, no longer declared, of the same kind, each claimed by
 * the first connection that names it.
 */
function findRenames(
  index: Omit<InputIndex, "renames">,
): ReadonlyMap<string, string> {
  const renames = new Map<string, string>();
  const claimed = new Set<string>();
  for (const desired of index.desired.values()) {
    if (index.live.has(desired.key)) continue;
    const previousKey = previousKeysOf(desired).find(
      (key) =>
        !claimed.has(key) &&
        !index.desired.has(key) &&
        !isWhollyLocal(key, index.local) &&
        canRename(desired, key, index),
    );
    if (previousKey === undefined) continue;
    claimed.add(previousKey);
    renames.set(desired.key, previousKey);
  }
  return renames;
}

function canRename(
  desired: DesiredConnection,
  previousKey: string,
  index: Omit<InputIndex, "renames">,
): boolean {
  const previous = ownedLive(previousKey, index);
  if (previous === null) return false;
  const local = index.local.get(desired.key) ?? NOTHING_LOCAL;
  const pair = { kind: "declared", key: desired.key, desired, local } as const;
  return !hasImmutableWrite(diffFields({ ...pair, ...previous }, "standing"));
}

function pairUndeclared(
  entry: InventoryEntry,
  index: InputIndex,
): UndeclaredPair {
  const live = index.live.get(entry.key) ?? null;
  const isOurs = live !== null && isOwnedObject(entry, live);
  return {
    kind: "undeclared",
    key: entry.key,
    entry,
    live: isOurs ? live : null,
    stranger: isOurs ? null : live,
    isLocal: isWhollyLocal(entry.key, index.local),
  };
}
