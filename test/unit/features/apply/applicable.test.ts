import { describe, expect, it } from "vitest";
import {
  assertAllowed,
  assertSound,
} from "../../../../src/features/apply/applicable.ts";
import { signPlan } from "../../../../src/features/plan/plan-signature.ts";
import { AppError } from "../../../../src/domain/problem/error.ts";
import type { Approval } from "../../../../src/domain/approval.ts";
import type {
  ApprovalRules,
  EnvironmentRules,
  GuardOverride,
} from "../../../../src/domain/environment.ts";
import type {
  Checkout,
  CheckoutComparison,
} from "../../../../src/ports/checkout.ts";
import type { Inventory } from "../../../../src/domain/state/inventory.ts";
import type { Plan } from "../../../../src/domain/generated/plan.ts";
import type { Receipt } from "../../../../src/domain/state/ledger.ts";
import { createMemoryDriver } from "../../../../src/drivers/memory/index.ts";
import {
  intentDigest,
  planDigest,
} from "../../../../src/engine/diff/fingerprint.ts";
import { generateSigningKey } from "../../../../src/util/hash.ts";
import { createFakeClock } from "../../../support/clock.ts";
import {
  aDesired,
  aLive,
  anEntry,
  anInventory,
  planOf,
  someRules,
} from "../../../support/engine-builders.ts";
import { NO_CHECKOUT } from "../../../support/environment.ts";

const { driver } = createMemoryDriver();
const planUnder = (
  rules: Partial<EnvironmentRules> = {},
  now = "2026-03-01T12:00:00.000Z",
  approvals: readonly GuardOverride[] = [],
): Plan =>
  planOf({
    rules: someRules(rules),
    now,
    approvals,
    desired: [aDesired()],
    capabilities: driver.capabilities,
    target: { driver: "memory", apiHost: "memory" },
  });
const PLAN = planUnder();
const MINE = generateSigningKey();
const THEIRS = generateSigningKey();

/**
 * A plan of other content with digests that fit it: what someone with the program at hand can make.
 */
function rewritten(parts: Partial<Plan>, plan = PLAN): Plan {
  const meant = { ...plan, ...parts };
  const whole = { ...meant, intent_digest: intentDigest(meant) };
  return { ...whole, digest: planDigest(whole) };
}

/** A plan of other content whose own digest fits, and nothing else. */
function resealed(plan: Plan): Plan {
  return { ...plan, digest: planDigest(plan) };
}

interface Situation {
  readonly plan?: Plan;
  readonly rules?: Partial<EnvironmentRules>;
  readonly now?: string;
  readonly expect?: string;
  readonly ledger?: readonly Receipt[];
  readonly inventory?: Inventory;
  readonly checkout?: Checkout;
  readonly approvals?: readonly GuardOverride[];
  readonly approval?: Approval;
}

/** The code of the refusal, or `null` when the plan may be applied. */
async function refusalOf(situation: Situation): Promise<string | null> {
  const { rules, now, ledger = [], inventory = null, expect } = situation;
  const plan = situation.plan ?? planUnder(rules);
  const context = {
    api: driver,
    clock: createFakeClock(Date.parse(now ?? "2026-03-01T12:00:00Z")),
    toolVersion: "0.1.0",
    rules: someRules(rules),
    checkout: situation.checkout ?? NO_CHECKOUT,
    approvals: situation.approvals ?? [],
    ...(expect === undefined ? {} : { expect }),
    ...(situation.approval === undefined
      ? {}
      : { approval: situation.approval }),
  };
  try {
    await assertSound(plan, context, { ledger, inventory, openers: new Map() });
    assertAllowed(plan, context, { inventory });
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

const receipt: Receipt = {
  formatVersion: "1.0",
  kind: "receipt",
  runId: "r",
  environment: "dev",
  apiHost: "memory",
  planDigest: PLAN.digest,
  commit: null,
  actor: "alex",
  startedAt: "2026-03-01T00:00:00Z",
  finishedAt: "2026-03-01T00:00:01Z",
  result: "applied",
  outcomes: [],
  previous: null,
  digest: "sha256:0",
};
const signing = { isRequired: true, keys: [MINE.publicKey] };
const signable = planUnder({ signing });
const signed = signPlan(signable, MINE.privatePem, "key");
const unasked = { signing: { ...signing, isRequired: false } };
const refusal = {
  code: "PLN103",
  level: "refuse" as const,
  message: "protected",
};
const freeze = [
  {
    kind: "once" as const,
    from: "2026-03-01T00:00:00.000Z",
    until: "2026-03-02T00:00:00.000Z",
    reason: "audit",
  },
];

const YESTERDAY = "2026-02-28T12:00:00.000Z";
const approval = { guard: "PLN112", reason: "outage" };
const approvedPlan = planUnder({ freeze }, undefined, [approval]);
const signedApproval = signPlan(
  planUnder({ freeze, ...unasked }, undefined, [approval]),
  MINE.privatePem,
  "key",
);
const expiring = {
  limits: { ...someRules().limits, planExpiresAfterMs: 3_600_000 },
};
const weaker = { limits: { ...someRules().limits, maxDeletes: 10_000 } };
const withoutRules = rewritten({ source: { ...PLAN.source, rules: {} } });
const COMMIT = "1".repeat(40);
const OTHER = "2".repeat(40);
const committed = (commit: string | null): Plan =>
  rewritten({ source: { ...PLAN.source, commit } });
const checkoutAt = (
  commit: string,
  answer: CheckoutComparison = { kind: "unknown" },
): Checkout => ({ commit, compare: () => Promise.resolve(answer) });

const TABLE: readonly (readonly [string, Situation, string | null])[] = [
  ["as it was made", {}, null],
  [
    "altered by hand",
    { plan: { ...PLAN, environment: "prod" }, rules: { name: "prod" } },
    "PLN201",
  ],
  ["of another environment", { plan: PLAN, rules: { name: "prod" } }, "PLN202"],
  [
    "for another host",
    {
      plan: rewritten({
        target: { driver: "memory", api_host: "evil.example" },
      }),
    },
    "PLN202",
  ],
  [
    "for another driver",
    {
      plan: rewritten({ target: { driver: "scalekit", api_host: "memory" } }),
    },
    "PLN202",
  ],
  [
    "of another major version",
    { plan: rewritten({ tool: { name: "tieline", version: "1.0.0" } }) },
    "PLN204",
  ],
  [
    "expired to the millisecond",
    { plan: rewritten({ expires_at: "2026-03-01T12:00:00.000Z" }) },
    "PLN204",
  ],
  [
    "about to expire",
    { plan: rewritten({ expires_at: "2026-03-01T12:00:00.001Z" }) },
    null,
  ],
  ["applied before", { ledger: [receipt] }, "PLN205"],
  [
    "refused by a guard",
    { plan: rewritten({ findings: [refusal] }) },
    "PLN103",
  ],
  ["expected by its digest", { expect: PLAN.digest }, null],
  ["expected by what it would do", { expect: PLAN.intent_digest ?? "" }, null],
  ["other than expected", { expect: `sha256:${"0".repeat(64)}` }, "PLN209"],
  ["unsigned where that is asked for", { rules: { signing } }, "PLN208"],
  ["signed by a listed key", { plan: signed, rules: { signing } }, null],
  [
    "signed by another key",
    {
      plan: signPlan(signable, THEIRS.privatePem, "key"),
      rules: { signing },
    },
    "PLN208",
  ],
  [
    "signed by another key that says it is the listed one",
    {
      plan: {
        ...signable,
        signature: {
          key: MINE.publicKey,
          value:
            signPlan(signable, THEIRS.privatePem, "key").signature?.value ?? "",
        },
      },
      rules: { signing },
    },
    "PLN208",
  ],
  [
    "with the signature of another plan",
    {
      plan: {
        ...rewritten({ created_at: "2026-03-01T11:00:00.000Z" }, signable),
        ...(signed.signature === undefined
          ? {}
          : { signature: signed.signature }),
      },
      rules: { signing },
    },
    "PLN208",
  ],
  [
    "badly signed where no signature is asked for",
    {
      plan: signPlan(planUnder(unasked), THEIRS.privatePem, "key"),
      rules: unasked,
    },
    "PLN208",
  ],
  [
    "older than the freeze it would run into",
    { plan: planUnder({ freeze }, YESTERDAY), rules: { freeze } },
    "PLN112",
  ],
  [
    "in a freeze that an override lets it pass",
    {
      rules: {
        freeze,
        overrides: [{ guard: "PLN112", reason: "outage", until: "2026-03-01" }],
      },
    },
    null,
  ],
  [
    "in a freeze with an override that has ended",
    {
      rules: {
        freeze,
        overrides: [{ guard: "PLN112", reason: "outage", until: "2026-02-28" }],
      },
    },
    "PLN112",
  ],
  [
    "in a freeze, with nothing but its own word that it was approved",
    { plan: approvedPlan, rules: { freeze } },
    "PLN112",
  ],
  [
    "in a freeze, approved for this run",
    { plan: approvedPlan, rules: { freeze }, approvals: [approval] },
    null,
  ],
  [
    "in a freeze, approved in the plan that is expected",
    {
      plan: approvedPlan,
      rules: { freeze },
      expect: approvedPlan.intent_digest,
    },
    null,
  ],
  [
    "in a freeze, approved in a plan that is signed",
    { plan: signedApproval, rules: { freeze, ...unasked } },
    null,
  ],
  [
    "that would do something else than its intent_digest says",
    {
      plan: resealed({ ...PLAN, environment: "prod" }),
      rules: { name: "prod" },
      expect: PLAN.intent_digest,
    },
    "PLN201",
  ],
  [
    "whose summary does not count its changes",
    { plan: rewritten({ summary: { ...PLAN.summary, create: 2 } }) },
    "PLN201",
  ],
  [
    "that expired by the rule, though it says that it does not",
    {
      plan: rewritten(
        { expires_at: null, created_at: "2026-03-01T10:59:00.000Z" },
        planUnder(expiring),
      ),
      rules: expiring,
    },
    "PLN204",
  ],
  [
    "from a state that is not here",
    { plan: rewritten({ state_id: "another", inventory_serial: 7 }) },
    "PLN220",
  ],
  [
    "from another state of the same serial",
    {
      plan: rewritten({ state_id: "another", inventory_serial: 7 }),
      inventory: anInventory([]),
    },
    "PLN220",
  ],
  [
    "from an older inventory",
    {
      plan: rewritten({ state_id: "state", inventory_serial: 6 }),
      inventory: anInventory([]),
    },
    "PLN204",
  ],
  ["made under weaker rules", { plan: planUnder(weaker) }, "PLN221"],
  ["made under rules without a guard", { plan: withoutRules }, "PLN221"],
  [
    "of this commit",
    { plan: committed(COMMIT), checkout: checkoutAt(COMMIT) },
    null,
  ],
  [
    "of a commit with the same documents",
    { plan: committed(OTHER), checkout: checkoutAt(COMMIT, { kind: "same" }) },
    null,
  ],
  [
    "of a commit with other documents",
    {
      plan: committed(OTHER),
      checkout: checkoutAt(COMMIT, {
        kind: "other",
        folders: ["connections/"],
      }),
    },
    "PLN221",
  ],
  [
    "of a commit that is not in this clone",
    {
      plan: committed(OTHER),
      checkout: checkoutAt(COMMIT, { kind: "unknown" }),
    },
    "PLN221",
  ],
  [
    "of no commit, in a repository",
    { plan: committed(null), checkout: checkoutAt(COMMIT, { kind: "same" }) },
    "PLN221",
  ],
  [
    "of a commit, outside of a repository",
    { plan: committed(OTHER) },
    "PLN221",
  ],
  [
    "with a signature that its own key did not make, where no key is trusted",
    {
      plan: {
        ...PLAN,
        signature: {
          key: THEIRS.publicKey,
          value: signed.signature?.value ?? "",
        },
      },
    },
    "PLN208",
  ],
  [
    "with a signature that its own key made, where no key is trusted",
    { plan: signPlan(PLAN, THEIRS.privatePem, "key") },
    null,
  ],
];

const MINE_NOW = anInventory([anEntry({ key: "mine" })]);

describe("a plan that reaches for a connection", () => {
  const rules = someRules();
  const reaching = (parts: Parameters<typeof planOf>[0]): Plan => {
    const plan = planOf({
      rules,
      capabilities: driver.capabilities,
      target: { driver: "memory", apiHost: "memory" },
      ...parts,
    });
    // Made elsewhere, it says that it is of the state here.
    return rewritten({ state_id: "state", inventory_serial: 7 }, plan);
  };
  const theirs = (key: string) => anInventory([anEntry({ key })]);
  const ACTIONS: readonly (readonly [string, Plan])[] = [
    [
      "delete",
      reaching({ live: [aLive({ key: "x" })], inventory: theirs("x") }),
    ],
    [
      "update",
      reaching({
        desired: [aDesired({ key: "x", fields: { "/scopes": ["a"] } })],
        live: [aLive({ key: "x" })],
        inventory: theirs("x"),
      }),
    ],
    [
      "replace",
      reaching({
        desired: [aDesired({ key: "x", provider: "slack" })],
        live: [aLive({ key: "x" })],
        inventory: theirs("x"),
        approvals: [{ guard: "PLN104", connection: "x", reason: "because" }],
      }),
    ],
    [
      "rename",
      reaching({
        desired: [aDesired({ key: "y", lifecycle: { previous_ids: ["x"] } })],
        live: [aLive({ key: "x" })],
        inventory: theirs("x"),
      }),
    ],
    ["forget", reaching({ inventory: theirs("x") })],
  ];

  it.each(ACTIONS)(
    "to %s what is not owned here is refused",
    async (action, plan) => {
      expect(plan.changes.map((change) => change.action)).toEqual([action]);
      expect(await refusalOf({ plan, inventory: MINE_NOW })).toBe("PLN201");
    },
  );

  it("under a handle that is not the owned one is refused", async () => {
    const plan = reaching({
      live: [aLive({ key: "mine", remoteId: "theirs" })],
      inventory: anInventory([anEntry({ key: "mine", remoteId: "theirs" })]),
    });
    expect(await refusalOf({ plan, inventory: MINE_NOW })).toBe("PLN201");
  });

  it("without its fingerprint is refused", async () => {
    const plan = reaching({
      live: [aLive({ key: "mine" })],
      inventory: MINE_NOW,
    });
    const blind = rewritten(
      {
        changes: plan.changes.map((change) => ({
          ...change,
          precondition: { fingerprint: null },
        })),
      },
      plan,
    );
    expect(await refusalOf({ plan: blind, inventory: MINE_NOW })).toBe(
      "PLN201",
    );
  });

  it("that is protected here is refused, whatever the plan found", async () => {
    const same = anEntry({ key: "same" });
    const here = anInventory([
      anEntry({ key: "mine", isProtected: true }),
      same,
    ]);
    const plan = reaching({
      desired: [aDesired({ key: "same" })],
      live: [aLive({ key: "mine" }), aLive({ key: "same" })],
      inventory: anInventory([anEntry({ key: "mine" }), same]),
    });
    expect(plan.findings).toEqual([]);
    expect(await refusalOf({ plan, inventory: here })).toBe("PLN103");
  });
});

describe("a plan", () => {
  it.each(TABLE)("%s", async (_, situation, code) => {
    expect(await refusalOf(situation)).toBe(code);
  });

  it("made again while nothing moved would do the same, though it is another plan", () => {
    const parts = { desired: [aDesired()] };
    const first = planOf(parts);
    const second = planOf({ ...parts, now: "2026-03-01T13:00:00.000Z" });
    expect(second.digest).not.toBe(first.digest);
    expect(second.intent_digest).toBe(first.intent_digest);
    const other = planOf({ desired: [aDesired({ key: "other" })] });
    expect(other.intent_digest).not.toBe(first.intent_digest);
  });

  it("cannot be signed with what is no private key", () => {
    expect(() => signPlan(PLAN, "no key", "k.pem")).toThrow(
      expect.objectContaining({ code: "CLI032" }),
    );
  });
});

describe("approvals of an environment", () => {
  const two: ApprovalRules = { count: 2, by: ["ann", "@acme/platform"] };
  const one: ApprovalRules = { count: 1, by: null };
  const plan = planUnder({ approvals: two });
  const recorded = (rule: ApprovalRules): Inventory => ({
    ...anInventory([]),
    serial: 0,
    stateId: null,
    rules: {
      "approvals.count": rule.count,
      "approvals.by": [...(rule.by ?? [])],
    },
  });
  const given = (
    rules: readonly ApprovalRules[],
    digest = plan.intent_digest,
  ): Approval => ({ digest, rules });

  it.each<[string, Situation, string | null]>([
    ["none is asked for", {}, null],
    ["none was given", { rules: { approvals: two } }, "PLN223"],
    [
      "none was given, whatever is let pass by name",
      {
        rules: {
          approvals: two,
          overrides: [{ guard: "PLN223", reason: "urgent" }],
        },
        approvals: [{ guard: "PLN223", reason: "urgent" }],
      },
      "PLN223",
    ],
    [
      "the merge alone is asked for, and nothing was reviewed",
      { rules: { approvals: { count: 0, by: null } } },
      "PLN223",
    ],
    [
      "this plan was approved",
      { plan, rules: { approvals: two }, approval: given([two]) },
      null,
    ],
    [
      "the order of names differs",
      {
        plan,
        rules: { approvals: two },
        approval: given([{ count: 2, by: ["@acme/platform", "ann"] }]),
      },
      null,
    ],
    [
      "another plan was approved",
      {
        plan,
        rules: { approvals: two },
        approval: given([two], PLAN.intent_digest),
      },
      "PLN223",
    ],
    [
      "it was approved under a looser rule",
      { plan, rules: { approvals: two }, approval: given([one]) },
      "PLN223",
    ],
  ])("%s", async (_, situation, code) => {
    expect(await refusalOf(situation)).toBe(code);
  });

  it("hold as the last apply recorded them, though this change loosens them", () => {
    const loosened = someRules({ approvals: one });
    const context = {
      api: driver,
      clock: createFakeClock(Date.parse("2026-03-01T12:00:00Z")),
      toolVersion: "0.1.0",
      rules: loosened,
      checkout: NO_CHECKOUT,
      approvals: [],
    };
    const under = planUnder({ approvals: one });
    const allow = (approval?: Approval): void => {
      const more = approval === undefined ? {} : { approval };
      assertAllowed(
        under,
        { ...context, ...more },
        { inventory: recorded(two) },
      );
    };
    const digest = under.intent_digest;
    expect(() => {
      allow();
    }).toThrow(expect.objectContaining({ code: "PLN223" }));
    expect(() => {
      allow(given([one], digest));
    }).toThrow(expect.objectContaining({ code: "PLN223" }));
    allow(given([one, two], digest));
  });
});
