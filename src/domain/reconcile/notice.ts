/** What a notice can be about. */
export const NOTICE_KINDS = [
  "drift-found",
  "drift-ended",
  "healed",
  "rolled-out",
  "approval-needed",
  "fighting",
  "failed",
  "recovered",
  "suspended",
  "resumed",
] as const;

/** What a notice is about. */
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** Something that people who look after an environment are told once. */
export interface Notice {
  /**
   * Equal for the same content, whichever process tells it: receivers and retries can leave out the
   * second.
   */
  readonly id: string;
  readonly kind: NoticeKind;
  readonly environment: string;
  readonly isProduction: boolean;
  /** `alert` where somebody has to act. */
  readonly level: "info" | "warning" | "alert";
  /** One line. */
  readonly title: string;
  /** A few more, most important first. */
  readonly lines: readonly string[];
  readonly commit: string | null;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** A receiver's last word about a notice. */
export interface Refusal {
  readonly receiver: string;
  readonly message: string;
}

/** A notice on its way. */
export interface OutboxEntry {
  readonly notice: Notice;
  /** Names of the receivers that have it. */
  readonly deliveredTo: readonly string[];
  /** Receivers that will not take it, and why. They are not asked again. */
  readonly refusals: readonly Refusal[];
  readonly attemptCount: number;
  /** Not before, ISO 8601 UTC. */
  readonly nextAttemptAt: string;
}

/** A notice that is settled. */
export interface DeliveryRecord {
  readonly id: string;
  readonly kind: NoticeKind;
  readonly title: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly deliveredTo: readonly string[];
  /** Names of the receivers that never took it, and why. */
  readonly failures: readonly string[];
}

/** Notices of an environment. */
export interface Outbox {
  readonly waiting: readonly OutboxEntry[];
  /** The last ones, oldest first. */
  readonly settled: readonly DeliveryRecord[];
}

/** No notice was ever told. */
export const EMPTY_OUTBOX: Outbox = { waiting: [], settled: [] };
