import { describe, expect, it } from "vitest";
import { createSemaphore } from "../../../src/http/semaphore.ts";

const never = new AbortController().signal;

describe("semaphore", () => {
  it("runs no more than its places at once and everything in the end", async () => {
    const semaphore = createSemaphore(3);
    let running = 0;
    let most = 0;
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        semaphore.run(async () => {
          order.push(i);
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
        }, never),
      ),
    );
    expect(most).toBe(3);
    expect(order).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it("gives the place back after a failure", async () => {
    const semaphore = createSemaphore(1);
    await expect(
      semaphore.run(() => Promise.reject(new RangeError("no")), never),
    ).rejects.toThrow(RangeError);
    expect(await semaphore.run(() => Promise.resolve("yes"), never)).toBe(
      "yes",
    );
  });

  it("lets a waiting caller go when its signal fires, without losing a place", async () => {
    const semaphore = createSemaphore(1);
    const stop = new AbortController();
    let finish: () => void = () => undefined;
    const first = semaphore.run(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
      never,
    );
    const second = semaphore.run(() => Promise.resolve(), stop.signal);
    const third = semaphore.run(() => Promise.resolve("third"), never);
    stop.abort(new RangeError("stop"));
    await expect(second).rejects.toThrow(RangeError);
    finish();
    await first;
    expect(await third).toBe("third");
  });
});
