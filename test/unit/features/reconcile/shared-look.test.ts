import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSharedLook } from "../../../../src/features/reconcile/shared-look.ts";

const WINDOW = 5;

/** What happens at a moment: a commit is pushed, somebody asks, or the remote answers. */
const EVENTS = fc.array(
  fc.record({
    wait: fc.integer({ min: 0, max: 4 }),
    what: fc.constantFrom("push", "ask", "ask fresh", "answer", "fail"),
  }),
  { maxLength: 60 },
);

describe("asking a remote together", () => {
  it("misses no commit that was there when somebody asked for what is new, and none older than the window", async () => {
    await fc.assert(
      fc.asyncProperty(EVENTS, async (events) => {
        let now = 1;
        let head = 0;
        /** When each commit was pushed; a commit is its index. */
        const pushedAt = [0];
        const pending: {
          readonly settle: (isGood: boolean) => void;
        }[] = [];
        let asked = 0;
        let atOnce = 0;
        const { look } = createSharedLook<number>(
          () => {
            asked += 1;
            atOnce += 1;
            expect(atOnce).toBe(1);
            // The remote tells what it has when it is asked.
            const seen = head;
            return new Promise<number>((resolve, reject) => {
              pending.push({
                settle: (isGood) => {
                  atOnce -= 1;
                  if (isGood) resolve(seen);
                  else reject(new Error("away"));
                },
              });
            });
          },
          { now: () => now },
        );
        const looks: Promise<void>[] = [];
        let lookCount = 0;
        for (const { wait, what } of events) {
          now += wait;
          await Promise.resolve();
          if (what === "push") {
            head += 1;
            pushedAt.push(now);
          } else if (what === "answer" || what === "fail") {
            pending.shift()?.settle(what === "answer");
            for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
          } else {
            const isFresh = what === "ask fresh";
            const [calledAt, known] = [now, head];
            lookCount += 1;
            looks.push(
              look(isFresh ? 0 : WINDOW).then(
                (seen) => {
                  if (isFresh) expect(seen).toBeGreaterThanOrEqual(known);
                  const missed = pushedAt[seen + 1] ?? Infinity;
                  expect(missed).toBeGreaterThanOrEqual(calledAt - WINDOW);
                },
                (error: unknown) => {
                  expect(String(error)).toContain("away");
                },
              ),
            );
          }
        }
        while (pending.length > 0) {
          pending.shift()?.settle(true);
          for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
        }
        await Promise.all(looks);
        expect(asked).toBeLessThanOrEqual(lookCount);
      }),
    );
  });

  it("asks once for all that come within the window, and twice for any number that ask for what is new", async () => {
    let asked = 0;
    const answers: (() => void)[] = [];
    const { look } = createSharedLook(
      () =>
        new Promise<number>((resolve) => {
          asked += 1;
          answers.push(() => {
            resolve(asked);
          });
        }),
      { now: () => 1 },
    );
    const all = Array.from({ length: 200 }, (_, at) =>
      look(at % 2 === 0 ? WINDOW : 0),
    );
    answers.shift()?.();
    await all[0];
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    answers.shift()?.();
    await Promise.all(all);
    expect(asked).toBe(2);
  });
});
