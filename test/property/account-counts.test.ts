import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PROPERTY_RUNS } from "../support/arbitraries.ts";
import { aDriverOverApi } from "../support/embedded-world.ts";

/** Most have few, some have more than a page. */
const COUNT = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 4 }) },
  { weight: 1, arbitrary: fc.integer({ min: 90, max: 130 }) },
);

describe("counting accounts", () => {
  it("tells of each connection what it has, whatever the others have, in about as few requests as can be", async () => {
    const { api, driver, exchanges } = await aDriverOverApi();
    const signal = new AbortController().signal;
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(COUNT, { minLength: 1, maxLength: 50 }),
        fc.constantFrom(0, 100, Infinity),
        async (numbers, listUpTo) => {
          run += 1;
          const counts = numbers.map(
            (count, i) => [`r${String(run)}-${String(i)}`, count] as const,
          );
          for (const [key_id, count] of counts) {
            api.seedConnection({
              key_id,
              provider_key: "GMAIL",
              type: "OAUTH",
            });
            if (count > 0) api.seedAccounts(key_id, count);
          }
          const before = exchanges.length;
          const read = await driver.readAccounts(
            counts.map(([key]) => key),
            { listUpTo },
            signal,
          );
          expect([...read].map(([key, { count }]) => [key, count])).toEqual(
            expect.arrayContaining(counts.map((each) => [...each])),
          );
          expect(read.size).toBe(counts.length);
          for (const { count, listed } of read.values()) {
            if (listed !== "unknown")
              expect(listed).toHaveLength(Number(count));
            else expect(count).toBeGreaterThan(listUpTo);
          }
          const large = numbers.filter((count) => count >= 90).length;
          const batches = Math.ceil(numbers.length / 20);
          const mostPerLarge = 6;
          expect(exchanges.length - before).toBeLessThanOrEqual(
            batches + large * mostPerLarge,
          );
        },
      ),
      { numRuns: Math.ceil(PROPERTY_RUNS / 5) },
    );
  });
});
