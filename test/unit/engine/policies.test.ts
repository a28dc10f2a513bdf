import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import type { PolicyRule } from "../../../src/domain/environment.ts";
import type { PlanFinding } from "../../../src/domain/generated/plan.ts";
import { compilePolicies } from "../../../src/engine/policies/compile.ts";
import {
  aDesired,
  aLive,
  anAppliedEntry,
  anEntry,
  anInventory,
  planOf,
  recordedOf,
  someInput,
  someRules,
  type DesiredParts,
} from "../../support/engine-builders.ts";
import type { AssembleInput } from "../../../src/engine/diff/input.ts";

const LOCATION = { file: "environment.yaml", line: 3, column: 5 };

function aPolicy(rule: string, more: Partial<PolicyRule> = {}): PolicyRule {
  return {
    id: "test",
    severity: "refuse",
    when: null,
    rule,
    message: "it is so",
    fix: null,
    location: LOCATION,
    ...more,
  };
}

async function findingsOf(
  policies: readonly PolicyRule[],
  parts: Partial<AssembleInput>,
): Promise<PlanFinding[]> {
  const compiled = await compilePolicies(policies);
  expect(compiled.diagnostics).toEqual([]);
  const plan = planOf({ ...parts, policies: compiled.policies });
  return plan.findings.filter(({ policy }) => policy !== undefined);
}

const desiredWith = (parts: DesiredParts): Partial<AssembleInput> => ({
  desired: [aDesired(parts)],
});

describe("a policy", () => {
  it("that reads connection is asked about every declared connection, changed or not", async () => {
    const findings = await findingsOf(
      [aPolicy("has(connection.owner)", { id: "owner" })],
      {
        desired: [
          aDesired({ key: "a", fields: { "/owner": "team" } }),
          aDesired({ key: "b" }),
        ],
      },
    );
    expect(findings).toEqual([
      {
        code: "PLN114",
        policy: "owner",
        level: "refuse",
        key: "b",
        message: "it is so (policy owner)",
        location: LOCATION,
      },
    ]);
  });

  it.each([
    ["tiers", 'change.tiers_added.all(t, t != "sensitive")'],
    ["tiers of single scopes", 'change.scopes.all(s, s.tier != "sensitive")'],
    ["what goes", "change.tiers_removed.size() == 0"],
    ["destinations", 'change.destinations.all(d, d.host != "b.example")'],
    ["accounts of a change", "change.accounts < 140"],
    ["accounts of the plan", "plan.accounts < 140"],
    [
      "causes",
      'change.causes.all(c, c != "variable host (environment.yaml:3)")',
    ],
    ["levels", 'change.levels.all(level, level != "critical")'],
    ["rules that let more pass", "plan.loosened.size() == 0"],
    [
      "how a rule differs",
      'plan.rules.all(r, r.rule != "limits.max_deletes" || r.after <= r.before)',
    ],
  ])("may ask about %s", async (_what, rule) => {
    const limits = (maxDeletes: number): AssembleInput["rules"] =>
      someRules({
        declared: {
          document: {
            environment: "dev",
            target: "embedded:",
            limits: { max_deletes: maxDeletes },
          },
          placeOf: () => LOCATION,
        },
      });
    const mail = aDesired({
      fields: {
        "/scopes": ["https://www.googleapis.com/auth/gmail.send"],
        "/settings/token_url": "https://b.example/token",
      },
    });
    const before = {
      "/scopes": ["https://www.googleapis.com/auth/gmail.labels"],
      "/settings/token_url": "https://a.example/token",
    };
    const findings = await findingsOf([aPolicy(rule)], {
      rules: limits(20),
      desired: [
        {
          ...mail,
          origins: new Map([
            ...mail.origins,
            [
              "/settings/token_url",
              {
                file: "environment.yaml",
                line: 3,
                column: 5,
                layer: "variable",
                name: "host",
              },
            ],
          ]),
        },
      ],
      live: [aLive({ fields: before })],
      inventory: {
        ...anInventory([anAppliedEntry(before)]),
        rules: recordedOf(limits(2)),
      },
      accounts: new Map([["mail", 140]]),
    });
    expect(findings.map(({ code }) => code)).toEqual(["PLN114"]);
  });

  it("that reads change is asked about every change, also of what nobody declares", async () => {
    const parts = {
      live: [aLive()],
      inventory: anInventory([anEntry()]),
    };
    const rule = 'change.action != "delete"';
    const findings = await findingsOf([aPolicy(rule)], parts);
    expect(findings.map(({ key }) => key)).toEqual(["mail"]);
  });

  it("that reads neither is asked once", async () => {
    const findings = await findingsOf([aPolicy("plan.create.size() < 2")], {
      desired: [aDesired({ key: "a" }), aDesired({ key: "b" })],
    });
    expect(findings.map(({ key }) => key)).toEqual([undefined]);
  });

  it("is not asked where its condition is false", async () => {
    const policy = aPolicy("false", { when: 'connection.provider == "slack"' });
    expect(await findingsOf([policy], desiredWith({}))).toEqual([]);
  });

  it("that cannot be evaluated refuses, even one that would only warn", async () => {
    const policy = aPolicy('connection.owner == "x"', { severity: "warn" });
    const [finding] = await findingsOf([policy], desiredWith({}));
    expect(finding).toMatchObject({ code: "PLN116", level: "refuse" });
    expect(finding?.message).toContain("No such key: owner");
  });

  it("is let pass by its own name and connection, and by nothing else", async () => {
    const policies = [aPolicy("has(connection.owner)", { id: "owner" })];
    const level = async (guard: string, connection?: string) => {
      const override = { guard, reason: "agreed" };
      const approvals = [
        connection === undefined ? override : { ...override, connection },
      ];
      const [finding] = await findingsOf(policies, {
        ...desiredWith({}),
        approvals,
      });
      return finding?.level;
    };
    expect(await level("policy/owner", "mail")).toBe("warn");
    expect(await level("policy/owner", "chat")).toBe("refuse");
    expect(await level("policy/owner")).toBe("refuse");
    expect(await level("PLN114", "mail")).toBe("refuse");
  });

  it("sees whole numbers as integers", async () => {
    const parts = desiredWith({ fields: { "/settings/timeout": 30 } });
    const rule = "connection.settings.timeout % 7 == 2";
    expect(await findingsOf([aPolicy(rule)], parts)).toEqual([]);
  });

  it("cannot reach what is not data", async () => {
    for (const name of ["constructor", "__proto__", "toString"]) {
      const [finding] = await findingsOf(
        [aPolicy(`connection.${name} != null`)],
        desiredWith({}),
      );
      expect(finding?.code, name).toBe("PLN116");
    }
  });

  it("sees references in the place of secrets", async () => {
    const secrets = { "/credentials/client_secret": "secret://mail/secret" };
    const desired = aDesired({
      secrets,
      fields: { "/credentials/client_id": "x" },
    });
    const rule = "!has(connection.credentials.client_secret)";
    expect(await findingsOf([aPolicy(rule)], { desired: [desired] })).toEqual(
      [],
    );
  });
});

describe("an expression that is no rule", () => {
  it.each([
    ["connection.owner ==", "rule:"],
    ["conection.owner", "Unknown variable: conection"],
    ['1 + "a" == 2', "no such overload"],
    ["connection.scopes.size()", "true or false"],
    ['connection.owner.matches("^a")', "regular expression"],
    ["connection.scopes.map(s, s).size() > 0", "map"],
    ["cel.bind(x, 1, x == 1)", "bind"],
    ['connection.scopes.all(s, s + "x" != "y")', "+"],
    [
      "plan.create.all(a, plan.create.all(b, plan.create.all(c, a != b)))",
      "nested",
    ],
    [`${"!".repeat(1500)}true`, "max"],
    [`${"[".repeat(30)}1${"]".repeat(30)} == 1`, "maxDepth"],
    [Array.from({ length: 400 }, () => "true").join(" && "), "max"],
  ])("%s is refused where it is written", async (rule, reason) => {
    const { policies, diagnostics } = await compilePolicies([aPolicy(rule)]);
    expect(policies).toEqual([]);
    expect(diagnostics).toMatchObject([
      { code: "CFG029", severity: "error", location: LOCATION },
    ]);
    expect(diagnostics[0]?.message).toContain(reason);
  });

  it("is found in the condition too", async () => {
    const { diagnostics } = await compilePolicies([
      aPolicy("true", { when: "nope" }),
    ]);
    expect(diagnostics[0]?.message).toContain("when: Unknown variable: nope");
  });
});

describe("the work of policies", () => {
  const desired = Array.from({ length: 5000 }, (_, index) =>
    aDesired({ key: `mail-${String(index)}`, fields: { "/owner": "team" } }),
  );
  const codesOf = async (rule: string): Promise<string[]> => {
    const { policies } = await compilePolicies([aPolicy(rule)]);
    expect(policies).toHaveLength(1);
    return planOf({ desired, policies }).findings.map(({ code }) => code);
  };

  it.each([
    "plan.create.all(a, plan.create.all(b, a != connection.provider))",
    "plan.create.all(a, a in plan.create) && connection.provider != ''",
    "change.key != '' && plan.create.all(a, plan.create == plan.create)",
  ])("is counted before it is done, and too much refuses: %s", async (rule) => {
    expect(await codesOf(rule)).toEqual(["PLN116"]);
  });

  it("counts the characters that a rule goes through", async () => {
    const long = aDesired({
      fields: {
        "/scopes": Array.from({ length: 500 }, () => "s".repeat(2000)),
      },
    });
    const loop = (inner: string): string =>
      `connection.scopes.all(a, connection.scopes.all(b, ${inner}))`;
    const { policies } = await compilePolicies(
      [
        "a.lowerAscii() != ''",
        "a.startsWith(b)",
        "size(a) > 0",
        "glob(a, b)",
      ].map((inner, index) =>
        aPolicy(Array.from({ length: 6 }, () => loop(inner)).join(" && "), {
          id: `p${String(index)}`,
        }),
      ),
    );
    expect(policies).toHaveLength(4);
    const { findings } = planOf({ desired: [long], policies });
    expect(findings.map(({ code }) => code)).toEqual(
      policies.map(() => "PLN116"),
    );
  });

  it("takes values of any size", async () => {
    const labels = Object.fromEntries(
      Array.from({ length: 200_000 }, (_, n) => [`l${String(n)}`, "x"]),
    );
    const { policies } = await compilePolicies([
      aPolicy('connection.labels.l0 == "x"'),
    ]);
    const desired = [aDesired({ fields: { "/labels": labels } })];
    expect(planOf({ desired, policies }).findings).toEqual([]);
  });

  it("has room for ordinary rules over five thousand connections", async () => {
    expect(
      await codesOf('connection.owner in ["team"] && connection.owner != ""'),
    ).toEqual([]);
    expect(await codesOf('plan.create.all(a, a.startsWith("mail"))')).toEqual(
      [],
    );
  });
});

/** Good and bad cases of each example of the guide, by id of the policy. */
const EXAMPLES: Readonly<
  Record<string, readonly [Partial<AssembleInput>, Partial<AssembleInput>]>
> = {
  "owner-required": [
    desiredWith({ fields: { "/owner": "team", "/description": "mail" } }),
    desiredWith({ fields: { "/owner": "team" } }),
  ],
  "mail-stays-narrow": [
    desiredWith({
      fields: { "/scopes": ["https://www.googleapis.com/auth/gmail.send"] },
    }),
    desiredWith({ fields: { "/scopes": ["https://mail.google.com/"] } }),
  ],
  "no-new-privileges-for-many": [scopesGrow(20), scopesGrow(5000)],
  naming: [desiredWith({ key: "gmail-support" }), desiredWith({ key: "mail" })],
  "own-credentials": [
    production({ "/credentials/client_id": "x" }),
    production({}),
  ],
  "https-only": [
    desiredWith({ fields: { "/settings/token_url": "https://a.example/t" } }),
    desiredWith({ fields: { "/settings/token_url": "http://a.example/t" } }),
  ],
  "proof-key": [
    desiredWith({ fields: { "/settings/pkce": true } }),
    desiredWith({ fields: { "/settings/pkce": false } }),
  ],
  "rotation-planned": [rotation("3m"), rotation("400d")],
  "one-delete-at-a-time": [deletes(1), deletes(2)],
  "not-on-fridays": [
    { ...deletes(1), now: "2026-03-05T12:00:00.000Z" },
    { ...deletes(1), now: "2026-03-06T12:00:00.000Z" },
  ],
  "no-new-admin-rights": [githubScopes("read:org"), githubScopes("admin:org")],
  "known-hosts-only": [
    desiredWith({
      fields: { "/settings/token_url": "https://a.acme.example/t" },
    }),
    desiredWith({ fields: { "/settings/token_url": "https://a.example/t" } }),
  ],
  "rules-and-changes-apart": [
    { ...deletes(1), ...prunesMore(false) },
    { ...deletes(1), ...prunesMore(true) },
  ],
};

function githubScopes(scope: string): Partial<AssembleInput> {
  const before = { "/scopes": ["read:user"] };
  const provider = "github";
  return {
    desired: [
      aDesired({ provider, fields: { "/scopes": ["read:user", scope] } }),
    ],
    live: [aLive({ provider, fields: before })],
    inventory: anInventory([anAppliedEntry(before, { provider })]),
  };
}

/** A change that deletes something and raises a limit, or does not. */
function prunesMore(isRaised: boolean): Partial<AssembleInput> {
  const limited = (most: number): AssembleInput["rules"] => {
    const rules = someRules();
    const document = {
      ...rules.declared.document,
      limits: { max_deletes: most },
    };
    return { ...rules, declared: { ...rules.declared, document } };
  };
  return {
    rules: limited(isRaised ? 20 : 2),
    inventory: {
      ...anInventory([anEntry({ key: "gone-0" })]),
      rules: recordedOf(limited(2)),
    },
    recorded: recordedOf(limited(isRaised ? 20 : 2)),
  };
}

function scopesGrow(accounts: number): Partial<AssembleInput> {
  return {
    desired: [aDesired({ fields: { "/scopes": ["a", "b"] } })],
    live: [aLive({ fields: { "/scopes": ["a"] } })],
    inventory: anInventory([anAppliedEntry({ "/scopes": ["a"] })]),
    accounts: new Map([["mail", accounts]]),
  };
}

function production(fields: DesiredParts["fields"]): Partial<AssembleInput> {
  return {
    rules: someRules({ isProduction: true }),
    ...desiredWith({ fields: { "/credentials/x": "y", ...fields } }),
  };
}

function rotation(every: string): Partial<AssembleInput> {
  return desiredWith({
    fields: {
      "/rotation/every": every,
      "/credentials/client_secret": "secret://a/b",
    },
  });
}

function deletes(count: number): Partial<AssembleInput> {
  const keys = Array.from({ length: count }, (_, i) => `gone-${String(i)}`);
  return {
    desired: [aDesired({ key: "kept" })],
    live: keys.map((key) => aLive({ key })),
    inventory: anInventory(keys.map((key) => anEntry({ key }))),
  };
}

describe("the examples of the guide", () => {
  const text = readFileSync(
    new URL("../../../docs/guides/policies.md", import.meta.url),
    "utf8",
  );
  const written = [...text.matchAll(/```yaml\n(policies:[\s\S]*?)```/gu)]
    .flatMap(([, block]) => {
      const { policies } = parse(block ?? "") as {
        policies: (Omit<PolicyRule, "location" | "when" | "fix"> & {
          when?: string;
        })[];
      };
      return policies;
    })
    .map((policy) => aPolicy(policy.rule, { ...policy }));

  it("are all tested", () => {
    expect(written.map(({ id }) => id).sort()).toEqual(
      Object.keys(EXAMPLES).sort(),
    );
  });

  it.each(written.map((policy) => [policy.id, policy] as const))(
    "%s lets the good pass and finds the bad",
    async (id, policy) => {
      const [good, bad] = EXAMPLES[id] ?? [{}, {}];
      expect(await findingsOf([policy], good)).toEqual([]);
      expect(await findingsOf([policy], bad)).toMatchObject([
        { code: "PLN114", policy: id },
      ]);
    },
  );
});

it("a plan without policies has no finding of one", () => {
  expect(planOf(someInput()).findings).toEqual([]);
});
