import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { aWorkspace, connectionText, tieline } from "../support/cli.ts";
import { treeOf } from "../support/hostile.ts";

const environment = (name: string, more = ""): string =>
  `environment: ${name}\ntarget: "embedded:"\n${more}`;
const OVERLAY = "environments/staging/connections/mail.yaml";
const PROD = "environments/prod/connections/mail.yaml";

function workspace(more: Readonly<Record<string, string>> = {}) {
  return aWorkspace({
    "environments/staging/environment.yaml": environment("staging"),
    "environments/prod/environment.yaml": environment("prod"),
    "connections/mail.yaml": connectionText("mail", ["a"]),
    [OVERLAY]: "scopes: [a, b] # tried since May\n",
    ...more,
  });
}

describe("tieline compare", () => {
  it("tells what differs, and ends with 2 only when asked to", async () => {
    const cwd = await workspace();
    const plain = await tieline(["compare", "staging", "prod"], { cwd });
    expect(plain.status).toBe(0);
    expect(plain.stdout).toContain(`- "b"  ${OVERLAY}:1`);
    const detailed = ["compare", "staging", "prod", "--detailed-exitcode"];
    expect((await tieline(detailed, { cwd })).status).toBe(2);
    // What prod's own file says is meant: seen from there nothing differs.
    const back = ["compare", "prod", "staging", "--detailed-exitcode"];
    expect((await tieline(back, { cwd })).status).toBe(0);
  });

  it("is one JSON value, also when the documents are wrong", async () => {
    const cwd = await workspace();
    const args = ["compare", "staging", "prod", "--json"];
    const good = await tieline(args, { cwd });
    expect(JSON.parse(good.stdout)).toMatchObject({
      kind: "comparison",
      differs: true,
      connections: [
        { key: "mail", fields: [{ path: "/scopes", declared: null }] },
      ],
      exit_code: 0,
    });
    const bad = await tieline(args, {
      cwd: await workspace({ [OVERLAY]: "scopes: 1\n" }),
    });
    expect(bad.status).toBe(3);
    expect(JSON.parse(bad.stdout)).toMatchObject({
      kind: "error",
      exit_code: 3,
    });
  });
});

describe("tieline promote", () => {
  it("shows the plan and writes nothing on a dry run, then writes the overlay", async () => {
    const cwd = await workspace();
    const before = await treeOf(cwd);
    const dry = await tieline(["promote", "staging", "prod", "--dry-run"], {
      cwd,
    });
    expect(dry.status, dry.stderr).toBe(0);
    expect(dry.stdout).toMatch(/would write .*mail.yaml/u);
    expect(dry.stdout).toContain("+ create mail");
    expect(dry.stdout).toContain('+"b"');
    const tree = (await treeOf(cwd)).filter(
      (path) => !path.includes(".tieline"),
    );
    expect(tree).toEqual(before);

    const done = await tieline(["promote", "staging", "prod"], { cwd });
    expect(done.status, done.stderr).toBe(0);
    expect(done.stdout).toContain(PROD);
    const compared = await tieline(
      ["compare", "staging", "prod", "--detailed-exitcode"],
      { cwd },
    );
    expect(compared.status).toBe(0);
    const again = await tieline(["promote", "staging", "prod"], { cwd });
    expect(again.stdout).toContain("Nothing to promote");
  });

  it("writes nothing when the target would not resolve", async () => {
    const cwd = await workspace({
      [OVERLAY]: "owner: team-${var.region}\n",
      "environments/staging/environment.yaml": environment(
        "staging",
        "variables: {region: eu}\n",
      ),
    });
    const result = await tieline(["promote", "staging", "prod"], { cwd });
    expect(result.status).toBe(3);
    expect(result.stderr).toContain("CFG018");
    await expect(readFile(join(cwd, PROD))).rejects.toThrow("ENOENT");
  });

  it("writes the files where the API cannot be asked, and says so", async () => {
    const cwd = await workspace({
      "environments/prod/environment.yaml":
        'environment: prod\ntarget: "https://acme.scalekit.dev"\n',
    });
    const result = await tieline(["promote", "staging", "prod"], { cwd });
    expect(result.status).toBe(0);
    expect(result.stderr).toContain("DRV080");
    expect(result.stderr).toContain("tieline plan prod");
    expect(await readFile(join(cwd, PROD), "utf8")).toContain("b");
  });

  it("is one JSON value with the plan in it", async () => {
    const cwd = await workspace();
    const { status, stdout } = await tieline(
      ["promote", "staging", "prod", "--json"],
      { cwd },
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "promotion",
      carried: [{ key: "mail", fields: ["/scopes"] }],
      files: [{ path: PROD }],
      written: true,
      plan: { summary: { create: 1 } },
    });
  });

  it.each([
    [["staging", "staging"], "CLI001"],
    [["staging", "prd"], "CLI041"],
    [["staging", "prod", "mial"], "CLI040"],
    [["staging", "prod", "--field", "scops"], "CLI040"],
  ])("refuses %j", async (args, code) => {
    const cwd = await workspace();
    const result = await tieline(["promote", ...args], { cwd });
    expect(result.stderr).toContain(code);
    expect([3, 64]).toContain(result.status);
    await expect(readFile(join(cwd, PROD))).rejects.toThrow("ENOENT");
  });
});
