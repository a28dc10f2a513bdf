import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/environment/system-clock.ts";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import {
  startEmbedded,
  type EmbeddedApi,
  type RequestRecord,
} from "../../src/embedded/index.ts";
import {
  aWorkspace,
  connectionText,
  environmentText,
  tieline,
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

const names = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `c${String(i).padStart(2, "0")}`);

function files(
  count: number,
  environment = environmentText(),
): Record<string, string> {
  return {
    "environments/dev/environment.yaml": environment,
    ...Object.fromEntries(
      names(count).map((name) => [
        `connections/${name}.yaml`,
        connectionText(name, ["a"]),
      ]),
    ),
  };
}

const runAgainst =
  (server: EmbeddedApi, cwd: string) =>
  (...args: string[]): Promise<CliResult> =>
    tieline(
      [
        ...args,
        ...(args.includes("validate") ? [] : ["--target", server.origin]),
      ],
      { cwd, env: CREDENTIALS },
    );

const writes = (server: EmbeddedApi): number =>
  server.requests().filter((request) => request.isWrite).length;

describe("a plan file", () => {
  it("is applied exactly, and once", async () => {
    const server = await aServer();
    const root = await aWorkspace(files(2));
    const run = runAgainst(server, root);
    expect(
      (await run("plan", "dev", "--out", "plan.json", "--detailed-exitcode"))
        .status,
    ).toBe(2);
    // What the documents say now does not matter any more: the plan was reviewed.
    await writeFile(
      join(root, "connections/c00.yaml"),
      "connection_id: [broken",
    );
    const applied = await run("apply", "plan.json", "--json");
    expect(applied.status, applied.stderr).toBe(0);
    expect(JSON.parse(applied.stdout)).toMatchObject({
      result: "applied",
      exit_code: 0,
    });
    const before = writes(server);
    const again = await run("apply", "plan.json");
    expect([again.status, again.stderr]).toEqual([
      5,
      expect.stringContaining("PLN205"),
    ]);
    expect(writes(server)).toBe(before);
  });

  it("is refused when a byte of it changed, with nothing written", async () => {
    const server = await aServer();
    const root = await aWorkspace(files(2));
    const run = runAgainst(server, root);
    await run("plan", "dev", "--out", "plan.json");
    const text = await readFile(join(root, "plan.json"), "utf8");
    await writeFile(
      join(root, "plan.json"),
      text.replace("1.apps.example", "2.apps.example"),
    );
    const result = await run("apply", "plan.json");
    expect([result.status, result.stderr]).toEqual([
      5,
      expect.stringContaining("PLN201"),
    ]);
    expect(writes(server)).toBe(0);
  });

  it("leaves alone what moved meanwhile, applies the rest and says so with exit 5", async () => {
    const server = await aServer();
    const root = await aWorkspace(files(2));
    const run = runAgainst(server, root);
    await run("apply", "dev", "--yes");
    for (const name of names(2))
      await writeFile(
        join(root, `connections/${name}.yaml`),
        connectionText(name, ["b"]),
      );
    await run("plan", "dev", "--out", "plan.json");
    server.mutate("c00", { oauth_config: { scopes: ["by-hand"] } });
    const result = await run("apply", "plan.json", "--json");
    expect(result.status).toBe(5);
    expect(JSON.parse(result.stdout)).toMatchObject({
      result: "partial",
      outcomes: [
        { key: "c00", status: "skipped", code: "PLN207" },
        { key: "c01", status: "applied" },
      ],
    });
    const scopes = Object.fromEntries(
      server
        .snapshot()
        .connections.map((c) => [
          c["key_id"],
          (c["oauth_config"] as { scopes: string[] }).scopes,
        ]),
    );
    expect(scopes).toEqual({ c00: ["by-hand"], c01: ["b"] });
  });
});

describe("guards", () => {
  it("refuse with exit 6 before anything is written, and an approval by name with a reason lets pass", async () => {
    const server = await aServer();
    const root = await aWorkspace(files(3));
    const run = runAgainst(server, root);
    await run("apply", "dev", "--yes");
    await writeFile(
      join(root, "connections/c00.yaml"),
      connectionText("c00", ["a"]).replace(
        "provider: gmail",
        "provider: slack",
      ),
    );
    const before = writes(server);
    const refused = await run("apply", "dev", "--yes");
    expect([refused.status, refused.stderr]).toEqual([
      6,
      expect.stringContaining("PLN104"),
    ]);
    expect((await run("plan", "dev")).status).toBe(6);
    expect(writes(server)).toBe(before);
    expect(
      (await run("apply", "dev", "--yes", "--approve", "PLN104:c00")).status,
    ).toBe(64);
    const approved = await run(
      "apply",
      "dev",
      "--yes",
      "--approve",
      "PLN104:c00",
      "--reason",
      "moved to slack",
    );
    expect(approved.status, approved.stderr).toBe(0);
    expect((await run("plan", "dev", "--detailed-exitcode")).status).toBe(0);
  });

  it("hold when every document is gone: nothing is deleted", async () => {
    const server = await aServer();
    const root = await aWorkspace(files(3));
    const run = runAgainst(server, root);
    await run("apply", "dev", "--yes");
    await rm(join(root, "connections"), { recursive: true });
    const result = await run("apply", "dev", "--yes");
    expect(result.status).toBe(3);
    expect(server.snapshot().connections).toHaveLength(3);
  });
});

describe("an interrupt", () => {
  it("finishes what is in flight, records it, exits 130, and the next run finishes the rest", async () => {
    let seen = 0;
    let reached: () => void = () => undefined;
    const interruptWhen = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const server = await aServer((record) => {
      seen += record.isWrite ? 1 : 0;
      if (seen === 6) reached();
    });
    const root = await aWorkspace(
      files(20, environmentText().replace("concurrency: 16", "concurrency: 2")),
    );
    const args = ["apply", "dev", "--yes", "--json", "--target", server.origin];
    const result = await tieline(args, {
      cwd: root,
      env: CREDENTIALS,
      interruptWhen,
    });
    expect(result.status, result.stderr).toBe(130);
    const report = JSON.parse(result.stdout) as {
      result: string;
      outcomes: { status: string; code: string | null }[];
    };
    expect(report.result).toBe("interrupted");
    const applied = report.outcomes.filter(
      (outcome) => outcome.status === "applied",
    ).length;
    expect(
      report.outcomes.filter((outcome) => outcome.code === "STA006"),
    ).toHaveLength(20 - applied);
    expect(server.snapshot().connections).toHaveLength(applied);
    expect(
      (await runAgainst(server, root)("apply", "dev", "--yes")).status,
    ).toBe(0);
    expect(server.snapshot().connections).toHaveLength(20);
  });
});

describe("JSON mode", () => {
  const cases: readonly (readonly [string, readonly string[], number])[] = [
    ["validate of broken documents", ["validate"], 3],
    ["plan of broken documents", ["plan", "dev"], 3],
    ["apply of broken documents", ["apply", "dev", "--yes"], 3],
    ["drift of broken documents", ["drift", "dev"], 3],
    ["status of an unknown environment", ["status", "nowhere"], 64],
    ["render of broken documents", ["render", "dev"], 3],
    ["an unknown schema", ["schema", "plann"], 64],
    ["init over something", ["init", "."], 64],
    ["a plan file that is not there", ["apply", "nothing.json"], 64],
    ["an unknown command", ["plna"], 64],
    ["an unknown flag", ["plan", "dev", "--nope"], 64],
    ["a missing argument", ["plan"], 64],
    ["a fault that is not understood", ["emulate", "--fault", "rubbish"], 64],
  ];
  it.each(cases)(
    "gives exactly one JSON value with the exit code for %s",
    async (_, args, status) => {
      const root = await aWorkspace({
        "environments/dev/environment.yaml": environmentText(),
        "connections/a.yaml": "connection_id: a\nprovider: gmial\n",
      });
      const result = await tieline([...args, "--json"], { cwd: root });
      const value = JSON.parse(result.stdout) as { exit_code: number };
      expect([result.status, value.exit_code]).toEqual([status, status]);
      expect(result.stdout + result.stderr).not.toMatch(/^ +at /mu);
    },
  );
});

describe("credentials", () => {
  it("that are refused exit 7; missing ones too, before any request", async () => {
    const server = await aServer();
    const root = await aWorkspace(files(1));
    const wrong = await tieline(["plan", "dev", "--target", server.origin], {
      cwd: root,
      env: { ...CREDENTIALS, SCALEKIT_CLIENT_SECRET: "wrong-secret" },
    });
    expect(wrong.status, wrong.stderr).toBe(7);
    expect(wrong.stderr).not.toContain("wrong-secret");
    server.clearRequests();
    expect(
      (await tieline(["plan", "dev", "--target", server.origin], { cwd: root }))
        .status,
    ).toBe(7);
    expect(server.requests()).toEqual([]);
  });

  it("never go to a host that a document chose", async () => {
    const root = await aWorkspace(
      files(1, environmentText("https://evil.example")),
    );
    const result = await tieline(["plan", "dev"], {
      cwd: root,
      env: CREDENTIALS,
    });
    expect([result.status, result.stderr]).toEqual([
      7,
      expect.stringContaining("DRV081"),
    ]);
  });
});
