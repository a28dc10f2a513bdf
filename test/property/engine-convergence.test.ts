import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { Plan } from "../../src/domain/generated/plan.ts";
import type { AssembleInput } from "../../src/engine/diff/input.ts";
import { findDrift } from "../../src/engine/plan/drift.ts";
import { planConnections } from "../../src/engine/plan/plan.ts";
import { simulate, type World } from "../../src/engine/plan/simulate.ts";
import { verifyApplied } from "../../src/engine/plan/verify-applied.ts";
import { anyInput, PROPERTY_RUNS, wantedLive } from "../support/arbitraries.ts";
import { aLive, anEntry, anInventory } from "../support/engine-builders.ts";

const RUNS = { numRuns: PROPERTY_RUNS };
// The slowest law needs 50 ms a run on a busy machine; a timeout is for hangs.
vi.setConfig({ testTimeout: 1000 * PROPERTY_RUNS });

/** The whole platform of an input, the connections nobody asked for included. */
function worldOf(input: AssembleInput): World {
  const { inventory, capabilities, secrets, recorded } = input;
  const known = new Map(input.live.map((live) => [live.key, live]));
  const live = input.listed.map((each) => known.get(each.key) ?? aLive(each));
  return { live, inventory, capabilities, secrets, recorded };
}

function inputOf(input: AssembleInput, world: World): AssembleInput {
  const { live, inventory } = world;
  const entries = inventory?.entries ?? [];
  return {
    ...input,
    live: wantedLive(live, input.desired, entries),
    listed: live,
    inventory,
  };
}

function shortForm(plan: Plan): string[] {
  return plan.changes.map(
    (change) =>
      `${change.action} ${change.key} ${change.steps.join()} ${JSON.stringify(change.fields)} ${JSON.stringify(change.secrets)}`,
  );
}

describe("convergence", () => {
  it("plans nothing against the result of a plan", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const after = simulate(planConnections(input), worldOf(input));
        const again = planConnections(inputOf(input, after));
        expect(shortForm(again)).toEqual([]);
        expect(again.rules).toBeUndefined();
      }),
      RUNS,
    );
  });

  it("shows every planned value when the changed connections are read back", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const plan = planConnections(input);
        const after = simulate(plan, worldOf(input));
        const live = new Map(after.live.map((each) => [each.key, each]));
        for (const change of plan.changes.filter((c) => c.steps.length > 1))
          expect(verifyApplied(change, live.get(change.key) ?? null)).toEqual(
            [],
          );
      }),
      RUNS,
    );
  });

  it("finds no drift in what was just applied", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const plan = planConnections(input);
        const after = simulate(plan, worldOf(input));
        const report = findDrift(inputOf(input, after));
        const applied = new Set(plan.changes.map((change) => change.key));
        const keys = [
          ...report.drifted.map((each) => each.key),
          ...report.missing,
        ];
        expect(keys.filter((key) => applied.has(key))).toEqual([]);
      }),
      RUNS,
    );
  });
});

describe("quiet", () => {
  it("plans nothing when platform and inventory agree with the documents", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const desired = input.desired.filter(
          (each) => input.local.get(each.key)?.has("") !== true,
        );
        const live = desired.map(({ key, provider, authType, fields }) =>
          aLive({ key, provider, authType, fields }),
        );
        const entries = desired.map((each) =>
          anEntry({
            key: each.key,
            provider: each.provider,
            authType: each.authType,
            lastApplied: each.fields,
            isProtected: each.isProtected,
            secrets: Object.fromEntries(
              [...each.secrets.keys()].map((pointer) => {
                const known = input.secrets.get(each.key)?.get(pointer);
                const { fingerprint, cipherDigest } = known ?? {};
                const facts = {
                  ...(fingerprint === undefined ? {} : { fingerprint }),
                  ...(cipherDigest === undefined ? {} : { cipherDigest }),
                };
                return [
                  pointer,
                  { ...facts, appliedAt: "2026-01-01T00:00:00Z" },
                ];
              }),
            ),
          }),
        );
        const plan = planConnections({
          ...input,
          desired,
          live,
          listed: live,
          inventory: anInventory(entries),
        });
        expect(shortForm(plan)).toEqual([]);
        expect(plan.summary.unchanged).toBe(desired.length);
      }),
      RUNS,
    );
  });
});

describe("interruption", () => {
  it("converges after a crash at any step, and loses no owned connection", () => {
    fc.assert(
      fc.property(anyInput, fc.nat({ max: 60 }), (input, steps) => {
        const world = worldOf(input);
        const first = planConnections(input);
        const cut = simulate(first, world, steps);
        const second = planConnections(inputOf(input, cut));
        const after = simulate(second, cut);
        expect(shortForm(planConnections(inputOf(input, after)))).toEqual([]);
        const made = (key: string): boolean => {
          const before = world.live.find((each) => each.key === key);
          const now = after.live.find((each) => each.key === key);
          return now !== undefined && now.remoteId !== before?.remoteId;
        };
        const owned = new Map(
          after.inventory?.entries.map((entry) => [entry.key, entry.remoteId]),
        );
        for (const live of after.live.filter((each) => made(each.key)))
          expect(owned.get(live.key)).toBe(live.remoteId);
      }),
      RUNS,
    );
  });

  it("never makes a second connection of a name after a crash", () => {
    fc.assert(
      fc.property(anyInput, fc.nat({ max: 60 }), (input, steps) => {
        const cut = simulate(planConnections(input), worldOf(input), steps);
        const standing = new Set(cut.live.map((each) => each.key));
        const creates = planConnections(inputOf(input, cut)).changes.filter(
          (change) => change.action === "create",
        );
        expect(creates.filter((each) => standing.has(each.key))).toEqual([]);
      }),
      RUNS,
    );
  });
});
