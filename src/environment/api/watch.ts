import type { Inventory } from "../../domain/state/inventory.ts";
import type { ConnectionsReader } from "../../ports/connections-api.ts";
import type { EventSink } from "../../ports/event-sink.ts";
import type { StateStore } from "../../ports/state-store.ts";
import { readOwnInventory } from "../own-inventory.ts";
import { observeAhead, type Observation } from "./observe.ts";

/** What reading ahead needs of an environment. */
export interface WatchContext {
  readonly api: ConnectionsReader;
  readonly state: Pick<StateStore, "readInventory" | "place" | "setAside">;
  readonly rules: { readonly name: string };
  readonly sink: EventSink;
  readonly signal: AbortSignal;
}

/**
 * What is read of state and platform while documents are still being read. Nothing but reads: what
 * the documents are worth is not known yet.
 */
export interface Watch {
  /** @throws ConflictError STA005 when it is another environment's; then nothing is requested. */
  inventory(): Promise<Inventory | null>;
  /** What the platform has, as soon as it is known which connections matter. */
  observation(wanted: ReadonlySet<string>): Promise<Observation>;
  /** Ends the requests that are under way; nobody wants their answers any more. */
  abandon(): Promise<void>;
}

/** Begins to read the inventory, then the list, then the connections that are owned. */
export function watchPlatform(context: WatchContext): Watch {
  const { api, state, rules, sink } = context;
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const { promise: later, resolve, reject } = deferred<ReadonlySet<string>>();
  const inventory = readOwnInventory(state, rules.name, api.apiHost);
  const observation = inventory.then((known) => {
    sink.emit({ kind: "phase", phase: "observe" });
    const now = new Set(known?.entries.map(({ key }) => key));
    return observeAhead(api, { now, later }, { sink, signal });
  });
  // Whoever asks gets the error; until then it is not unhandled.
  for (const each of [inventory, observation, later])
    each.catch(() => undefined);
  return {
    inventory: () => inventory,
    observation: (wanted) => {
      resolve(wanted);
      return observation;
    },
    abandon: async () => {
      const reason = new Error("the documents cannot be planned");
      stop.abort(reason);
      reject(reason);
      await observation.catch(() => undefined);
    },
  };
}

function deferred<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: Error) => void;
} {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: Error) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
