import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { aReconcileWorld } from "../support/reconcile-world.ts";

/** Minutes of ticks; what is left out says so. */
const LEFT_OUT = process.env["TIELINE_LONG_TESTS"] === undefined;
const CONNECTIONS = 62;
/** Pages of 30, and a twelfth of the connections read in full. */
const REQUESTS = Math.ceil(CONNECTIONS / 30) + Math.ceil(CONNECTIONS / 12);
const MIB = 1_048_576;

/** Bytes in use after everything that can be let go was let go. */
function inUse(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

describe.skipIf(LEFT_OUT)(
  `500 ticks of an unchanged environment${LEFT_OUT ? ": only with TIELINE_LONG_TESTS=1" : ""}`,
  () => {
    it("write nothing, ask what they must, and keep nothing", async () => {
      const world = await aReconcileWorld({
        mode: "enforce",
        connections: CONNECTIONS,
        followsBranch: false,
      });
      await world.tick("start");
      await world.tick();
      world.requests();
      let after50 = 0;
      for (let tick = 1; tick <= 500; tick += 1) {
        await world.tick();
        const made = world.requests();
        expect(made.filter(({ isWrite }) => isWrite)).toEqual([]);
        expect(made.length).toBe(REQUESTS);
        if (tick === 50) after50 = inUse();
      }
      const grown = (inUse() - after50) / MIB;
      process.stderr.write(`${JSON.stringify({ after50, grown })}\n`);
      expect(grown).toBeLessThan(5);
    }, 3_600_000);
  },
);
