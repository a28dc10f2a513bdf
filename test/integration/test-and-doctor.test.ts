import { describe, expect, it } from "vitest";
import { anApi, runIn } from "../support/api.ts";
import {
  aWorkspace,
  connectionText,
  environmentText,
  tieline,
} from "../support/cli.ts";

const FILES = {
  "environments/dev/environment.yaml": environmentText(),
  // The platform's own client: complete without a secret.
  "connections/mail.yaml": connectionText("mail", ["read"]).replace(
    "{client_id: 1.apps.example, use_platform_creds: false}",
    "{use_platform_creds: true}",
  ),
};

interface Found {
  readonly check: string;
  readonly result: string;
  readonly fix: string | null;
}

function badOnes(results: readonly Found[]): string[] {
  for (const each of results)
    if (each.result === "bad") expect(each.fix).not.toBeNull();
  return results
    .filter(({ result }) => result === "bad")
    .map(({ check }) => check);
}

describe("tieline test", () => {
  it("says that a connection is missing, exit 1, and is content after an apply, exit 0", async () => {
    const cwd = await aWorkspace(FILES);
    const before = await tieline(["test", "dev", "--json"], { cwd });
    expect(before.status).toBe(1);
    const report = JSON.parse(before.stdout) as {
      connections: { lifecycle: string | null; results: Found[] }[];
    };
    expect(report.connections[0]?.lifecycle).toBeNull();
    expect(badOnes(report.connections[0]?.results ?? [])).toEqual(["presence"]);
    await tieline(["apply", "dev", "--yes"], { cwd });
    const after = await tieline(["test", "dev", "mail"], { cwd });
    expect(after.status).toBe(0);
    expect(after.stdout).not.toMatch(/^\s*bad /mu);
    expect(after.stdout).toContain("scopes: the scopes are as declared");
  });

  it("names the nearest connection for one that is not declared", async () => {
    const cwd = await aWorkspace(FILES);
    const { status, stderr } = await tieline(["test", "dev", "mial"], { cwd });
    expect(status).toBe(64);
    expect(stderr).toContain("CLI040");
    expect(stderr).toContain('"mail"');
  });
});

describe("tieline doctor", () => {
  it("finds a healthy environment healthy and an unreachable target bad, each in the same run", async () => {
    const cwd = await aWorkspace({
      ...FILES,
      "environments/far/environment.yaml": environmentText(
        "https://acme.scalekit.com",
      ).replace("environment: dev", "environment: far"),
    });
    const run = await tieline(["doctor", "--json"], { cwd });
    expect(run.status).toBe(1);
    const report = JSON.parse(run.stdout) as {
      environments: { name: string; results: Found[] }[];
    };
    expect(
      report.environments.map(({ name, results }) => [name, badOnes(results)]),
    ).toEqual([
      ["dev", []],
      ["far", ["target"]],
    ]);
  });

  it("shows its credentials once, for looking and for planning", async () => {
    const cwd = await aWorkspace(FILES);
    const api = await anApi();
    const run = await runIn(cwd, api, ["doctor", "dev", "--json"]);
    const report = JSON.parse(run.stdout) as {
      environments: { results: Found[] }[];
    };
    const checks = report.environments[0]?.results.map(({ check }) => check);
    expect(checks).toContain("plan");
    const tokens = api.requests().filter(({ path }) => path === "/oauth/token");
    expect(tokens).toHaveLength(1);
  });

  it("names the nearest environment for one that is not there", async () => {
    const cwd = await aWorkspace(FILES);
    const { status, stderr } = await tieline(["doctor", "dve"], { cwd });
    expect(status).toBe(64);
    expect(stderr).toContain("CLI041");
  });
});
