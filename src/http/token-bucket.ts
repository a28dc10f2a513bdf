import type { Clock } from "../ports/clock.ts";
import type { Paces, RequestPace } from "../ports/http-client.ts";

/**
 * A tenth of a second's worth may start at once: enough for timers to be late, too little to break
 * a limit counted per second.
 */
const BURST_SECONDS = 0.1;

/**
 * Makes a bucket. Every caller books the next free moment and waits for it, so late timers cost no
 * throughput.
 * @param ratePerSecond - above 0; fractions are fine (0.5 is one request every two seconds).
 */
export function createTokenBucket(options: {
  readonly clock: Clock;
  readonly ratePerSecond: number;
}): RequestPace {
  const { clock, ratePerSecond } = options;
  const intervalMs = 1000 / ratePerSecond;
  const burst = Math.max(1, Math.floor(ratePerSecond * BURST_SECONDS));
  const allowanceMs = (burst - 1) * intervalMs;
  let nextFreeAt = Number.NEGATIVE_INFINITY;
  let heldUntil = Number.NEGATIVE_INFINITY;

  const book = (): number => {
    const now = clock.now();
    const start = Math.max(nextFreeAt, now - allowanceMs, heldUntil);
    nextFreeAt = start + intervalMs;
    return Math.max(0, start - now);
  };

  return {
    async take(signal) {
      signal.throwIfAborted();
      let waitMs = book();
      while (waitMs > 0) {
        await clock.sleep(waitMs, signal);
        // A hold that began while this caller slept applies to it too.
        waitMs = Math.max(0, heldUntil - clock.now());
      }
    },
    hold(ms) {
      heldUntil = Math.max(heldUntil, clock.now() + ms);
    },
  };
}

/** Makes paces that nobody uses yet. */
export function createPaces(clock: Clock): Paces {
  const buckets = new Map<
    string,
    { readonly rate: number; readonly bucket: RequestPace }
  >();
  return {
    of(origin, ratePerSecond) {
      const known = buckets.get(origin);
      if (known !== undefined && known.rate <= ratePerSecond)
        return known.bucket;
      const bucket = createTokenBucket({ clock, ratePerSecond });
      buckets.set(origin, { rate: ratePerSecond, bucket });
      return bucket;
    },
  };
}
