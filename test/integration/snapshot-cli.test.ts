import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/environment/system-clock.ts";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import { startEmbedded, type EmbeddedApi } from "../../src/embedded/index.ts";
import type { Plan } from "../../src/domain/generated/plan.ts";
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
const SNAPSHOT = "dev.snapshot.json";

interface Scene {
  readonly server: EmbeddedApi;
  readonly root: string;
  /** In the job that has credentials. */
  readonly trusted: (...args: readonly string[]) => Promise<CliResult>;
  /** In a job that has none; a request to anybody would be refused and fail. */
  readonly bare: (...args: readonly string[]) => Promise<CliResult>;
}

async function aScene(more: readonly string[] = []): Promise<Scene> {
  const server = await startEmbedded({
    clientId: CREDENTIALS.SCALEKIT_CLIENT_ID,
    clientSecret: CREDENTIALS.SCALEKIT_CLIENT_SECRET,
    clock: systemClock,
    catalogue: CATALOGUE,
  });
  onTestFinished(() => server.close());
  const root = await aWorkspace({
    "environments/dev/environment.yaml": environmentText("embedded:", more),
    "connections/a.yaml": connectionText("a", ["read"]),
    "connections/b.yaml": connectionText("b", ["read"]),
  });
  const args = ["--target", server.origin];
  return {
    server,
    root,
    trusted: (...words) =>
      tieline([...words, ...args], { cwd: root, env: CREDENTIALS }),
    bare: (...words) => tieline([...words, ...args], { cwd: root }),
  };
}

const ok = (result: CliResult): CliResult => {
  expect(result.status, result.stdout + result.stderr).toBe(0);
  return result;
};
const planOf = (result: CliResult): Plan =>
  JSON.parse(ok(result).stdout) as Plan;

describe("tieline snapshot", () => {
  it("gives, without credentials and network, the plan that the API gives", async () => {
    const scene = await aScene();
    const { server, root, trusted, bare } = scene;
    ok(await trusted("apply", "dev", "--yes"));
    server.seedConnection({
      key_id: "theirs",
      provider_key: "GMAIL",
      type: "OAUTH",
    });
    server.seedAccounts("a", 3);
    ok(await trusted("snapshot", "dev", "--out", SNAPSHOT));
    // What a pull request proposes: a change, a new one, one that is taken over, one that goes.
    await writeFiles(root, {
      "connections/a.yaml": connectionText("a", ["read", "send"]),
      "connections/b.yaml": connectionText("new", ["read"]),
      "connections/c.yaml": connectionText("theirs", ["read"]),
    });
    const asked = planOf(await trusted("plan", "dev", "--json"));
    const requests = server.requests().length;
    const told = planOf(
      await bare("plan", "dev", "--snapshot", SNAPSHOT, "--json"),
    );
    expect(server.requests()).toHaveLength(requests);
    expect(told.intent_digest).toBe(asked.intent_digest);
    expect(told.summary).toEqual(asked.summary);
    expect(told.changes.map(({ key, action }) => `${action} ${key}`)).toEqual(
      expect.arrayContaining([
        "update a",
        "create new",
        "adopt theirs",
        "delete b",
      ]),
    );
    expect(told.source.snapshot).toBeDefined();
    expect(told.notices?.map(({ code }) => code)).toContain("SNP006");
    // What was reviewed so is what is applied.
    ok(await trusted("apply", "dev", "--yes", "--expect", told.intent_digest));
  });

  it("holds no handle, no account and no secret", async () => {
    const { server, root, trusted } = await aScene();
    ok(await trusted("apply", "dev", "--yes"));
    server.seedAccounts("a", 2);
    ok(await trusted("snapshot", "dev", "--out", SNAPSHOT));
    const text = await readFile(join(root, SNAPSHOT), "utf8");
    expect(text).not.toMatch(/conn_\d|ca_\d|usr_\d|test-only-secret/u);
    expect(JSON.parse(text)).toMatchObject({
      connections: [{ key: "a", accounts: { count: 2 } }, { key: "b" }],
    });
  });

  it("is not applied from, and says what to do instead", async () => {
    const { trusted, bare } = await aScene();
    ok(await trusted("snapshot", "dev", "--out", SNAPSHOT));
    const out = ["--out", "plan.json"];
    const planned = ok(
      await bare("plan", "dev", "--snapshot", SNAPSHOT, ...out),
    );
    expect(planned.stdout).toMatch(
      /To apply it: tieline apply dev --expect sha256:[0-9a-f]{64}/u,
    );
    const applied = await trusted("apply", "plan.json", "--yes");
    expect(applied.status).toBe(5);
    expect(applied.stderr).toContain("SNP006");
  });

  it.each<[string, readonly string[], number, string]>([
    ["is missing", ["--snapshot", "none.json"], 64, "CLI105"],
    ["is a plan", ["--snapshot", "plan.json"], 3, "SNP001"],
    ["is too old", ["--snapshot", SNAPSHOT, "--max-age", "0m"], 5, "SNP003"],
    ["is of no age", ["--snapshot", SNAPSHOT, "--max-age", "1y"], 64, "CLI001"],
  ])("that %s is refused", async (_, args, status, code) => {
    const { trusted, bare } = await aScene();
    ok(await trusted("snapshot", "dev", "--out", SNAPSHOT));
    ok(await trusted("plan", "dev", "--out", "plan.json"));
    const result = await bare("plan", "dev", ...args);
    expect([result.status, result.stderr]).toEqual([
      status,
      expect.stringContaining(code),
    ]);
  });

  it("says of a connection that it was not to tell that it does not tell it", async () => {
    const { server, root, trusted, bare } = await aScene();
    server.seedConnection({
      key_id: "theirs",
      provider_key: "GMAIL",
      type: "OAUTH",
    });
    ok(await trusted("snapshot", "dev", "--out", SNAPSHOT, "--only-known"));
    ok(await bare("plan", "dev", "--snapshot", SNAPSHOT));
    await writeFiles(root, {
      "connections/c.yaml": connectionText("theirs", ["read"]),
    });
    const result = await bare("plan", "dev", "--snapshot", SNAPSHOT);
    expect(result.status).toBe(5);
    expect(result.stderr).toContain("SNP005");
  });

  it("is signed, and read only so where that is asked for", async () => {
    const { root, trusted, bare } = await aScene();
    const made = ok(
      await tieline(["keys", "generate", "--out", "key.pem", "--json"], {
        cwd: root,
      }),
    );
    const { public_key: key } = JSON.parse(made.stdout) as {
      public_key: string;
    };
    await writeFiles(root, {
      "environments/dev/environment.yaml": environmentText("embedded:", [
        `signing: {required: true, keys: ["${key}"]}`,
      ]),
    });
    ok(await trusted("snapshot", "dev", "--out", SNAPSHOT));
    const unsigned = await bare("plan", "dev", "--snapshot", SNAPSHOT);
    expect(unsigned.status).toBe(6);
    expect(unsigned.stderr).toContain("SNP004");
    const sign = ["--sign-key-file", "key.pem"];
    ok(await trusted("snapshot", "dev", "--out", SNAPSHOT, ...sign));
    ok(await bare("plan", "dev", "--snapshot", SNAPSHOT));
  });
});
