import type { Clock } from "../ports/clock.ts";
import type { Paces, RequestPace } from "../ports/http-client.ts";

/**
 * A tenth of a second's worth may start at once: enough for timers to be late, too little to break
 * a limit counted per second.
 */
const BURST_SECONDS = 0.1;

/**
 * Most starts that are remembered: a second's worth, or a part of one where a second holds more.
 */
const MOST_REMEMBERED = 10_000;

/**
 * How much longer than they must as many starts take as a second may hold. What leaves here evenly
 * arrives less evenly, and a server that counts the last second exactly refuses one that is a few
 * milliseconds early. Each that is refused makes it longer: the way there, or a machine with too
 * much to do, is less even than that.
 */
const ARRIVAL_SLACK = { first: 1.01, step: 0.005, most: 1.04 };

/**
 * Makes a bucket. Every caller books the next free moment and waits for it, so late timers cost no
 * throughput. In no second start more than the rate, not even in the one that begins with a burst
 * or follows a late timer: a server that counts them exactly has nothing to refuse.
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
  // The latest starts, round and round: at `at` is the one as many starts ago as there are places.
  const places = Math.min(
    MOST_REMEMBERED,
    Math.max(1, Math.floor(ratePerSecond)),
  );
  let slack = places > 1 ? ARRIVAL_SLACK.first : 1;
  const started: number[] = [];
  let at = 0;
  const isFreeAt = (): number =>
    Math.max(
      heldUntil,
      (started[at] ?? Number.NEGATIVE_INFINITY) + places * intervalMs * slack,
    );

  const book = (): number => {
    const now = clock.now();
    const start = Math.max(nextFreeAt, now - allowanceMs, heldUntil);
    nextFreeAt = start + intervalMs;
    return Math.max(0, start - now);
  };

  return {
    async take(signal) {
      signal.throwIfAborted();
      let waitMs = Math.max(book(), isFreeAt() - clock.now());
      while (waitMs > 0) {
        await clock.sleep(waitMs, signal);
        // A hold that began while this caller slept applies to it too, and others may have gone.
        waitMs = isFreeAt() - clock.now();
      }
      started[at] = clock.now();
      at = (at + 1) % places;
    },
    refused() {
      slack = Math.min(ARRIVAL_SLACK.most, slack + ARRIVAL_SLACK.step);
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
