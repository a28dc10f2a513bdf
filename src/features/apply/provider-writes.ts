import type { LiveConnection } from "../../domain/connection.ts";
import type { JsonObject } from "../../domain/json.ts";
import { canonicalJson } from "../../util/canonical-json.ts";

/**
 * What this run did to custom providers. Connections share them, so a change of one moves the live
 * object of every other; a connection that moved by our own write alone still is what the plan was
 * computed from.
 */
export interface ProviderWrites {
  /**
   * Notes a provider as it was before this run first wrote it, and as it is after the latest write.
   */
  note(before: LiveConnection | null, after: LiveConnection | null): void;
  /**
   * The connection as it would be without this run's writes; unchanged when anybody else touched
   * its provider as well.
   */
  undone(live: LiveConnection): LiveConnection;
}

export function createProviderWrites(): ProviderWrites {
  const writes = new Map<string, { before: JsonObject; after: JsonObject }>();
  return {
    note(before, after) {
      if (before?.shared === undefined || after?.shared === undefined) return;
      const first = writes.get(after.provider)?.before ?? before.shared;
      writes.set(after.provider, { before: first, after: after.shared });
    },
    undone(live) {
      const write = writes.get(live.provider);
      if (write === undefined || live.shared === undefined) return live;
      const isOurs = canonicalJson(live.shared) === canonicalJson(write.after);
      return isOurs ? { ...live, shared: write.before } : live;
    },
  };
}
