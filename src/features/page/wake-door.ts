import type { IncomingMessage } from "node:http";
import type { Clock } from "../../ports/clock.ts";
import { countOf } from "../../util/count.ts";
import { ReplyError, textReply, type PageReply } from "./exchange.ts";
import type { PageOptions, WakeHook } from "./options.ts";
import { isForUs } from "./own-origin.ts";
import { readBytes } from "./read-request.ts";

/** Answers requests to wake the reconciler. */
export interface WakeDoor {
  answer(message: IncomingMessage): Promise<PageReply>;
  /** Drops what waits. */
  close(): void;
}

const MAX_BODY_BYTES = 1_048_576;
/** Bodies that are read at once: whoever sends one is known only afterwards. */
const MAX_AT_ONCE = 8;
/** Between two wake-ups. */
const GAP_MS = 5_000;
/** Between two lines of the log about refused ones. */
const QUIET_MS = 60_000;

/** True for the address that wakes the reconciler. */
export function isWakeAddress(url: string | undefined): boolean {
  return url?.split("?", 1)[0] === "/hooks/wake";
}

/**
 * The door for wake-ups. Nothing of what is sent is believed but that its sender knows the secret:
 * what there is to do is looked up where it always is.
 */
export function createWakeDoor(options: PageOptions): WakeDoor {
  const { clock, metrics } = options;
  const hook = options.wakeHook ?? null;
  const alarm = createAlarm(options, hook);
  const complain = createComplaint(clock, options.onFailure);
  let readingCount = 0;

  const refuse = (): PageReply => {
    metrics?.countWake?.("refused");
    complain();
    return textReply(401, "the signature is missing or wrong");
  };

  const judge = async (
    message: IncomingMessage,
    { proof }: WakeHook,
  ): Promise<PageReply> => {
    const headers = message.headersDistinct;
    if (message.method !== "POST")
      return textReply(405, "this address takes another method", {
        allow: "POST",
      });
    if (!isForUs({ headers }, options))
      return textReply(
        421,
        "this page goes by another name; name the one you use when the reconciler is started",
      );
    const isProven = proof.begin(headers, clock.now());
    if (isProven === null) return refuse();
    if (readingCount >= MAX_AT_ONCE)
      return textReply(503, "busy", { "retry-after": "1" });
    readingCount += 1;
    try {
      if (!isProven(await readBytes(message, MAX_BODY_BYTES))) return refuse();
    } finally {
      readingCount -= 1;
    }
    metrics?.countWake?.("taken");
    alarm.ring();
    return textReply(202, "taken");
  };

  return {
    async answer(message) {
      if (hook === null) return textReply(404, "there is no such page");
      try {
        return await judge(message, hook);
      } catch (error) {
        if (error instanceof ReplyError) return error.reply;
        return textReply(400, "the body did not come whole");
      }
    },
    close: () => {
      alarm.close();
    },
  };
}

interface Alarm {
  ring(): void;
  close(): void;
}

/** Rings at once, and then at most once in a while: what comes meanwhile is one ring at its end. */
function createAlarm(
  { clock, onFailure }: Pick<PageOptions, "clock" | "onFailure">,
  hook: WakeHook | null,
): Alarm {
  const closing = new AbortController();
  let rangAt: number | null = null;
  let isWaiting = false;
  const ring = async (): Promise<void> => {
    const over = rangAt === null ? 0 : rangAt + GAP_MS - clock.now();
    // A clock that was set back makes nobody wait longer.
    if (over > 0) await clock.sleep(Math.min(GAP_MS, over), closing.signal);
    rangAt = clock.now();
    isWaiting = false;
    await hook?.wakeAll();
  };
  return {
    ring() {
      if (isWaiting || closing.signal.aborted) return;
      isWaiting = true;
      ring().catch(() => {
        isWaiting = false;
        if (!closing.signal.aborted)
          onFailure("a wake-up was taken, and not every environment was woken");
      });
    },
    close() {
      closing.abort();
    },
  };
}

/** One line in a while, however many knock. */
function createComplaint(
  clock: Clock,
  onFailure: PageOptions["onFailure"],
): () => void {
  let saidAt: number | null = null;
  let count = 0;
  return () => {
    count += 1;
    const now = clock.now();
    if (saidAt !== null && Math.abs(now - saidAt) < QUIET_MS) return;
    saidAt = now;
    onFailure(
      `${countOf(count, "wake-up")} refused: the signature is missing or wrong`,
    );
    count = 0;
  };
}
