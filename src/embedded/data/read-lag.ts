import type { ConnectionRecord, Store } from "./store.ts";

/** What reads see. Writes always work on the truth. */
export interface ReadView {
  get(id: string): ConnectionRecord | undefined;
  /** In order of creation. */
  list(): readonly ConnectionRecord[];
  /** Remembers what a connection was before the write that is about to happen. */
  beforeWrite(id: string): void;
}

interface Version {
  readonly endedAt: number;
  readonly record: ConnectionRecord | undefined;
}

/** A view that is `lagMs` behind the store: each read answers as the store stood that long ago. */
export function createReadView(
  store: Store,
  lagMs: number,
  now: () => number,
): ReadView {
  // Oldest first; a version is gone once it ended longer ago than the lag.
  const past = new Map<string, Version[]>();
  const get = (id: string): ConnectionRecord | undefined => {
    const versions = past.get(id) ?? [];
    const seen = versions.find((version) => version.endedAt > now() - lagMs);
    if (seen !== undefined) return seen.record;
    past.delete(id);
    return store.connections.get(id);
  };
  return {
    get,
    list() {
      const ids = new Set([...store.connections.keys(), ...past.keys()]);
      return [...ids].flatMap((id) => get(id) ?? []);
    },
    beforeWrite(id) {
      if (lagMs <= 0) return;
      const versions = past.get(id) ?? [];
      versions.push({ endedAt: now(), record: store.connections.get(id) });
      past.set(id, versions);
    },
  };
}
