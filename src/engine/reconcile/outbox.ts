import type {
  DeliveryRecord,
  Notice,
  Outbox,
  OutboxEntry,
} from "../../domain/reconcile/notice.ts";
import { largest } from "../../util/extremes.ts";

/** Attempts before a receiver counts as lost for a notice. */
const MAX_ATTEMPTS = 8;
/** The first wait between attempts; it doubles up to the last. */
const FIRST_WAIT_MS = 30_000;
const LAST_WAIT_MS = 3_600_000;
/** Settled notices that are kept: what a new one is held against, too. */
const MAX_SETTLED = 50;
/** Most notices on their way for one environment: a storm is told by its first ones. */
const MAX_WAITING = 20;

/** What became of one attempt at one receiver. */
export interface Attempt {
  readonly receiver: string;
  /** `null` when it was taken. */
  readonly failure: {
    readonly message: string;
    readonly isWorthRetrying: boolean;
    /** How long the receiver asked to be left alone, where it did. */
    readonly retryAfterMs?: number | undefined;
  } | null;
}

/**
 * Puts notices on their way that are not there yet and were not settled lately. Those for which
 * there is no room are settled untold, so that it can be seen.
 */
export function enqueue(
  outbox: Outbox,
  notices: readonly Notice[],
  now: number,
): Outbox {
  const known = new Set([
    ...outbox.waiting.map(({ notice }) => notice.id),
    ...outbox.settled.map(({ id }) => id),
  ]);
  const added = notices.filter(({ id }) => {
    const isNew = !known.has(id);
    known.add(id);
    return isNew;
  });
  const room = Math.max(0, MAX_WAITING - outbox.waiting.length);
  const at = new Date(now).toISOString();
  const untold = added.slice(room).map(({ id, kind, title }) => ({
    id,
    kind,
    title,
    at,
    deliveredTo: [],
    failures: ["not told: too many notices are on their way"],
  }));
  return {
    waiting: [
      ...outbox.waiting,
      ...added.slice(0, room).map((notice) => ({
        notice,
        deliveredTo: [],
        refusals: [],
        attemptCount: 0,
        nextAttemptAt: at,
      })),
    ],
    settled: [...outbox.settled, ...untold].slice(-MAX_SETTLED),
  };
}

/** Those whose next attempt is due. */
export function dueEntries({ waiting }: Outbox, now: number): OutboxEntry[] {
  return waiting.filter(
    ({ nextAttemptAt }) => Date.parse(nextAttemptAt) <= now,
  );
}

/** The outbox after attempts at one notice, at every receiver that did not have it yet. */
export function settle(
  outbox: Outbox,
  id: string,
  attempts: readonly Attempt[],
  now: number,
): Outbox {
  const entry = outbox.waiting.find(({ notice }) => notice.id === id);
  if (entry === undefined) return outbox;
  const deliveredTo = [
    ...entry.deliveredTo,
    ...attempts
      .filter(({ failure }) => failure === null)
      .map(({ receiver }) => receiver),
  ];
  const attemptCount = entry.attemptCount + 1;
  const isOver = attemptCount >= MAX_ATTEMPTS;
  const failed = attempts.flatMap(({ receiver, failure }) =>
    failure === null ? [] : [{ receiver, ...failure }],
  );
  const refusals = [
    ...entry.refusals,
    ...failed.filter(({ isWorthRetrying }) => !isWorthRetrying),
  ].map(({ receiver, message }) => ({ receiver, message }));
  const away = failed.filter(({ isWorthRetrying }) => isWorthRetrying);
  const isWaiting = !isOver && away.length > 0;
  const others = outbox.waiting.filter((each) => each !== entry);
  if (isWaiting) {
    const asked = away.map(({ retryAfterMs = 0 }) => retryAfterMs);
    const wait = Math.min(
      LAST_WAIT_MS,
      largest(asked, FIRST_WAIT_MS * 2 ** (attemptCount - 1)),
    );
    return {
      ...outbox,
      waiting: [
        ...others,
        {
          ...entry,
          deliveredTo,
          refusals,
          attemptCount,
          nextAttemptAt: new Date(now + wait).toISOString(),
        },
      ],
    };
  }
  const record: DeliveryRecord = {
    id,
    kind: entry.notice.kind,
    title: entry.notice.title,
    at: new Date(now).toISOString(),
    deliveredTo,
    failures: [...refusals, ...away].map(
      ({ receiver, message }) => `${receiver}: ${message}`,
    ),
  };
  return {
    waiting: others,
    settled: [...outbox.settled, record].slice(-MAX_SETTLED),
  };
}
