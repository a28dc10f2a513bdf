import type { Approval } from "../../domain/approval.ts";
import type {
  EnvironmentRules,
  GuardOverride,
} from "../../domain/environment.ts";
import type { Checkout } from "../../ports/checkout.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ConnectionsWriter } from "../../ports/connections-api.ts";
import type { EventSink } from "../../ports/event-sink.ts";
import type { SecretStore } from "../../ports/secret-store.ts";
import type { LeaseHolder, StateStore } from "../../ports/state-store.ts";

/** What applying works with. */
export interface ApplyContext {
  readonly api: ConnectionsWriter;
  readonly state: StateStore;
  readonly secrets: SecretStore;
  readonly clock: Clock;
  readonly sink: EventSink;
  /** Aborting it cuts requests short; use `shouldStop` to end between two changes. */
  readonly signal: AbortSignal;
  /**
   * True once the user asked to stop: what is in flight is finished and recorded, nothing new is
   * started.
   */
  readonly shouldStop: () => boolean;
  readonly holder: LeaseHolder;
  readonly concurrency: number;
  /** The environment's rules of today's checkout, whatever held when the plan was made. */
  readonly rules: EnvironmentRules;
  readonly checkout: Checkout;
  /**
   * Permissions given for this run. Those that a plan carries count only when it is proven to be
   * the one that was reviewed.
   */
  readonly approvals: readonly GuardOverride[];
  /** Digest the plan must have: its own, or that of what it would do. */
  readonly expect?: string;
  /** What was approved where approvals are given; it is held against the plan and the rules. */
  readonly approval?: Approval;
  /** True to start no further change after the first that fails. */
  readonly stopsOnError?: boolean;
  readonly toolVersion: string;
  /** Takes what is known to be secret out of a text. */
  readonly scrub: (text: string) => string;
}
