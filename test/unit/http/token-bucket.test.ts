import { describe, expect, it } from "vitest";
import { createTokenBucket } from "../../../src/http/token-bucket.ts";
import { createFakeClock } from "../../support/clock.ts";

const signal = new AbortController().signal;

describe("token bucket", () => {
  it.each([
    [0.5, 4],
    [1, 5],
    [50, 200],
    [1000, 3000],
  ])("starts no more than %d per second over time", async (rate, count) => {
    const clock = createFakeClock(0);
    const bucket = createTokenBucket({ clock, ratePerSecond: rate });
    const starts: number[] = [];
    for (let i = 0; i < count; i += 1) {
      await bucket.take(signal);
      starts.push(clock.now());
    }
    const burst = Math.max(1, Math.floor(rate / 10));
    for (const from of starts) {
      const within = starts.filter((at) => at >= from && at < from + 1000);
      expect(within.length).toBeLessThanOrEqual(Math.max(1, rate) + burst);
    }
    const expectedMs = ((count - burst) / rate) * 1000;
    expect(clock.now()).toBeGreaterThanOrEqual(expectedMs - 1);
  });

  it.each([2, 10, 50, 200])(
    "never lets more than %d go in any second, after a burst and late timers included",
    async (rate) => {
      const fake = createFakeClock(0);
      let sleeps = 0;
      // Every few timers come late, as they do on a busy machine.
      const clock = {
        ...fake,
        sleep: (ms: number, signal?: AbortSignal) =>
          fake.sleep(ms + ((sleeps += 1) % 7 === 0 ? 90 : 1), signal),
      };
      const bucket = createTokenBucket({ clock, ratePerSecond: rate });
      const starts: number[] = [];
      for (let i = 0; i < 6 * rate; i += 1) {
        await bucket.take(signal);
        starts.push(clock.now());
      }
      for (const from of starts)
        expect(
          starts.filter((at) => at >= from && at < from + 1000).length,
        ).toBeLessThanOrEqual(rate);
    },
  );

  it("leaves more room after each refusal, and a twentieth at most", async () => {
    const clock = createFakeClock(0);
    const bucket = createTokenBucket({ clock, ratePerSecond: 50 });
    const secondOf50 = async (): Promise<number> => {
      const from = clock.now();
      for (let i = 0; i < 50; i += 1) await bucket.take(signal);
      return clock.now() - from;
    };
    await secondOf50();
    const before = await secondOf50();
    for (let i = 0; i < 100; i += 1) bucket.refused();
    await secondOf50();
    const after = await secondOf50();
    expect(after).toBeGreaterThan(before);
    expect(after).toBeLessThanOrEqual(1050);
  });

  it("keeps the pace over a long time within a twentieth", async () => {
    const fake = createFakeClock(0);
    const clock = {
      ...fake,
      sleep: (ms: number, signal?: AbortSignal) =>
        fake.sleep(Math.ceil(ms) + 1, signal),
    };
    const bucket = createTokenBucket({ clock, ratePerSecond: 50 });
    for (let i = 0; i < 2000; i += 1) await bucket.take(signal);
    expect(clock.now()).toBeLessThanOrEqual(1.05 * (2000 / 50) * 1000);
  });

  it("lets a first request go at once", async () => {
    const clock = createFakeClock(0);
    await createTokenBucket({ clock, ratePerSecond: 1 }).take(signal);
    expect(clock.waits).toEqual([]);
  });

  it("saves nothing up while idle beyond its burst", async () => {
    const clock = createFakeClock(0);
    const bucket = createTokenBucket({ clock, ratePerSecond: 10 });
    await bucket.take(signal);
    clock.advance(60_000);
    await bucket.take(signal);
    await bucket.take(signal);
    expect(clock.waits).toEqual([100]);
  });

  it("holds everybody back, those who already wait included", async () => {
    const clock = createFakeClock(0);
    const bucket = createTokenBucket({ clock, ratePerSecond: 1 });
    await bucket.take(signal);
    const second = bucket.take(signal).then(() => clock.now());
    bucket.hold(30_000);
    expect(await second).toBeGreaterThanOrEqual(30_000);
  });

  it("rejects with the reason of the signal", async () => {
    const clock = createFakeClock(0);
    const bucket = createTokenBucket({ clock, ratePerSecond: 1 });
    const reason = new RangeError("stop");
    await expect(bucket.take(AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
