import { describe, expect, it } from "vitest";
import type { LiveConnection } from "../../../../src/domain/connection.ts";
import {
  ConflictError,
  RemoteError,
  type AppError,
} from "../../../../src/domain/problem/error.ts";
import type { Plan } from "../../../../src/domain/generated/plan.ts";
import type { ConnectionsWriter } from "../../../../src/ports/connections-api.ts";
import { aDesired, someRules } from "../../../support/engine-builders.ts";
import {
  aTestEnvironment,
  type TestEnvironment,
} from "../../../support/environment.ts";
import { leaveJournal } from "../../../support/journal.ts";

const MAIL = aDesired({
  key: "mail",
  fields: { "/scopes": ["read", "send"], "/credentials/client_id": "abc" },
  secrets: { "/credentials/client_secret": "secret://mail/client_secret" },
});
const CHAT = aDesired({
  key: "chat",
  provider: "slack",
  fields: { "/scopes": ["post"] },
});
const FILES = aDesired({
  key: "files",
  provider: "dropbox",
  fields: { "/scopes": ["a"], "/state": "inactive" },
});
const ALL = [MAIL, CHAT, FILES];
const RULES = someRules({ prunes: true });

async function applied(
  environment: TestEnvironment,
  desired = ALL,
): Promise<Plan> {
  const plan = await environment.plan(desired);
  await environment.apply(plan);
  return plan;
}

describe("apply", () => {
  it("makes live equal desired, and the plan after it is empty", async () => {
    const environment = aTestEnvironment(RULES);
    const result = await environment.apply(await environment.plan(ALL));
    expect(result.outcomes.map((o) => [o.key, o.status])).toEqual([
      ["chat", "applied"],
      ["files", "applied"],
      ["mail", "applied"],
    ]);
    expect(
      environment.handle.live().map((live) => [live.key, live.isEnabled]),
    ).toEqual([
      ["chat", true],
      ["files", false],
      ["mail", true],
    ]);
    expect((await environment.plan(ALL)).changes).toEqual([]);
  });

  it("takes exactly the steps the plan announced", async () => {
    const environment = aTestEnvironment(RULES);
    const plan = await environment.plan(ALL);
    await environment.apply(plan);
    const announced = plan.changes.flatMap((change) =>
      change.steps
        .filter((s) => s !== "record")
        .map((step) => `${change.key} ${step}`),
    );
    expect(
      environment.handle
        .steps()
        .map((s) => `${s.key} ${s.step}`)
        .sort(),
    ).toEqual(announced.sort());
  });

  it("writes nothing the second time", async () => {
    const environment = aTestEnvironment(RULES);
    await applied(environment);
    const before = environment.handle.steps().length;
    const again = await environment.plan(ALL);
    expect((await environment.apply(again)).receipt).toBeNull();
    expect(environment.handle.steps()).toHaveLength(before);
  });

  it("deletes what it owns and nobody declares, and forgets it", async () => {
    const environment = aTestEnvironment(RULES);
    await applied(environment);
    const plan = await environment.plan([MAIL, CHAT]);
    await environment.apply(plan);
    expect(environment.handle.live().map((l) => l.key)).toEqual([
      "chat",
      "mail",
    ]);
    expect(
      (await environment.state.readInventory())?.entries.map((e) => e.key),
    ).toEqual(["chat", "mail"]);
  });

  it("never touches a connection nobody here owns", async () => {
    const environment = aTestEnvironment(RULES);
    environment.handle.add({
      remoteId: "x",
      key: "foreign",
      provider: "gmail",
      authType: "oauth2",
      isEnabled: true,
      fields: {},
      secrets: [],
      version: 1,
    });
    await applied(environment);
    const plan = await environment.plan(ALL);
    expect(plan.unmanaged.map((u) => u.key)).toEqual(["foreign"]);
    expect(
      environment.handle.steps().filter((s) => s.key === "foreign"),
    ).toEqual([]);
  });

  it("records a receipt that follows the one before", async () => {
    const environment = aTestEnvironment(RULES);
    await applied(environment, [MAIL]);
    await applied(environment, [MAIL, CHAT]);
    const [first, second] = await environment.state.readLedger();
    expect(first?.previous).toBeNull();
    expect(second?.previous).toBe(first?.digest);
    expect(second?.outcomes.map((o) => o.key)).toEqual(["chat"]);
    expect(await environment.state.readJournal()).toEqual([]);
  });

  it("sends a rotated secret, and nothing when it is the same", async () => {
    const environment = aTestEnvironment(RULES);
    await applied(environment, [MAIL]);
    environment.values.set("secret://mail/client_secret", "rotated");
    const plan = await environment.plan([MAIL]);
    expect(plan.changes.map((c) => c.secrets.map((s) => s.state))).toEqual([
      ["changed"],
    ]);
    await environment.apply(plan);
    expect((await environment.plan([MAIL])).changes).toEqual([]);
  });

  it("leaves an ignored field alone while it changes another", async () => {
    const environment = aTestEnvironment(RULES);
    const ignoring = (scopes: string[], id: string) =>
      aDesired({
        key: "mail",
        fields: { "/scopes": scopes, "/credentials/client_id": id },
        lifecycle: { ignore: ["/scopes"] },
      });
    await applied(environment, [ignoring(["read"], "abc")]);
    environment.handle.mutate("mail", (stored) => ({
      ...stored,
      fields: { ...stored.fields, "/scopes": ["by hand"] },
    }));
    const plan = await environment.plan([ignoring(["read"], "xyz")]);
    const { outcomes } = await environment.apply(plan);
    expect(outcomes.map((o) => [o.status, o.message])).toEqual([
      ["applied", undefined],
    ]);
    expect(environment.handle.live()[0]?.fields["/scopes"]).toEqual([
      "by hand",
    ]);
    expect(
      (await environment.plan([ignoring(["read"], "xyz")])).changes,
    ).toEqual([]);
  });

  it.each([
    ["https://platform.example/callback/1", true],
    ["javascript:alert(1)", false],
    ["https://platform.example/\u001b[31m", false],
    ["https://platform.example/\n::error::x", false],
    [`https://platform.example/${"x".repeat(3000)}`, false],
    ["https://platform.example/known-secret", false],
  ])(
    "keeps an address of the platform only where it is plain: %j",
    async (uri, isKept) => {
      const environment = aTestEnvironment(RULES);
      const plan = await environment.plan([MAIL]);
      const { driver } = environment;
      const shown = (live: LiveConnection | null): LiveConnection | null =>
        live === null
          ? null
          : { ...live, computed: { "/credentials/redirect_uri": uri } };
      const api: ConnectionsWriter = {
        ...driver,
        find: async (key, signal) => shown(await driver.find(key, signal)),
        get: async (...args) => shown(await driver.get(...args)),
      };
      const { outcomes } = await environment.apply(plan, {
        api,
        scrub: (text) => text.replaceAll("known-secret", "«secret»"),
      });
      expect(outcomes).toMatchObject([{ status: "applied" }]);
      expect(outcomes[0]?.redirectUri).toBe(isKept ? uri : undefined);
      expect(
        JSON.stringify(await environment.state.readLedger()),
      ).not.toContain(isKept ? "nothing" : uri);
    },
  );
});

describe("apply refuses before the first write", () => {
  const refusals: readonly (readonly [
    string,
    string,
    (plan: Plan, environment: TestEnvironment) => Plan | Promise<Plan>,
  ])[] = [
    ["an altered plan", "PLN201", (plan) => ({ ...plan, environment: "prod" })],
    [
      "a plan whose change was altered",
      "PLN201",
      (plan) => ({
        ...plan,
        changes: plan.changes.map((c) => ({ ...c, steps: [] })),
      }),
    ],
    [
      "an expired plan",
      "PLN204",
      (plan, { clock }) => {
        clock.advance(61 * 60_000);
        return plan;
      },
    ],
    [
      "a plan older than the inventory",
      "PLN204",
      async (plan, environment) => {
        await environment.state.writeInventory({
          formatVersion: "1.0",
          environment: "dev",
          apiHost: "memory",
          stateId: null,
          serial: 1,
          entries: [],
        });
        return plan;
      },
    ],
  ];
  it.each(refusals)("%s", async (_, code, spoil) => {
    const environment = aTestEnvironment({
      ...RULES,
      limits: { ...RULES.limits, planExpiresAfterMs: 60 * 60_000 },
    });
    const plan = await spoil(await environment.plan(ALL), environment);
    await expect(environment.apply(plan)).rejects.toMatchObject({ code });
    expect(environment.handle.steps()).toEqual([]);
  });

  it("a plan that was applied before", async () => {
    const environment = aTestEnvironment(RULES);
    const plan = await applied(environment);
    const steps = environment.handle.steps().length;
    await expect(environment.apply(plan)).rejects.toMatchObject({
      code: "PLN205",
    });
    expect(environment.handle.steps()).toHaveLength(steps);
  });

  it("a plan of another major version", async () => {
    const environment = aTestEnvironment(RULES);
    const plan = await environment.plan(ALL);
    await expect(
      environment.apply(plan, { toolVersion: "1.0.0" }),
    ).rejects.toMatchObject({ code: "PLN204" });
  });

  it("a plan for another API", async () => {
    const environment = aTestEnvironment(RULES);
    const plan = await environment.plan(ALL);
    const other = { ...environment.driver, apiHost: "elsewhere" };
    await expect(environment.apply(plan, { api: other })).rejects.toMatchObject(
      { code: "PLN202" },
    );
  });

  it("a plan that a guard stands against", async () => {
    const environment = aTestEnvironment(RULES);
    await applied(environment);
    const refused = environment.apply(await environment.plan([]));
    await expect(refused).rejects.toMatchObject({ name: "RefusedError" });
    expect(environment.handle.live()).toHaveLength(3);
  });

  it("when a secret cannot be had", async () => {
    const environment = aTestEnvironment(RULES);
    const plan = await environment.plan(ALL);
    environment.values.set("secret://mail/client_secret", "");
    await expect(environment.apply(plan)).rejects.toMatchObject({
      code: "SEC090",
    });
    expect(environment.handle.steps()).toEqual([]);
    expect(await environment.state.readInventory()).toBeNull();
  });

  it("while another run holds the lease", async () => {
    const environment = aTestEnvironment(RULES);
    const plan = await environment.plan(ALL);
    await environment.state.acquireLease({
      actor: "sam",
      host: "there",
      pid: 2,
      runId: "r",
    });
    await expect(environment.apply(plan)).rejects.toMatchObject({
      code: "STA003",
    });
    expect(environment.handle.steps()).toEqual([]);
  });
});

describe("apply leaves a stale object alone", () => {
  it.each(["chat", "files", "mail"])(
    "when %s moved after the plan was made",
    async (key) => {
      const environment = aTestEnvironment(RULES);
      await applied(environment);
      const changed = ALL.map((c) =>
        aDesired({
          key: c.key,
          provider: c.provider,
          fields: { ...c.fields, "/scopes": ["other"] },
        }),
      );
      const plan = await environment.plan(changed);
      environment.handle.mutate(key, (stored) => ({
        ...stored,
        fields: { ...stored.fields, "/scopes": ["by hand"] },
      }));
      const before = environment.handle.steps().length;
      const { outcomes } = await environment.apply(plan);
      expect(
        outcomes
          .filter((o) => o.status !== "applied")
          .map((o) => [o.key, o.status, o.code]),
      ).toEqual([[key, "skipped", "PLN207"]]);
      expect(
        environment.handle
          .steps()
          .slice(before)
          .map((s) => s.key),
      ).not.toContain(key);
    },
  );

  it("when a name was taken after the plan was made", async () => {
    const environment = aTestEnvironment(RULES);
    const plan = await environment.plan(ALL);
    environment.handle.add({
      remoteId: "x",
      key: "mail",
      provider: "gmail",
      authType: "oauth2",
      isEnabled: true,
      fields: {},
      secrets: [],
      version: 1,
    });
    const { outcomes } = await environment.apply(plan);
    expect(outcomes.find((o) => o.key === "mail")).toMatchObject({
      status: "skipped",
      code: "PLN207",
    });
    expect(
      (await environment.state.readInventory())?.entries.map((e) => e.key),
    ).toEqual(["chat", "files"]);
  });
});

describe("apply tells the truth about failures", () => {
  /** The environment's driver, failing every step of one connection. */
  const failing = (
    { driver }: TestEnvironment,
    key: string,
    error: AppError,
  ): ConnectionsWriter => ({
    ...driver,
    execute: (request, signal) =>
      request.key === key
        ? Promise.reject(error)
        : driver.execute(request, signal),
  });

  it("and goes on with the others when one is refused", async () => {
    const environment = aTestEnvironment(RULES);
    const plan = await environment.plan(ALL);
    const api = failing(
      environment,
      "chat",
      new RemoteError("DRV004", "no", { status: 400 }),
    );
    const { outcomes, result } = await environment.apply(plan, { api });
    expect(result).toBe("partial");
    expect(outcomes.map((o) => [o.key, o.status])).toEqual([
      ["chat", "failed"],
      ["files", "applied"],
      ["mail", "applied"],
    ]);
    expect(
      (await environment.plan(ALL)).changes.map((c) => [c.key, c.action]),
    ).toEqual([["chat", "create"]]);
  });

  it("and starts no further change when the credentials are refused", async () => {
    const environment = aTestEnvironment(RULES);
    const plan = await environment.plan(ALL);
    const api = failing(
      environment,
      "chat",
      new RemoteError("DRV004", "no", { status: 401 }),
    );
    const { outcomes } = await environment.apply(plan, { api, concurrency: 1 });
    expect(outcomes.map((o) => [o.key, o.status])).toEqual([
      ["chat", "failed"],
      ["files", "skipped"],
      ["mail", "skipped"],
    ]);
    expect(environment.handle.live()).toEqual([]);
  });

  it("and skips everything after a stop was asked for", async () => {
    const environment = aTestEnvironment(RULES);
    const plan = await environment.plan(ALL);
    const { outcomes, result } = await environment.apply(plan, {
      shouldStop: () => true,
    });
    expect(result).toBe("interrupted");
    expect(outcomes.map((o) => o.code)).toEqual(["STA006", "STA006", "STA006"]);
    expect((await environment.state.readInventory())?.entries).toEqual([]);
  });

  const moments = ALL.flatMap((_, index) =>
    [1, 2].flatMap((n) =>
      (["before", "after"] as const).map(
        (when) => [index * 2 + n, when] as const,
      ),
    ),
  );
  it.each(moments)(
    "and converges on the next run after an answer was lost at step %i, %s it took effect",
    async (step, when) => {
      const environment = aTestEnvironment(RULES);
      const plan = await environment.plan(ALL);
      environment.handle.failAt({ step, when });
      const { outcomes } = await environment.apply(plan);
      expect(outcomes).toHaveLength(3);
      await environment.apply(await environment.plan(ALL));
      expect((await environment.plan(ALL)).changes).toEqual([]);
      expect(environment.handle.live().map((l) => l.key)).toEqual([
        "chat",
        "files",
        "mail",
      ]);
      expect(
        (await environment.state.readInventory())?.entries.map((e) => [
          e.key,
          e.phase,
        ]),
      ).toEqual([
        ["chat", "applied"],
        ["files", "applied"],
        ["mail", "applied"],
      ]);
    },
  );
});

describe("ownership", () => {
  it("survives a crash right after the inventory was widened", async () => {
    const environment = aTestEnvironment(RULES);
    const plan = await environment.plan([MAIL]);
    const crash = new Error("crash");
    const api = {
      ...environment.driver,
      execute: () => Promise.reject(crash),
    };
    await environment.apply(plan, { api });
    const inventory = await environment.state.readInventory();
    expect(inventory?.entries.map((e) => [e.key, e.phase])).toEqual([
      ["mail", "pending"],
    ]);
  });

  it("is not lost with the state: the next plan adopts, creates nothing and deletes nothing", async () => {
    const environment = aTestEnvironment(RULES);
    await applied(environment);
    const fresh = aTestEnvironment(RULES);
    for (const live of environment.handle.live()) {
      fresh.handle.add({
        remoteId: live.remoteId,
        key: live.key,
        provider: live.provider,
        authType: live.authType,
        isEnabled: live.isEnabled,
        fields: live.fields,
        secrets: [],
        version: 1,
      });
    }
    const plan = await fresh.plan(ALL);
    expect(plan.summary).toMatchObject({ adopt: 3, create: 0, delete: 0 });
    await fresh.apply(plan);
    expect((await fresh.plan(ALL)).changes).toEqual([]);
  });

  it("is refused where the state belongs to another host", async () => {
    const environment = aTestEnvironment(RULES);
    await environment.state.writeInventory({
      formatVersion: "1.0",
      environment: "dev",
      apiHost: "elsewhere",
      stateId: "state",
      serial: 1,
      entries: [],
    });
    await expect(environment.plan(ALL)).rejects.toBeInstanceOf(ConflictError);
  });
});

describe("a run that was cut off", () => {
  it("gets its receipt from the next apply, with unknown for what was under way", async () => {
    const environment = aTestEnvironment(RULES);
    const { state } = environment;
    const at = "2026-01-01T00:00:00.000Z";
    await leaveJournal(
      state,
      {
        kind: "begin",
        runId: "cut",
        planDigest: "sha256:1",
        commit: null,
        actor: "sam",
        at,
      },
      { kind: "step", key: "mail", action: "create", step: "create", at },
    );
    await applied(environment);
    const ledger = await state.readLedger();
    expect(ledger.map((receipt) => [receipt.runId, receipt.result])).toEqual([
      ["cut", "interrupted"],
      [ledger[1]?.runId, "applied"],
    ]);
    expect(ledger[0]?.outcomes).toMatchObject([
      { key: "mail", status: "unknown", code: "STA007" },
    ]);
    expect(ledger[1]?.previous).toBe(ledger[0]?.digest);
  });

  it("does not get a second one", async () => {
    const environment = aTestEnvironment(RULES);
    await applied(environment, [MAIL]);
    const [receipt] = await environment.state.readLedger();
    await leaveJournal(environment.state, {
      kind: "begin",
      runId: receipt?.runId ?? "",
      planDigest: "sha256:1",
      commit: null,
      actor: "sam",
      at: "2026-01-01T00:00:00.000Z",
    });
    await applied(environment);
    expect(await environment.state.readLedger()).toHaveLength(2);
  });
});

describe("a run in which a change fails", () => {
  const failing = async (stopsOnError: boolean) => {
    const environment = aTestEnvironment(RULES);
    const plan = await environment.plan(ALL);
    environment.handle.failAt({ step: 1, when: "before" });
    const { outcomes, result } = await environment.apply(plan, {
      stopsOnError,
      concurrency: 1,
    });
    return { result, statuses: outcomes.map(({ status }) => status) };
  };

  it("goes on with the others", async () => {
    expect(await failing(false)).toEqual({
      result: "partial",
      statuses: [
        expect.stringMatching(/unknown|failed/u),
        "applied",
        "applied",
      ],
    });
  });

  it("starts nothing further where it is told to stop", async () => {
    expect(await failing(true)).toEqual({
      result: "partial",
      statuses: [
        expect.stringMatching(/unknown|failed/u),
        "skipped",
        "skipped",
      ],
    });
  });
});
