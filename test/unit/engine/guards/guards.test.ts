import { describe, expect, it } from "vitest";
import type { GuardOverride } from "../../../../src/domain/environment.ts";
import type { PlanFinding } from "../../../../src/domain/generated/plan.ts";
import type { AssembleInput } from "../../../../src/engine/diff/input.ts";
import { GUARDS } from "../../../../src/engine/guards/index.ts";
import { matchesGlob } from "../../../../src/util/glob.ts";
import {
  aDesired,
  aLive,
  anAppliedEntry,
  anEntry,
  anInventory,
  planOf,
  someRules,
} from "../../../support/engine-builders.ts";

const BASE = someRules();

function rulesWith(
  limits: Partial<typeof BASE.limits>,
  rest: Partial<typeof BASE> = {},
): typeof BASE {
  return { ...BASE, ...rest, limits: { ...BASE.limits, ...limits } };
}

/** `level code key` of every finding, in the order of the plan. */
function findings(parts: Partial<AssembleInput>): string[] {
  return planOf(parts).findings.map(shortForm);
}

function shortForm({ level, code, key }: PlanFinding): string {
  return `${level} ${code}${key === undefined ? "" : ` ${key}`}`;
}

function owned(count: number): Pick<AssembleInput, "live" | "inventory"> {
  const keys = Array.from({ length: count }, (_, index) => `c${index}`);
  return {
    live: keys.map((key) => aLive({ key })),
    inventory: anInventory(keys.map((key) => anEntry({ key }))),
  };
}

const ONE = owned(1);
const KEEP = aDesired({ key: "keep" });
const REPLACED = {
  ...ONE,
  desired: [aDesired({ key: "c0", provider: "slack" })],
};
const APPROVED: GuardOverride = {
  guard: "PLN104",
  connection: "c0",
  reason: "agreed with the owner",
};

describe("GUARDS", () => {
  it("has each code once", () => {
    const codes = GUARDS.map((guard) => guard.code);
    expect(new Set(codes).size).toBe(codes.length);
  });
});

describe("PLN101 too many deletes", () => {
  it("counts deletes and replacements together, up to the limit and no further", () => {
    const input = {
      live: owned(3).live,
      inventory: owned(3).inventory,
      desired: [aDesired({ key: "c0", provider: "slack" })],
      approvals: [APPROVED],
    };
    expect(findings({ ...input, rules: rulesWith({ maxDeletes: 3 }) })).toEqual(
      ["warn PLN104 c0"],
    );
    expect(findings({ ...input, rules: rulesWith({ maxDeletes: 2 }) })).toEqual(
      ["refuse PLN101", "warn PLN104 c0"],
    );
  });
});

describe("PLN111 an approval that matches nothing", () => {
  it("is told, because a misspelt name would otherwise look approved", () => {
    expect(
      findings({ ...owned(3), desired: [], approvals: [APPROVED] }),
    ).toContain(`warn PLN111 ${APPROVED.connection ?? ""}`);
  });
});

describe("PLN102 too large a share", () => {
  const updates = (count: number) =>
    Array.from({ length: 10 }, (_, index) =>
      aDesired({
        key: `c${index}`,
        fields: index < count ? { "/settings/timeout": 5 } : {},
      }),
    );

  it("refuses above the share, of ten or more", () => {
    expect(findings({ ...owned(10), desired: updates(3) })).toEqual([]);
    expect(findings({ ...owned(10), desired: updates(4) })).toEqual([
      "refuse PLN102",
    ]);
    expect(findings({ ...owned(9), desired: updates(9).slice(0, 9) })).toEqual(
      [],
    );
  });

  it("does not count creating and adopting", () => {
    const desired = [
      ...updates(0),
      ...["x", "y", "z", "w"].map((key) => aDesired({ key })),
    ];
    const live = [...owned(10).live, aLive({ key: "x" }), aLive({ key: "y" })];
    expect(findings({ ...owned(10), live, desired })).toEqual([]);
  });

  it("does not count what a run that was cut off had announced", () => {
    const { live } = owned(10);
    const announced = anInventory(
      live.map(({ key }) => anEntry({ key, phase: "pending" })),
    );
    expect(
      findings({ live, inventory: announced, desired: updates(9) }),
    ).toEqual([]);
  });

  it("counts renames", () => {
    const desired = Array.from({ length: 10 }, (_, index) =>
      aDesired({
        key: `n${index}`,
        lifecycle: { previous_ids: [`c${index}`] },
      }),
    );
    expect(findings({ ...owned(10), desired })).toEqual(["refuse PLN102"]);
  });
});

describe("PLN103 protected", () => {
  const inventory = anInventory([anEntry({ key: "c0", isProtected: true })]);

  it("holds although the document that protects is gone", () => {
    expect(findings({ live: ONE.live, inventory, desired: [KEEP] })).toEqual([
      "refuse PLN103 c0",
    ]);
  });

  it("holds in the apply that lifts it, and from the moment it is declared", () => {
    expect(findings({ ...REPLACED, inventory, approvals: [APPROVED] })).toEqual(
      ["refuse PLN103 c0", "warn PLN104 c0"],
    );
    const declared = [
      aDesired({
        key: "c0",
        provider: "slack",
        fields: { "/lifecycle/protected": true },
      }),
    ];
    expect(
      findings({ ...ONE, desired: declared, approvals: [APPROVED] }),
    ).toEqual(["refuse PLN103 c0", "warn PLN104 c0"]);
  });
});

describe("PLN104 replacement", () => {
  it("is refused unless the connection is named", () => {
    expect(findings(REPLACED)).toEqual(["refuse PLN104 c0"]);
    expect(
      findings({
        ...REPLACED,
        approvals: [{ guard: "PLN104", reason: "all of them" }],
      }),
    ).toEqual(["refuse PLN104 c0", "warn PLN111"]);
    expect(
      findings({ ...REPLACED, approvals: [{ ...APPROVED, connection: "c1" }] }),
    ).toEqual(["refuse PLN104 c0", "warn PLN111 c1"]);
    const { findings: passed } = planOf({ ...REPLACED, approvals: [APPROVED] });
    expect(passed).toMatchObject([
      { level: "warn", override: { reason: "agreed with the owner" } },
    ]);
    expect(passed[0]?.message).toContain('"/provider"');
  });
});

describe("PLN105 accounts", () => {
  const input = { ...ONE, desired: [KEEP] };
  const limited = (
    accounts: number | "unknown" | undefined,
    maxAffectedAccounts: number | null,
  ) =>
    findings({
      ...input,
      rules: rulesWith({ maxAffectedAccounts }),
      accounts: new Map(accounts === undefined ? [] : [["c0", accounts]]),
    });

  it("refuses above the limit, and when nobody knows", () => {
    expect(limited(5, 5)).toEqual([]);
    expect(limited(6, 5)).toEqual(["refuse PLN105 c0"]);
    expect(limited("unknown", 5)).toEqual(["refuse PLN105 c0"]);
    expect(limited(undefined, 5)).toEqual(["refuse PLN105 c0"]);
    expect(limited("unknown", null)).toEqual([]);
  });

  it("is about what is removed: other changes keep their accounts", () => {
    const { inventory, live } = ONE;
    const changed = aDesired({ key: "c0", fields: { "/scopes": ["a"] } });
    const found = findings({
      inventory,
      live,
      desired: [changed],
      rules: rulesWith({ maxAffectedAccounts: 0 }),
      accounts: new Map([["c0", 500]]),
    });
    expect(found.filter((each) => each.includes("PLN105"))).toEqual([]);
  });

  it("points at the document of a replacement", () => {
    const plan = planOf({
      ...REPLACED,
      rules: rulesWith({ maxAffectedAccounts: 0 }),
    });
    expect(plan.findings.find((f) => f.code === "PLN105")?.location?.file).toBe(
      "connections/c0.yaml",
    );
  });
});

describe("PLN106 nothing desired", () => {
  it("refuses while anything is owned or live, and only then", () => {
    expect(findings({})).toEqual([]);
    expect(findings(ONE)).toEqual(["refuse PLN106"]);
    expect(findings({ inventory: owned(2).inventory })).toEqual([
      "refuse PLN106",
    ]);
    expect(findings({ listed: owned(2).live })).toEqual(["refuse PLN106"]);
  });
});

describe("PLN107 destination", () => {
  const move = (
    from: string | undefined,
    to: string,
    isProduction: boolean,
  ) => {
    const last = from === undefined ? {} : { "/settings/token_url": from };
    return findings({
      desired: [aDesired({ fields: { "/settings/token_url": to } })],
      live: [aLive({ fields: last })],
      inventory: anInventory([anAppliedEntry(last)]),
      rules: someRules({ isProduction }),
    });
  };

  it("refuses another host in production and warns elsewhere", () => {
    expect(move("https://a.example", "https://b.example", true)).toEqual([
      "refuse PLN107 mail",
    ]);
    expect(move("https://a.example", "https://b.example", false)).toEqual([
      "warn PLN107 mail",
    ]);
    expect(move("https://a.example/1", "https://a.example/2", true)).toEqual([
      "refuse PLN107 mail",
    ]);
    expect(move(undefined, "https://b.example", true)).toEqual([
      "refuse PLN107 mail",
    ]);
    expect(move("https://a.example", "https://a.example:8443", true)).toEqual([
      "refuse PLN107 mail",
    ]);
  });

  it("only warns of a host that somebody changed and that is put back", () => {
    const at = (host: string) => ({ "/settings/token_url": `https://${host}` });
    const back = (last: string) =>
      findings({
        desired: [aDesired({ fields: at("reviewed.example") })],
        live: [aLive({ fields: at("foreign.example") })],
        inventory: anInventory([anAppliedEntry(at(last))]),
        rules: someRules({ isProduction: true }),
      });
    expect(back("reviewed.example")).toEqual(["warn PLN107 mail"]);
    expect(back("third.example")).toEqual(["refuse PLN107 mail"]);
  });

  it("can be let pass by name", () => {
    const fields = { "/settings/token_url": "https://a.example" };
    const plan = planOf({
      desired: [
        aDesired({ fields: { "/settings/token_url": "https://b.example" } }),
      ],
      live: [aLive({ fields })],
      rules: someRules({
        isProduction: true,
        overrides: [
          {
            guard: "PLN107",
            connection: "mail",
            reason: "moved",
            until: "2026-03-01",
          },
        ],
      }),
    });
    expect(plan.findings).toMatchObject([
      { level: "warn", override: { reason: "moved", until: "2026-03-01" } },
    ]);
  });
});

describe("PLN108 scope ceiling", () => {
  const rules = someRules({ scopeCeiling: ["read", "https://x.example/*"] });
  const ask = (scopes: readonly string[], parts: Partial<AssembleInput> = {}) =>
    findings({
      desired: [aDesired({ fields: { "/scopes": [...scopes] } })],
      rules,
      ...parts,
    });

  it("refuses what no pattern allows", () => {
    expect(ask(["read", "https://x.example/a/b"])).toEqual([]);
    expect(ask(["read", "admin"])).toEqual(["refuse PLN108 mail"]);
    expect(ask(["admin"], { rules: someRules() })).toEqual([]);
    expect(ask(["read"], { rules: someRules({ scopeCeiling: [] }) })).toEqual([
      "refuse PLN108 mail",
    ]);
  });

  it("looks at optional scopes too", () => {
    const desired = [
      aDesired({
        fields: { "/settings/optional_scopes": { scopes: ["admin"] } },
      }),
    ];
    expect(findings({ desired, rules })).toEqual(["refuse PLN108 mail"]);
  });

  const GOOGLE = "https://www.googleapis.com/auth/";
  const OF_TIER = {
    "read-only": `${GOOGLE}calendar.freebusy`,
    "read-write": `${GOOGLE}calendar.events`,
    admin: `${GOOGLE}calendar.acls`,
    sensitive: `${GOOGLE}gmail.readonly`,
    unclassified: "gmail.readonly",
  };
  it.each<[string[], string[]]>([
    [["tier:read-only"], ["read-only"]],
    [["tier:read-write"], ["read-only", "read-write"]],
    [["tier:admin"], ["read-only", "read-write", "admin"]],
    [["tier:sensitive"], ["sensitive"]],
    [["tier:unclassified"], ["unclassified"]],
    [
      ["tier:read-only", "tier:sensitive"],
      ["read-only", "sensitive"],
    ],
    [
      ["tier:read-only", `${GOOGLE}calendar.a*`],
      ["read-only", "admin"],
    ],
    [["tier:everything"], []],
    [["tier:*"], []],
    [["*"], Object.keys(OF_TIER)],
  ])("lets pass by tier: %j", (scopeCeiling, passing) => {
    const passed = Object.entries(OF_TIER)
      .filter(
        ([, scope]) =>
          ask([scope], { rules: someRules({ scopeCeiling }) }).length === 0,
      )
      .map(([tier]) => tier);
    expect(passed).toEqual(passing);
  });

  it("takes a tier for a tier, not for a scope of that name", () => {
    const ceiling = (entry: string): string[] =>
      ask(["tier:admin"], { rules: someRules({ scopeCeiling: [entry] }) });
    expect(ceiling("tier:admin")).toEqual(["refuse PLN108 mail"]);
    expect(ceiling("tier:unclassified")).toEqual([]);
  });

  it("says what the scopes above the ceiling would allow, and where they are written", () => {
    const { findings: found } = planOf({
      desired: [
        aDesired({
          fields: { "/scopes": [OF_TIER.sensitive, OF_TIER.unclassified] },
        }),
      ],
      rules: someRules({ scopeCeiling: ["tier:read-write"] }),
    });
    const [finding] = found;
    expect(finding?.message).toContain(
      "read all mail and settings (sensitive)",
    );
    expect(finding?.message).toContain('"gmail.readonly" (unclassified)');
    expect(finding?.location).toBeDefined();
  });

  it("only warns about a connection nobody touches, and skips local fields", () => {
    const fields = { "/scopes": ["admin"] };
    const standing = {
      live: [aLive({ fields })],
      inventory: anInventory([anAppliedEntry(fields)]),
    };
    expect(ask(["admin"], standing)).toEqual(["warn PLN108 mail"]);
    expect(
      ask(["admin"], { local: new Map([["mail", new Set(["/scopes"])]]) }),
    ).toEqual([]);
  });

  it.each([
    ["*", "", true],
    ["*", "anything", true],
    ["a*", "abc", true],
    ["a*c", "abc", true],
    ["a*b*c", "a-b-b-c", true],
    ["a*b*c", "a-c-b", false],
    ["ab*ba", "aba", false],
    ["b*", "abc", false],
    ["abc", "abc", true],
    ["abc", "abcd", false],
  ])("pattern %s and scope %s → %s", (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  it("takes no longer for a pattern full of stars", () => {
    expect(matchesGlob(`${"a*".repeat(2000)}b`, "a".repeat(4000))).toBe(false);
  });
});

describe("PLN109 production rules", () => {
  const check = (
    fields: Record<string, string | boolean | null>,
    isProduction = true,
  ) =>
    findings({
      desired: [aDesired({ fields })],
      rules: someRules({ isProduction }),
    });

  it.each<[string, Record<string, string | boolean | null>]>([
    ["platform credentials", { "/credentials/use_platform_creds": true }],
    ["http", { "/settings/token_url": "http://a.example" }],
    ["localhost", { "/settings/token_url": "https://localhost:3000" }],
    [
      "loopback address behind a plain destination",
      { "/custom_provider/proxy_url": "https://127.0.0.1/api" },
    ],
    ["no proof key", { "/settings/pkce": false }],
  ])("refuses %s in production only", (_name, fields) => {
    expect(check(fields)).toEqual(["refuse PLN109 mail"]);
    expect(check(fields, false)).toEqual([]);
  });

  it("has nothing against the rest", () => {
    expect(
      check({
        "/credentials/use_platform_creds": false,
        "/settings/token_url": "https://a.example",
        "/settings/user_info_url": null,
        "/credentials/base_url": "no address",
        "/settings/pkce": true,
        "/settings/prompt": "http://localhost",
      }),
    ).toEqual([]);
  });

  it("only warns about a connection nobody touches, and skips local fields", () => {
    const fields = { "/credentials/use_platform_creds": true };
    const rules = someRules({ isProduction: true });
    const standing = {
      live: [aLive({ fields })],
      inventory: anInventory([anAppliedEntry(fields)]),
    };
    expect(
      findings({ desired: [aDesired({ fields })], rules, ...standing }),
    ).toEqual(["warn PLN109 mail"]);
    const local = new Map([
      ["mail", new Set(["/credentials/use_platform_creds"])],
    ]);
    expect(findings({ desired: [aDesired({ fields })], rules, local })).toEqual(
      [],
    );
  });
});

describe("PLN110 server-made fields", () => {
  const declare = (
    computed: Record<string, string>,
    local: readonly string[] = [],
  ) =>
    findings({
      desired: [
        aDesired({
          expected: { "/credentials/redirect_uri": "https://r.example/1" },
        }),
      ],
      live: [aLive({ computed })],
      inventory: anInventory([anEntry()]),
      local: new Map([["mail", new Set(local)]]),
    });

  it("refuses a declared value that is not the platform's", () => {
    expect(
      declare({ "/credentials/redirect_uri": "https://r.example/2" }),
    ).toEqual(["refuse PLN110 mail"]);
    expect(
      declare({ "/credentials/redirect_uri": "https://R.example:443/1" }),
    ).toEqual([]);
    expect(declare({})).toEqual([]);
    expect(
      declare({ "/credentials/redirect_uri": "https://r.example/2" }, [
        "/credentials/redirect_uri",
      ]),
    ).toEqual([]);
  });

  it("warns of one declared before the connection exists: nobody knows the platform's own yet", () => {
    expect(
      findings({
        desired: [
          aDesired({
            expected: { "/credentials/redirect_uri": "https://r.example/1" },
          }),
        ],
      }),
    ).toEqual(["warn PLN110 mail"]);
  });
});

describe("overrides", () => {
  it("end with their last day, and say so", () => {
    const ended = {
      ...APPROVED,
      until: "2026-02-28",
      location: {
        file: "environments/dev/environment.yaml",
        line: 9,
        column: 5,
      },
    };
    const plan = planOf({
      ...REPLACED,
      rules: someRules({
        overrides: [
          ended,
          { guard: "PLN101", reason: "x", until: "2026-01-01" },
        ],
      }),
    });
    expect(plan.findings.map(shortForm)).toEqual([
      "refuse PLN104 c0",
      "warn PLN111",
      "warn PLN111 c0",
    ]);
    expect(plan.findings.at(-1)?.location?.line).toBe(9);
  });

  it("without a connection reach findings about the plan, and those only", () => {
    const plan = planOf({
      ...owned(3),
      desired: [KEEP],
      rules: rulesWith(
        { maxDeletes: 0 },
        { overrides: [{ guard: "PLN101", reason: "clean-up" }] },
      ),
    });
    expect(plan.findings).toMatchObject([
      { code: "PLN101", level: "warn", override: { reason: "clean-up" } },
    ]);
  });

  it("leave warnings as they are", () => {
    const plan = planOf({
      desired: [
        aDesired({ fields: { "/settings/token_url": "https://b.example" } }),
      ],
      live: [aLive({ fields: { "/settings/token_url": "https://a.example" } })],
      approvals: [{ guard: "PLN107", connection: "mail", reason: "moved" }],
    });
    expect(plan.findings[0]?.override).toBeUndefined();
  });
});
