import type { Clock } from "../ports/clock.ts";
import type { ConnectionsWriter } from "../ports/connections-api.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { SecretStore } from "../ports/secret-store.ts";
import type { LeaseHolder, StateStore } from "../ports/state-store.ts";

/** What applying works with. */
export interface ApplyContext {
  readonly api: ConnectionsWriter;
  readonly state: StateStore;
  readonly secrets: SecretStore;
  readonly clock: Clock;
  readonly sink: EventSink;
  /** Aborting it cuts requests short; use `shouldStop` to end between two changes. */
  readonly signal: AbortSignal;
  /** True once the user asked to stop: what is in flight is finished and recorded, nothing new is started. */
  readonly shouldStop: () => boolean;
  readonly holder: LeaseHolder;
  readonly concurrency: number;
  readonly toolVersion: string;
}
