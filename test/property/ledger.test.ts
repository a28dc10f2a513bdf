import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { blame } from "../../src/features/ledger/blame.ts";
import { verifyLedger } from "../../src/features/ledger/ledger-verify.ts";
import type { DesiredConnection } from "../../src/domain/connection.ts";
import { PROPERTY_RUNS } from "../support/arbitraries.ts";
import { aDesired, someRules } from "../support/engine-builders.ts";
import { aTestEnvironment } from "../support/environment.ts";

const RUNS = { numRuns: PROPERTY_RUNS };
vi.setConfig({ testTimeout: 1000 * PROPERTY_RUNS });

const RULES = someRules({
  prunes: true,
  limits: { ...someRules().limits, maxDeletes: 100, maxChangeRatio: 1 },
});
const KEYS = ["a", "b", "c"];

const anyFields = fc.record(
  {
    "/scopes": fc.subarray(["read", "send", "admin"]),
    "/settings/timeout": fc.constantFrom(1, 2, 3),
    "/state": fc.constantFrom("active", "inactive"),
  },
  { requiredKeys: [] },
);

const anyDocuments: fc.Arbitrary<readonly DesiredConnection[]> = fc
  .tuple(
    fc.subarray(KEYS, { minLength: 1 }),
    fc.array(anyFields, { minLength: KEYS.length, maxLength: KEYS.length }),
  )
  .map(([keys, fields]) =>
    keys.map((key) =>
      aDesired({ key, fields: fields[KEYS.indexOf(key)] ?? {} }),
    ),
  );

const anyHistory = fc.array(
  fc.record({
    documents: anyDocuments,
    faults: fc.array(
      fc.record({
        step: fc.integer({ min: 1, max: 6 }),
        when: fc.constantFrom("before" as const, "after" as const),
      }),
      { maxLength: 2 },
    ),
  }),
  { minLength: 1, maxLength: 4 },
);

describe("the ledger", () => {
  it("of any runs under any faults holds together, and every receipt equals its plan", async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, async (history) => {
        const environment = aTestEnvironment(RULES);
        for (const { documents, faults } of history) {
          for (const fault of faults) environment.handle.failAt(fault);
          await environment.apply(await environment.plan(documents));
        }
        const verdict = await verifyLedger(environment.state);
        expect(verdict.findings).toEqual([]);
        expect(verdict.checkedAgainstPlan).toBe(verdict.receiptCount);
      }),
      RUNS,
    );
  });

  it("tells the run of every field that the inventory remembers, with the value it set", async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, async (history) => {
        const environment = aTestEnvironment(RULES);
        for (const { documents } of history)
          await environment.apply(await environment.plan(documents));
        const inventory = await environment.state.readInventory();
        for (const { key, lastApplied } of inventory?.entries ?? []) {
          const { lines } = await blame(environment.state, {
            environment: "dev",
            connection: key,
          });
          const told = lines
            .filter(({ isLetGo }) => !isLetGo)
            .map(({ path, value }) => [path, value]);
          expect(Object.fromEntries(told)).toEqual(lastApplied);
        }
      }),
      RUNS,
    );
  });
});
