import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/environment/system-clock.ts";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import {
  startEmbedded,
  type EmbeddedApi,
  type RequestRecord,
} from "../../src/embedded/index.ts";
import { changeByHand } from "../support/by-hand.ts";
import {
  aWorkspace,
  connectionText,
  environmentText,
  tieline,
  writeFiles,
  type CliResult,
} from "../support/cli.ts";

const CREDENTIALS = {
  SCALEKIT_CLIENT_ID: "test",
  SCALEKIT_CLIENT_SECRET: "test-only-secret",
};

async function aServer(
  onRequest?: (record: RequestRecord) => void,
): Promise<EmbeddedApi> {
  const server = await startEmbedded({
    clientId: CREDENTIALS.SCALEKIT_CLIENT_ID,
    clientSecret: CREDENTIALS.SCALEKIT_CLIENT_SECRET,
    clock: systemClock,
    catalogue: CATALOGUE,
    ...(onRequest === undefined ? {} : { onRequest }),
  });
  onTestFinished(() => server.close());
  return server;
}

interface Scene {
  readonly server: EmbeddedApi;
  readonly root: string;
  run(...args: string[]): Promise<CliResult>;
}

async function aScene(
  more: readonly string[] = [],
  onRequest?: (record: RequestRecord) => void,
): Promise<Scene> {
  const server = await aServer(onRequest);
  const root = await aWorkspace({
    "environments/dev/environment.yaml": environmentText("embedded:", more),
    "connections/a.yaml": connectionText("a", ["read"]),
    "connections/b.yaml": connectionText("b", ["read"]),
  });
  const run = (...args: string[]): Promise<CliResult> =>
    tieline([...args, "--target", server.origin], {
      cwd: root,
      env: CREDENTIALS,
    });
  return { server, root, run };
}

const writes = ({ server }: Scene): number =>
  server.requests().filter(({ isWrite }) => isWrite).length;
const ok = (result: CliResult): CliResult => {
  expect(result.status, result.stdout + result.stderr).toBe(0);
  return result;
};
const parsed = (text: string): unknown => JSON.parse(text);

describe("plan in Markdown", () => {
  it("is written by plan and show alike, and JSON where both are asked for", async () => {
    const scene = await aScene();
    const form = ["--output", "markdown"];
    const out = ["--out", "plan.json"];
    const planned = ok(await scene.run("plan", "dev", ...form, ...out));
    expect(planned.stdout).toMatch(/^## dev: needs a decision: 0 /u);
    const shown = await tieline(["show", "plan.json", ...form], {
      cwd: scene.root,
      env: {},
    });
    const untilCommand = (text: string) => text.split("To apply it")[0];
    expect(untilCommand(ok(shown).stdout)).toBe(untilCommand(planned.stdout));
    const both = ok(await scene.run("plan", "dev", ...form, "--json"));
    expect(parsed(both.stdout)).toMatchObject({ kind: "plan" });
  });
});

describe("adopt and forget", () => {
  it("let go of a connection without touching it, and take it back when that is asked for", async () => {
    const scene = await aScene(["adopt: refuse"]);
    ok(await scene.run("apply", "dev", "--yes"));
    const before = writes(scene);

    const forgotten = ok(await scene.run("forget", "dev", "a", "--yes"));
    expect(forgotten.stderr).toContain("forget a");
    const refused = await scene.run("apply", "dev", "--yes");
    expect(refused.status).toBe(6);
    expect(refused.stderr).toContain("PLN113");

    ok(await scene.run("adopt", "dev", "a", "--yes"));
    const plan = await scene.run("plan", "dev", "--detailed-exitcode");
    expect(plan.status, plan.stdout).toBe(0);
    expect(writes(scene)).toBe(before);
  });

  it("are planned for review like everything else", async () => {
    const scene = await aScene();
    ok(await scene.run("apply", "dev", "--yes"));
    ok(await scene.run("forget", "dev", "b", "--out", "plan.json"));
    const applied = ok(await scene.run("apply", "plan.json", "--json"));
    expect(parsed(applied.stdout)).toMatchObject({
      outcomes: [{ key: "b", action: "forget", status: "applied" }],
    });
  });

  it("refuse a name that is not there, and say the nearest", async () => {
    const scene = await aScene();
    ok(await scene.run("apply", "dev", "--yes"));
    const result = await scene.run("forget", "dev", "a", "bb", "--yes");
    expect(result.status).toBe(64);
    expect(result.stderr).toContain('CLI040: "bb" cannot be forgotten');
    const status = ok(await scene.run("status", "dev", "--json"));
    expect(parsed(status.stdout)).toMatchObject({
      owned: [{ key: "a" }, { key: "b" }],
    });
  });
});

describe("a plan that is signed", () => {
  it("is applied where a signature is asked for, and only it", async () => {
    const scene = await aScene();
    const keys = ok(
      await tieline(["keys", "generate", "--out", "key.pem"], {
        cwd: scene.root,
      }),
    );
    const other = ["keys", "generate", "--out", "other.pem"];
    ok(await tieline(other, { cwd: scene.root }));
    expect((await tieline(other, { cwd: scene.root })).status).toBe(64);
    await writeFiles(scene.root, {
      "environments/dev/environment.yaml": environmentText("embedded:", [
        `signing: {required: true, keys: ["${keys.stdout.trim()}"]}`,
      ]),
    });
    const sign = (key: string): Promise<CliResult> =>
      scene.run(
        ...["plan", "dev", "--out", "plan.json", "--sign-key-file", key],
      );

    const direct = await scene.run("apply", "dev", "--yes");
    expect([direct.status, direct.stderr]).toEqual([
      6,
      expect.stringContaining("PLN208"),
    ]);
    ok(await sign("other.pem"));
    expect((await scene.run("apply", "plan.json")).status).toBe(6);
    expect(writes(scene)).toBe(0);
    ok(await sign("key.pem"));
    ok(await scene.run("apply", "plan.json"));
    const again = await scene.run("apply", "plan.json");
    expect([again.status, again.stderr]).toEqual([
      5,
      expect.stringContaining("PLN205"),
    ]);
  });
});

describe("apply --expect", () => {
  it("does what was reviewed when a pipeline plans again, or nothing", async () => {
    const scene = await aScene();
    const plan = ok(await scene.run("plan", "dev", "--json"));
    const { intent_digest: expected } = parsed(plan.stdout) as {
      intent_digest: string;
    };
    await writeFiles(scene.root, {
      "connections/c.yaml": connectionText("c", ["read"]),
    });
    const args = ["apply", "dev", "--yes", "--expect", expected];
    const other = await scene.run(...args);
    expect([other.status, other.stderr]).toEqual([
      5,
      expect.stringContaining("PLN209"),
    ]);
    expect(writes(scene)).toBe(0);
    await rm(join(scene.root, "connections/c.yaml"));
    ok(await scene.run(...args));
  });
});

describe("apply --resume", () => {
  it("refuses when nothing is left, and finishes what was approved without asking", async () => {
    let kill: () => void = () => undefined;
    const killWhen = new Promise<void>((resolve) => {
      kill = resolve;
    });
    let writesSeen = 0;
    const scene = await aScene([], ({ isWrite }) => {
      writesSeen += isWrite ? 1 : 0;
      if (writesSeen === 2) kill();
    });
    await tieline(["apply", "dev", "--yes", "--target", scene.server.origin], {
      cwd: scene.root,
      env: CREDENTIALS,
      killWhen,
    });
    // Nobody can be asked here and --yes is not given: it goes on because it was approved.
    const resumed = ok(await scene.run("apply", "dev", "--resume"));
    expect(resumed.stderr).toContain("did not finish");
    expect(resumed.stderr).toContain("approved with that run");
    const plan = await scene.run("plan", "dev", "--detailed-exitcode");
    expect(plan.status, plan.stdout).toBe(0);

    const nothing = await scene.run("apply", "dev", "--resume");
    expect([nothing.status, nothing.stderr]).toEqual([
      5,
      expect.stringContaining("CLI030"),
    ]);
  });

  it("asks when the documents want something else by now", async () => {
    let kill: () => void = () => undefined;
    const killWhen = new Promise<void>((resolve) => {
      kill = resolve;
    });
    const scene = await aScene([], ({ isWrite }) => {
      if (isWrite) kill();
    });
    await tieline(["apply", "dev", "--yes", "--target", scene.server.origin], {
      cwd: scene.root,
      env: CREDENTIALS,
      killWhen,
    });
    await writeFiles(scene.root, {
      "connections/a.yaml": connectionText("a", ["read", "admin"]),
    });
    const before = writes(scene);
    const result = await scene.run("apply", "dev", "--resume");
    expect([result.status, result.stderr]).toEqual([
      64,
      expect.stringContaining("CLI005"),
    ]);
    expect(writes(scene)).toBe(before);
  });
});

describe("apply --json-events", () => {
  it("tells a run line by line, with the format first and the result last", async () => {
    const scene = await aScene();
    const result = ok(
      await scene.run("apply", "dev", "--yes", "--json-events"),
    );
    const lines = result.stdout
      .trimEnd()
      .split("\n")
      .map((line) => parsed(line) as { kind: string });
    expect(lines[0]).toEqual({ kind: "events", format_version: "1.0" });
    expect(lines.at(-1)).toMatchObject({
      kind: "run",
      result: "applied",
      exit_code: 0,
    });
    expect(lines.filter(({ kind }) => kind === "change-finished")).toHaveLength(
      2,
    );
  });

  it("ends with an error when nothing was started", async () => {
    const scene = await aScene([
      "policies:",
      "  - id: no",
      "    severity: refuse",
      "    rule: plan.size == 0",
      "    message: nothing may change",
    ]);
    const result = await scene.run("apply", "dev", "--yes", "--json-events");
    expect(result.status).toBe(6);
    const last = result.stdout.trimEnd().split("\n").at(-1) ?? "";
    expect(parsed(last)).toMatchObject({ kind: "error", code: "PLN114" });
  });
});

describe("policies", () => {
  it("are checked by validate, at their line", async () => {
    const scene = await aScene([
      "policies:",
      "  - {id: x, severity: warn, rule: 'nope', message: text}",
    ]);
    const result = await tieline(["validate", "--json"], { cwd: scene.root });
    expect(result.status).toBe(3);
    expect(parsed(result.stdout)).toMatchObject({
      diagnostics: [
        {
          code: "CFG029",
          location: { file: "environments/dev/environment.yaml", line: 6 },
        },
      ],
    });
  });
});

describe("drift --json", () => {
  it("says who moved what, lists what is not managed, and exits as asked", async () => {
    const scene = await aScene();
    ok(await scene.run("apply", "dev", "--yes"));
    const none = ok(await scene.run("drift", "dev", "--detailed-exitcode"));
    expect(none.stdout).toContain("No drift");
    scene.server.seedConnection({
      key_id: "theirs",
      provider_key: "SLACK",
      type: "OAUTH",
    });
    const unmanaged = ok(
      await scene.run("drift", "dev", "--json", "--detailed-exitcode"),
    );
    expect(parsed(unmanaged.stdout)).toMatchObject({
      kind: "drift",
      drifted: [],
      missing: [],
      unmanaged: [{ key: "theirs", provider: "slack" }],
      exit_code: 0,
    });

    // Both moved the scopes of b to other values; only the platform moved those of a.
    await changeByHand(scene.server, "a", ["by-hand"], CREDENTIALS);
    await changeByHand(scene.server, "b", ["by-hand"], CREDENTIALS);
    await writeFiles(scene.root, {
      "connections/b.yaml": connectionText("b", ["read", "send"]),
    });
    const moved = await scene.run(
      ...["drift", "dev", "--json", "--detailed-exitcode"],
    );
    expect(moved.status).toBe(2);
    const field = {
      path: "/scopes",
      last_applied: ["read"],
      live: ["by-hand"],
    };
    expect(parsed(moved.stdout)).toMatchObject({
      drifted: [
        { key: "a", fields: [{ ...field, class: "drift" }] },
        { key: "b", fields: [{ ...field, class: "conflict" }] },
      ],
      exit_code: 2,
    });
    expect((await scene.run("drift", "dev")).status).toBe(0);
  });
});

describe("consent", () => {
  it("reports nobody before anything changed", async () => {
    const scene = await aScene();
    ok(await scene.run("apply", "dev", "--yes"));
    const report = ok(await scene.run("consent", "dev", "--json"));
    expect(parsed(report.stdout)).toMatchObject({
      kind: "consent",
      changed: 0,
      connections: [],
      exit_code: 0,
    });
  });
});
