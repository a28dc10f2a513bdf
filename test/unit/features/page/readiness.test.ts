import { describe, expect, it } from "vitest";
import { NO_ORDERS } from "../../../../src/domain/reconcile/orders.ts";
import { overviewRow } from "../../../../src/features/page/overview-row.ts";
import { createReadiness } from "../../../../src/features/page/readiness.ts";
import { createFakeClock } from "../../../support/clock.ts";
import { createFakeReconcileStore } from "../../../support/fake-reconcile-store.ts";
import {
  aQuietStatus,
  SAMPLE_NOW,
} from "../../../support/reconcile-samples.ts";

describe("whether the process is ready", () => {
  it("is not asked again of a store that does not answer", async () => {
    const clock = createFakeClock(SAMPLE_NOW);
    const waiting: ((error: Error) => void)[] = [];
    const rows = [overviewRow(aQuietStatus("dev"), NO_ORDERS)];
    const probe = createReadiness({
      options: {
        clock,
        store: {
          ...createFakeReconcileStore(),
          readOrders: () =>
            new Promise((_resolve, reject) => {
              waiting.push(reject);
            }),
        },
        loopAgeMs: () => 0,
        maxLoopAgeMs: 1,
      },
      overview: {
        peek: () => ({ rows, readAt: SAMPLE_NOW }),
        read: () => Promise.reject(new Error("too much")),
      },
    });
    const asked = Array.from({ length: 5 }, () => {
      clock.advance(3_000);
      return probe();
    });
    expect(waiting).toHaveLength(1);
    for (const fail of waiting) fail(new Error("late"));
    expect(new Set(await Promise.all(asked))).toEqual(
      new Set(["the store does not answer"]),
    );
    clock.advance(3_000);
    void probe();
    expect(waiting).toHaveLength(2);
    for (const fail of waiting) fail(new Error("late"));
  });
});
