import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  EMPTY_OUTBOX,
  type Notice,
  type Outbox,
} from "../../../../src/domain/reconcile/notice.ts";
import {
  RemoteError,
  TransientError,
} from "../../../../src/domain/problem/error.ts";
import {
  dueEntries,
  enqueue,
} from "../../../../src/engine/reconcile/outbox.ts";
import { deliver } from "../../../../src/features/reconcile/deliver.ts";
import type { Notifier } from "../../../../src/ports/notifier.ts";
import { aNotice } from "../../../support/notices.ts";

const { signal } = new AbortController();
const START = Date.UTC(2026, 0, 1);
const MAX_ATTEMPTS = 8;
const MAX_WAITING = 20;
const HOUR = 3_600_000;

/** What a receiver does with a post. */
type Answer = "takes" | "away" | "refuses" | "breaks";

const anAnswer = fc.constantFrom<Answer>("takes", "away", "refuses", "breaks");

/** A step of a story: what is told, and how long it is until the next tick. */
const aStep = fc.record({
  ids: fc.array(fc.nat({ max: 8 }), { maxLength: 4 }),
  waitMs: fc.nat({ max: 2 * HOUR }),
});

/** A receiver that answers as it is told, then takes everything. */
function aReceiver(
  name: string,
  answers: readonly Answer[],
): Notifier & { readonly has: string[]; askedCount: number } {
  const has: string[] = [];
  return {
    name,
    has,
    askedCount: 0,
    takes: () => true,
    send({ id }) {
      const answer = answers[this.askedCount] ?? "takes";
      this.askedCount += 1;
      if (answer === "takes") {
        has.push(id);
        return Promise.resolve();
      }
      const detail = { status: null, mayHaveCommitted: false };
      if (answer === "away")
        return Promise.reject(new TransientError("NTF001", "away", detail));
      return Promise.reject(
        answer === "refuses"
          ? new RemoteError("NTF001", "no", detail)
          : new Error("a defect"),
      );
    },
    close: () => Promise.resolve(),
  };
}

const numbered = (id: number): Notice =>
  aNotice({ id: `notice ${String(id)}` });

/** Ticks until nothing waits any more. */
async function drained(
  outbox: Outbox,
  notifiers: readonly Notifier[],
  from: number,
): Promise<Outbox> {
  let current = outbox;
  let now = from;
  for (let tick = 0; tick < 2 * MAX_ATTEMPTS; tick += 1) {
    if (current.waiting.length === 0) break;
    current = await deliver(current, notifiers, { now, signal });
    now += HOUR;
  }
  return current;
}

describe("an outbox", () => {
  it("tells no receiver the same twice, loses nothing, and ends", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(aStep, { maxLength: 8 }),
        fc.array(anAnswer, { maxLength: 30 }),
        fc.array(anAnswer, { maxLength: 30 }),
        async (steps, one, other) => {
          const receivers = [aReceiver("one", one), aReceiver("other", other)];
          const told = new Set<string>();
          let outbox = EMPTY_OUTBOX;
          let now = START;
          for (const { ids, waitMs } of steps) {
            const notices = ids.map(numbered);
            for (const { id } of notices) told.add(id);
            outbox = enqueue(outbox, notices, now);
            outbox = await deliver(outbox, receivers, { now, signal });
            for (const { attemptCount } of outbox.waiting)
              expect(attemptCount).toBeLessThan(MAX_ATTEMPTS);
            now += waitMs;
          }
          outbox = await drained(outbox, receivers, now + HOUR);
          expect(outbox.waiting).toEqual([]);
          // Each is settled once, whoever has it.
          const settled = outbox.settled.map(({ id }) => id);
          expect(settled.toSorted()).toEqual([...told].toSorted());
          for (const { name, has } of receivers) {
            expect(new Set(has).size).toBe(has.length);
            const recorded = outbox.settled.filter(({ deliveredTo }) =>
              deliveredTo.includes(name),
            );
            expect(recorded.map(({ id }) => id).toSorted()).toEqual(
              has.toSorted(),
            );
          }
          // Who does not have it is named, with a reason.
          for (const { deliveredTo, failures } of outbox.settled)
            for (const { name } of receivers)
              expect(
                deliveredTo.includes(name) ||
                  failures.some((text) => text.startsWith(`${name}: `)),
              ).toBe(true);
        },
      ),
    );
  });

  it("gives up a receiver that stays away after eight attempts, not before", async () => {
    const away = aReceiver("away", Array<Answer>(20).fill("away"));
    const outbox = enqueue(EMPTY_OUTBOX, [aNotice()], START);
    const end = await drained(outbox, [away], START);
    expect(away.askedCount).toBe(MAX_ATTEMPTS);
    expect(end.settled).toMatchObject([
      { deliveredTo: [], failures: ["away: NTF001: away"] },
    ]);
  });

  it("waits longer each time, and as long as it is asked to, up to an hour", async () => {
    const waits: number[] = [];
    for (const retryAfterMs of [undefined, 90_000, 86_400_000]) {
      let outbox = enqueue(EMPTY_OUTBOX, [aNotice()], START);
      const busy: Notifier = {
        name: "busy",
        takes: () => true,
        send: () =>
          Promise.reject(
            new TransientError("NTF001", "busy", {
              status: 429,
              mayHaveCommitted: false,
              retryAfterMs,
            }),
          ),
        close: () => Promise.resolve(),
      };
      outbox = await deliver(outbox, [busy], { now: START, signal });
      const [entry] = outbox.waiting;
      const at = Date.parse(entry?.nextAttemptAt ?? "");
      waits.push(at - START);
      expect(dueEntries(outbox, at - 1)).toEqual([]);
      expect(dueEntries(outbox, at)).toHaveLength(1);
    }
    expect(waits).toEqual([30_000, 90_000, HOUR]);
  });

  it("asks a receiver that is away once in a tick, and the others for every notice", async () => {
    const away = aReceiver("away", Array<Answer>(20).fill("away"));
    const there = aReceiver("there", []);
    const notices = [1, 2, 3].map(numbered);
    const outbox = enqueue(EMPTY_OUTBOX, notices, START);
    const after = await deliver(outbox, [away, there], { now: START, signal });
    expect(away.askedCount).toBe(1);
    expect(there.has).toEqual(notices.map(({ id }) => id));
    expect(after.waiting).toHaveLength(3);
  });

  it("tells a refusing receiver no second time while it waits for another one", async () => {
    const refusing = aReceiver("refusing", Array<Answer>(20).fill("refuses"));
    const away = aReceiver("away", ["away", "away"]);
    const outbox = enqueue(EMPTY_OUTBOX, [aNotice()], START);
    const end = await drained(outbox, [refusing, away], START);
    expect(refusing.askedCount).toBe(1);
    expect(end.settled).toMatchObject([
      { deliveredTo: ["away"], failures: ["refusing: NTF001: no"] },
    ]);
  });

  it("does not tell a receiver what it does not take, and does not say that it did", async () => {
    const picky = { ...aReceiver("picky", []), takes: () => false };
    const outbox = enqueue(EMPTY_OUTBOX, [aNotice()], START);
    const { settled } = await deliver(outbox, [picky], { now: START, signal });
    expect(picky.has).toEqual([]);
    expect(settled).toMatchObject([{ deliveredTo: [], failures: [] }]);
  });

  it("records what a storm leaves no room for", () => {
    const notices = Array.from({ length: 30 }, (_, at) => numbered(at));
    const { waiting, settled } = enqueue(EMPTY_OUTBOX, notices, START);
    expect(waiting.map(({ notice }) => notice.id)).toEqual(
      notices.slice(0, MAX_WAITING).map(({ id }) => id),
    );
    expect(settled.map(({ id }) => id)).toEqual(
      notices.slice(MAX_WAITING).map(({ id }) => id),
    );
    for (const { failures } of settled) expect(failures).toHaveLength(1);
  });
});
