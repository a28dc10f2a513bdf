import type { Notice, Outbox } from "../../domain/reconcile/notice.ts";
import { AppError, TransientError } from "../../domain/problem/error.ts";
import {
  dueEntries,
  settle,
  type Attempt,
} from "../../engine/reconcile/outbox.ts";
import type { Notifier } from "../../ports/notifier.ts";

/**
 * Sends what is due to every receiver that takes it and does not have it yet, and says what became
 * of it. A receiver that is away is asked once, so that no tick waits for it notice by notice.
 */
export async function deliver(
  outbox: Outbox,
  notifiers: readonly Notifier[],
  { now, signal }: { readonly now: number; readonly signal: AbortSignal },
): Promise<Outbox> {
  let current = outbox;
  const away = new Map<string, Attempt>();
  for (const { notice, deliveredTo, refusals } of dueEntries(outbox, now)) {
    const done = [...deliveredTo, ...refusals.map(({ receiver }) => receiver)];
    const attempts = await Promise.all(
      notifiers
        .filter(({ name }) => !done.includes(name))
        .filter((notifier) => notifier.takes(notice))
        .map(
          async (notifier) =>
            away.get(notifier.name) ??
            (await attempt(notifier, notice, signal)),
        ),
    );
    for (const each of attempts)
      if (each.failure?.isWorthRetrying === true) away.set(each.receiver, each);
    current = settle(current, notice.id, attempts, now);
  }
  return current;
}

async function attempt(
  notifier: Notifier,
  notice: Notice,
  signal: AbortSignal,
): Promise<Attempt> {
  const receiver = notifier.name;
  try {
    await notifier.send(notice, signal);
    return { receiver, failure: null };
  } catch (error) {
    return {
      receiver,
      failure: {
        message:
          error instanceof AppError
            ? `${error.code}: ${error.message}`
            : "it ended in a defect",
        isWorthRetrying: error instanceof TransientError,
        ...(error instanceof TransientError
          ? { retryAfterMs: error.retryAfterMs }
          : {}),
      },
    };
  }
}
