import type {
  EnvironmentRules,
  GuardOverride,
} from "../../domain/environment.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ConnectionsWriter } from "../../ports/connections-api.ts";
import type { EventSink } from "../../ports/event-sink.ts";
import type { SecretStore } from "../../ports/secret-store.ts";
import type { LeaseHolder, StateStore } from "../../ports/state-store.ts";

/** The documents at hand when a plan is applied: what a plan was made from must be the same. */
export interface Checkout {
  /** `null` outside a repository. */
  readonly commit: string | null;
  /** How the documents of another commit relate to those of this one. Reads nothing but git's own objects. */
  compare(commit: string): Promise<CheckoutComparison>;
}

/** `unknown`: the other commit is not in this clone. */
export type CheckoutComparison =
  | { readonly kind: "same" | "unknown" }
  | { readonly kind: "other"; readonly folders: readonly string[] };

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
  /** The environment's rules of today's checkout, whatever held when the plan was made. */
  readonly rules: EnvironmentRules;
  readonly checkout: Checkout;
  /** Permissions given for this run. Those that a plan carries count only when it is proven to be the one that was reviewed. */
  readonly approvals: readonly GuardOverride[];
  /** Digest the plan must have: its own, or that of what it would do. */
  readonly expect?: string;
  /** True to start no further change after the first that fails. */
  readonly stopsOnError?: boolean;
  readonly toolVersion: string;
}
