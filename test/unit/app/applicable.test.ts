import { describe, expect, it } from "vitest";
import { assertApplicable } from "../../../src/app/applicable.ts";
import { signPlan } from "../../../src/app/plan-signature.ts";
import { AppError } from "../../../src/domain/error.ts";
import type { EnvironmentRules } from "../../../src/domain/environment.ts";
import type { Plan } from "../../../src/domain/generated/plan.ts";
import type { Receipt } from "../../../src/domain/ledger.ts";
import { createMemoryDriver } from "../../../src/drivers/memory/index.ts";
import { planDigest } from "../../../src/engine/index.ts";
import { generateSigningKey } from "../../../src/util/hash.ts";
import { createFakeClock } from "../../support/clock.ts";
import { aDesired, planOf, someRules } from "../../support/engine-builders.ts";

const PLAN = planOf({
  desired: [aDesired()],
  target: { driver: "memory", apiHost: "memory" },
});
const MINE = generateSigningKey();
const THEIRS = generateSigningKey();

/** A plan of other content with a digest that fits it: what someone with the program at hand can make. */
function rewritten(parts: Partial<Plan>): Plan {
  const plan = { ...PLAN, ...parts };
  return { ...plan, digest: planDigest(plan) };
}

interface Situation {
  readonly plan?: Plan;
  readonly rules?: Partial<EnvironmentRules>;
  readonly now?: string;
  readonly expect?: string;
  readonly ledger?: readonly Receipt[];
}

/** The code of the refusal, or `null` when the plan may be applied. */
function refusalOf(situation: Situation): string | null {
  const { plan = PLAN, rules, now, ledger = [] } = situation;
  try {
    assertApplicable(
      plan,
      {
        api: createMemoryDriver().driver,
        clock: createFakeClock(Date.parse(now ?? "2026-03-01T12:00:00Z")),
        toolVersion: "0.1.0",
        rules: someRules(rules),
        ...(situation.expect === undefined ? {} : { expect: situation.expect }),
      },
      ledger,
    );
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
const signed = signPlan(PLAN, MINE.privatePem, "key");
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

const TABLE: readonly (readonly [string, Situation, string | null])[] = [
  ["as it was made", {}, null],
  [
    "altered by hand",
    { plan: { ...PLAN, environment: "prod" }, rules: { name: "prod" } },
    "PLN201",
  ],
  ["of another environment", { rules: { name: "prod" } }, "PLN210"],
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
    "PLN206",
  ],
  [
    "expired to the millisecond",
    { plan: rewritten({ expires_at: "2026-03-01T12:00:00.000Z" }) },
    "PLN203",
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
      plan: signPlan(PLAN, THEIRS.privatePem, "key"),
      rules: { signing },
    },
    "PLN208",
  ],
  [
    "signed by another key that says it is the listed one",
    {
      plan: {
        ...PLAN,
        signature: {
          key: MINE.publicKey,
          value:
            signPlan(PLAN, THEIRS.privatePem, "key").signature?.value ?? "",
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
        ...rewritten({ created_at: "2026-03-01T11:00:00.000Z" }),
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
      plan: signPlan(PLAN, THEIRS.privatePem, "key"),
      rules: { signing: { ...signing, isRequired: false } },
    },
    "PLN208",
  ],
  ["older than the freeze it would run into", { rules: { freeze } }, "PLN112"],
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
    "in a freeze it was approved for",
    {
      plan: rewritten({
        findings: [
          {
            code: "PLN112",
            level: "warn",
            message: "frozen",
            override: { reason: "outage" },
          },
        ],
      }),
      rules: { freeze },
    },
    null,
  ],
];

describe("a plan", () => {
  it.each(TABLE)("%s", (_, situation, code) => {
    expect(refusalOf(situation)).toBe(code);
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
