import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Plan, PlanAction } from "../../src/domain/generated/plan.ts";
import type { ReconcileMode } from "../../src/domain/reconcile/settings.ts";
import { decide, HEALING } from "../../src/engine/reconcile/decide.ts";
import { chooseHeals, recentHeals } from "../../src/engine/reconcile/heals.ts";
import {
  loosenedRules,
  standingSettings,
} from "../../src/engine/reconcile/standing.ts";
import { nextTickAt } from "../../src/engine/reconcile/schedule.ts";
import {
  aDesired,
  aLive,
  anAppliedEntry,
  anInventory,
  planOf,
} from "../support/engine-builders.ts";

const MODES: readonly ReconcileMode[] = [
  "observe",
  "propose",
  "heal",
  "enforce",
];

const ACTIONS: readonly PlanAction[] = [
  "adopt",
  "create",
  "delete",
  "forget",
  "noop",
  "rename",
  "replace",
  "update",
];

const UPDATE = planOf({
  desired: [aDesired({ fields: { "/scopes": ["b"] } })],
  live: [aLive({ fields: { "/scopes": ["a"] } })],
  inventory: anInventory([anAppliedEntry({ "/scopes": ["a"] })]),
});

/** A plan of one change with this action, as far as deciding looks at it. */
function planWith(
  action: PlanAction,
  isRefused = false,
  loosened: string | null = null,
): Plan {
  return {
    ...UPDATE,
    intent_digest: `sha256:${action}`,
    changes: UPDATE.changes.map((change) => ({ ...change, action })),
    ...(loosened === null
      ? {}
      : { rules: [{ rule: loosened, direction: "loosened" as const }] }),
    findings: isRefused
      ? [{ code: "PLN107", level: "refuse", message: "too many" }]
      : [],
  };
}

/** Every combination of these values. */
function* combinations<T extends Readonly<Record<string, readonly unknown[]>>>(
  choices: T,
): Generator<{ readonly [K in keyof T]: T[K][number] }> {
  const names = Object.keys(choices);
  const sizes = names.map((name) => choices[name]?.length ?? 0);
  const count = sizes.reduce((all, size) => all * size, 1);
  for (let index = 0; index < count; index += 1) {
    let rest = index;
    const chosen = names.map((name, at) => {
      const size = sizes[at] ?? 1;
      const value = choices[name]?.[rest % size];
      rest = Math.floor(rest / size);
      return [name, value];
    });
    yield Object.fromEntries(chosen) as {
      readonly [K in keyof T]: T[K][number];
    };
  }
}

/** Holds a combination whose whole plan is carried out to the rules. */
function expectAllowed(each: {
  readonly mode: ReconcileMode;
  readonly action: PlanAction;
  readonly isRefused: boolean;
  readonly isApproved: boolean;
  readonly isRolledOut: boolean;
  readonly held: readonly string[];
  readonly missingApprovals: string | null;
  readonly refusedCommit: string | null;
  readonly loosened: string | null;
  readonly caution: string | null;
}): void {
  expect(each.mode).not.toBe("observe");
  expect(each.isRefused).toBe(false);
  expect(each.missingApprovals).toBeNull();
  if (!each.isRolledOut) expect(each.refusedCommit).toBeNull();
  if (each.isApproved) return;
  expect(each.mode).toBe("enforce");
  expect(each.caution).toBeNull();
  expect(each.loosened ?? "protected").toBe("protected");
  expect(["create", "update", "adopt", "noop"]).toContain(each.action);
  if (each.isRolledOut) expect(each.held).toEqual([]);
}

describe("what a tick decides", () => {
  it("carries out nothing that its mode, the guards or people do not allow, and drops no plan", () => {
    let count = 0;
    for (const each of combinations({
      mode: MODES,
      action: ACTIONS,
      isRefused: [false, true],
      isApproved: [false, true],
      isRolledOut: [false, true],
      heal: [
        null,
        planWith("update"),
        planWith("create"),
        planWith("delete"),
        planWith("update", false, "secrets.creation_rules"),
      ],
      held: [[], ["too many"]],
      missingApprovals: [null, "two are asked for"],
      refusedCommit: [null, "it has no signature"],
      // A connection's own, and one of the environment.
      loosened: [null, "protected", "reconcile.mode"],
      caution: [null, "the state is another one"],
    })) {
      count += 1;
      const { action, isRefused, isApproved, loosened, ...found } = each;
      const whole = planWith(action, isRefused, loosened);
      const by = isApproved ? whole.intent_digest : "sha256:another";
      const { apply, waiting } = decide({
        ...found,
        whole,
        approvals: [{ intentDigest: by, by: "alex", at: "" }],
      });
      // Each is either carried out, or waits with a reason.
      const isCarriedOut = apply?.plan.intent_digest === whole.intent_digest;
      const isWaiting = waiting?.plan === whole;
      expect([isCarriedOut, isWaiting]).toContain(true);
      expect(apply?.plan === whole && isWaiting).toBe(false);
      if (waiting !== null) expect(waiting.pending.waitsFor).not.toEqual([]);
      if (apply?.plan === whole) expectAllowed(each);
      else if (apply !== null) {
        expect(["heal", "enforce"]).toContain(each.mode);
        expect(each.caution).toBeNull();
        expect(apply.plan.rules).toBeUndefined();
        expect(HEALING.has(apply.plan.changes[0]?.action ?? "noop")).toBe(true);
      }
    }
    expect(count).toBe(4 * 8 * 2 * 2 * 2 * 5 * 2 * 2 * 2 * 3 * 2);
  });
});

const NOW = Date.UTC(2026, 0, 2);
const anyHeal = fc.record({
  key: fc.constantFrom("a", "b", "c"),
  paths: fc.constantFrom(["/scopes"], ["/scopes", "/name"], []),
  at: fc
    .integer({ min: 0, max: 48 * 3_600_000 })
    .map((ago) => new Date(NOW - ago).toISOString()),
});
const anyDrift = fc.uniqueArray(
  fc.record({
    key: fc.constantFrom("a", "b", "c", "d"),
    paths: fc.constant(["/scopes"]),
    isMissing: fc.constant(false),
    since: fc
      .integer({ min: 0, max: 3_600_000 })
      .map((ago) => new Date(NOW - ago).toISOString()),
  }),
  { selector: ({ key }) => key },
);

describe("what is taken back", () => {
  it("stays within the budget of the hour, leaves fights alone, and says why of every other", () => {
    fc.assert(
      fc.property(
        anyDrift,
        fc.array(anyHeal, { maxLength: 12 }),
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 1, max: 4 }),
        (drift, heals, maxHealsPerHour, fightingAfter) => {
          const settings = { maxHealsPerHour, fightingAfter };
          const chosen = chooseHeals(drift, heals, settings, NOW);
          const lastHour = heals.filter(
            ({ at }) => NOW - Date.parse(at) < 3_600_000,
          ).length;
          expect(chosen.keys.length).toBeLessThanOrEqual(
            Math.max(0, maxHealsPerHour - lastHour),
          );
          const fought = chosen.fights.map(({ key }) => key);
          expect(chosen.keys.filter((key) => fought.includes(key))).toEqual([]);
          for (const { key, healCount } of chosen.fights) {
            expect(healCount).toBeGreaterThanOrEqual(fightingAfter);
            expect(
              recentHeals(heals, NOW).filter((heal) => heal.key === key).length,
            ).toBeGreaterThanOrEqual(fightingAfter);
          }
          if (chosen.keys.length + new Set(fought).size < drift.length)
            expect(chosen.held).not.toEqual([]);
        },
      ),
    );
  });
});

const anySettings = fc.record({
  mode: fc.constantFrom(...MODES),
  maxHealsPerHour: fc.integer({ min: 0, max: 50 }),
  fightingAfter: fc.integer({ min: 1, max: 9 }),
  requiresSignedCommits: fc.boolean(),
  intervalMs: fc.constant(300_000),
  retryMs: fc.constant(30_000),
  fullReadEvery: fc.constant(12),
  accountsEvery: fc.constant(null),
});

describe("the settings that hold for what nobody is asked about", () => {
  it("let no more pass than today's, the last apply's or those before a moved state", () => {
    fc.assert(
      fc.property(
        anySettings,
        anySettings,
        anySettings,
        (now, then, before) => {
          const recorded = {
            "reconcile.mode": then.mode,
            "reconcile.max_heals_per_hour": then.maxHealsPerHour,
            "reconcile.fighting_after": then.fightingAfter,
            "reconcile.signed_commits": then.requiresSignedCommits,
          };
          const found = standingSettings(now, recorded, before);
          for (const each of [now, then, before]) {
            expect(MODES.indexOf(found.mode)).toBeLessThanOrEqual(
              MODES.indexOf(each.mode),
            );
            expect(found.maxHealsPerHour).toBeLessThanOrEqual(
              each.maxHealsPerHour,
            );
            expect(found.fightingAfter).toBeLessThanOrEqual(each.fightingAfter);
            if (each.requiresSignedCommits)
              expect(found.requiresSignedCommits).toBe(true);
          }
          expect(standingSettings(now, undefined, null)).toEqual(now);
        },
      ),
    );
  });

  it("are the defaults where an apply recorded none of them", () => {
    const now = {
      mode: "enforce" as const,
      maxHealsPerHour: 500,
      fightingAfter: 50,
      requiresSignedCommits: false,
      intervalMs: 1,
      retryMs: 1,
      fullReadEvery: 1,
      accountsEvery: null,
    };
    expect(standingSettings(now, {}, null)).toMatchObject({
      mode: "observe",
      maxHealsPerHour: 20,
      fightingAfter: 3,
    });
    expect(
      loosenedRules({
        rules: [
          { rule: "limits.max_deletes", direction: "loosened" },
          { rule: "overrides", name: "PLN104:a", direction: "tightened" },
        ],
      }),
    ).toEqual(["limits.max_deletes"]);
  });
});

describe("the next tick", () => {
  it("is never in the past, and never beyond a tenth over the interval", () => {
    fc.assert(
      fc.property(
        fc.record({
          settings: fc
            .tuple(
              fc.integer({ min: 10_000, max: 3_600_000 }),
              fc.integer({ min: 1_000, max: 3_600_000 }),
            )
            .map(([intervalMs, retryMs]) => ({
              intervalMs,
              retryMs: Math.min(intervalMs, retryMs),
            })),
          result: fc.constantFrom(
            "in-sync",
            "failed",
            "partial",
            "healed",
            "held",
            "pending",
          ),
          failureCount: fc.integer({ min: 1, max: 100_000 }),
          isHopeless: fc.boolean(),
          took: fc.integer({ min: 0, max: 7_200_000 }),
          random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        }),
        ({ took, ...facts }) => {
          const finishedAt = NOW + took;
          const due = nextTickAt({
            ...facts,
            startedAt: NOW,
            finishedAt,
            suspendedUntil: null,
          });
          expect(due).toBeGreaterThanOrEqual(finishedAt);
          expect(due).toBeLessThanOrEqual(
            Math.max(finishedAt, NOW + facts.settings.intervalMs * 1.1 + 1),
          );
        },
      ),
    );
  });
});
