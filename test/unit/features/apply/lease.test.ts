import { describe, expect, it } from "vitest";
import { keepLease, writeGuard } from "../../../../src/features/apply/lease.ts";
import {
  ConflictError,
  TransientError,
  type AppError,
} from "../../../../src/domain/problem/error.ts";
import type { Clock } from "../../../../src/ports/clock.ts";
import type { Lease } from "../../../../src/ports/state-store.ts";

const TTL = 60_000;
const unreachable = new TransientError("STA013", "not reached", {
  status: null,
  mayHaveCommitted: true,
});
const taken = new ConflictError("STA004", "taken over");

/** A clock whose sleepers wake when a test says so, and a lease whose renewals fail as told. */
function aKeeper(failures: readonly (AppError | undefined)[]) {
  let now = 0;
  let setBackBy = 0;
  let wake: () => void = () => undefined;
  let renewals = 0;
  const clock: Clock = {
    now: () => now - setBackBy,
    elapsed: () => now,
    random: () => 0,
    sleep: () =>
      new Promise((resolve) => {
        wake = resolve;
      }),
  };
  const lease: Lease = {
    id: "x",
    fence: 1,
    ttlMs: TTL,
    renew: () => {
      const failure = failures[renewals];
      renewals += 1;
      return failure === undefined
        ? Promise.resolve()
        : Promise.reject(failure);
    },
    release: () => Promise.resolve(),
  };
  const keeper = keepLease(lease, clock);
  return {
    keeper,
    renewals: () => renewals,
    setBack: (ms: number): void => {
      setBackBy = ms;
    },
    pass: async (ms: number): Promise<void> => {
      now += ms;
      wake();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe("keeping a lease", () => {
  it("renews it for as long as the run takes", async () => {
    const { keeper, pass, renewals } = aKeeper([]);
    for (let i = 0; i < 10; i += 1) await pass(20_000);
    expect([keeper.lost(), renewals()]).toEqual([undefined, 10]);
    keeper.stop();
  });

  it("is not lost by a renewal that could not reach the state while the lease holds", async () => {
    const { keeper, pass } = aKeeper([unreachable, unreachable, undefined]);
    for (let i = 0; i < 5; i += 1) {
      await pass(20_000);
      expect([i, keeper.lost()]).toEqual([i, undefined]);
    }
    keeper.stop();
  });

  it("is lost when it could not be renewed in time", async () => {
    const { keeper, pass } = aKeeper([unreachable, unreachable, unreachable]);
    await pass(20_000);
    await pass(20_000);
    expect(keeper.lost()).toBeUndefined();
    await pass(20_000);
    expect(keeper.lost()?.code).toBe("STA013");
    keeper.stop();
  });

  it("is lost before its end, so that a write under way arrives in its time", async () => {
    const { keeper, pass } = aKeeper([unreachable]);
    const hanging = pass(TTL * 0.9);
    expect(keeper.lost()?.code).toBe("STA004");
    await hanging;
    keeper.stop();
  });

  it("is lost when its time is up, though somebody set the clock back", async () => {
    const { keeper, pass, setBack } = aKeeper([]);
    setBack(TTL);
    const hanging = pass(TTL);
    expect(keeper.lost()?.code).toBe("STA004");
    await hanging;
    keeper.stop();
  });

  it("lets a write pass while it holds, and then says whether one was let pass before", async () => {
    const { keeper, pass } = aKeeper([taken]);
    const [begun, fresh] = [writeGuard(keeper), writeGuard(keeper)];
    begun();
    await pass(20_000);
    expect(begun).toThrow(
      expect.objectContaining({ code: "STA004", mayHaveCommitted: true }),
    );
    expect(fresh).toThrow(taken);
    keeper.stop();
  });

  it("is lost at once when it was taken over", async () => {
    const { keeper, pass } = aKeeper([taken]);
    await pass(20_000);
    expect(keeper.lost()?.code).toBe("STA004");
    keeper.stop();
  });

  it("is lost when its time is up, even while a renewal hangs", async () => {
    const { keeper, pass } = aKeeper([]);
    const hanging = pass(TTL);
    expect(keeper.lost()?.code).toBe("STA004");
    await hanging;
    keeper.stop();
  });
});
