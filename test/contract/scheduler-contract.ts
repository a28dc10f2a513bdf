import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Scheduler, Tick } from "../../src/ports/scheduler.ts";

/** Schedulers under test, with the machine's clock. */
export interface SchedulerHarness {
  /** A scheduler as a process has one; those of a fleet share their environments. */
  readonly make: () => Scheduler;
  readonly close: () => Promise<void>;
}

/** Far beyond every test. */
const LATER_MS = 3_600_000;
const PATIENCE_MS = 15_000;

/** Waits until something holds; a test that waits for what never comes fails. */
export async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!holds()) {
    if (Date.now() > end) throw new Error("it never came about");
    await wait(20);
  }
}

/** The suite every scheduler passes. */
export function describeScheduler(
  name: string,
  makeHarness: () => Promise<SchedulerHarness>,
): void {
  const using = async (
    work: (scheduler: Scheduler) => Promise<void>,
  ): Promise<void> => {
    const harness = await makeHarness();
    const scheduler = harness.make();
    try {
      await work(scheduler);
    } finally {
      await scheduler.stop();
      await harness.close();
    }
  };
  const later = (): number => Date.now() + LATER_MS;

  describe(`scheduler ${name}`, () => {
    it("runs a first tick of each environment, and the next when it is due", () =>
      using(async (scheduler) => {
        const ticks: string[] = [];
        await scheduler.start(["a", "b"], ({ environment, reason }) => {
          ticks.push(`${environment} ${reason}`);
          return Promise.resolve(
            ticks.at(-1) === "a start" ? Date.now() + 50 : later(),
          );
        });
        await until(() => ticks.length >= 3);
        expect([...ticks].sort()).toEqual(["a interval", "a start", "b start"]);
        expect(ticks.indexOf("a start")).toBeLessThan(
          ticks.indexOf("a interval"),
        );
      }));

    it("follows a tick that is under way by one more, however often it is woken", () =>
      using(async (scheduler) => {
        const ticks: Tick[] = [];
        let running = 0;
        let most = 0;
        let end: () => void = () => undefined;
        const isEnded = new Promise<void>((resolve) => (end = resolve));
        await scheduler.start(["a"], async (tick) => {
          ticks.push(tick);
          running += 1;
          most = Math.max(most, running);
          if (ticks.length === 1) await isEnded;
          running -= 1;
          return later();
        });
        await until(() => ticks.length === 1);
        await scheduler.wake("a", "commit");
        await scheduler.wake("a", "order");
        await scheduler.wake("nobody", "order");
        end();
        await until(() => ticks.length === 2 && running === 0);
        // A third would have begun by now.
        await scheduler.wake("a", "commit");
        await until(() => ticks.length === 3 && running === 0);
        expect(most).toBe(1);
        expect(ticks.map(({ reason }) => reason).slice(1)).toEqual([
          "order",
          "commit",
        ]);
      }));

    it("moves a tick that waits when it is woken", () =>
      using(async (scheduler) => {
        const reasons: string[] = [];
        await scheduler.start(["a"], ({ reason }) => {
          reasons.push(reason);
          return Promise.resolve(later());
        });
        await until(() => reasons.length === 1);
        await scheduler.wake("a", "order");
        await until(() => reasons.length === 2);
        expect(reasons).toEqual(["start", "order"]);
      }));

    it("takes environments up, and lets go of those that are gone", () =>
      using(async (scheduler) => {
        const seen: string[] = [];
        await scheduler.start(["a"], ({ environment }) => {
          seen.push(environment);
          return Promise.resolve(later());
        });
        await until(() => seen.length === 1);
        await scheduler.setEnvironments(["b"]);
        await until(() => seen.length === 2);
        await scheduler.wake("a", "order");
        await scheduler.wake("b", "order");
        await until(() => seen.length === 3);
        expect(seen).toEqual(["a", "b", "b"]);
      }));

    it("ends when what is under way has ended, tells it so, and starts nothing more", () =>
      using(async (scheduler) => {
        let ended = 0;
        let begun = 0;
        await scheduler.start(["a"], async ({ signal }) => {
          begun += 1;
          await new Promise((resolve) => {
            signal.addEventListener("abort", resolve, { once: true });
          });
          await wait(20);
          ended += 1;
          return Date.now();
        });
        await until(() => begun === 1);
        await scheduler.stop();
        expect([begun, ended]).toEqual([1, 1]);
      }));
  });
}
