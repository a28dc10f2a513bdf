import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { aWorkspace, environmentText, tieline } from "../support/cli.ts";

const ROOT = join(import.meta.dirname, "../..");

describe("the demo", () => {
  it("shows the whole loop in about eighty lines", () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["scripts/demo.mjs"],
      { cwd: ROOT, encoding: "utf8", env: { ...process.env, CLAUDECODE: "1" } },
    );
    expect(status, stderr).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(85);
    expect(lines.filter((line) => line.startsWith("━━"))).toHaveLength(7);
  });
});

describe("files in messages", () => {
  it("are named from where the user stands", async () => {
    const root = await aWorkspace({
      "environments/dev/environment.yaml": environmentText(),
      "connections/one.yaml": "connection_id: one\nprovidr: gmail\n",
      "elsewhere/readme.txt": "",
    });
    const said = async (cwd: string, ...more: readonly string[]) =>
      (await tieline(["validate", ...more], { cwd })).stderr;
    expect(await said(root)).toMatch(/^ {2}connections\/one\.yaml:/mu);
    expect(await said(join(root, "connections"))).toMatch(/^ {2}one\.yaml:/mu);
    expect(await said(join(root, "environments/dev"))).toMatch(
      /^ {2}\.\.\/\.\.\/connections\/one\.yaml:/mu,
    );
    expect(await said(join(root, "elsewhere"), "--root", "..")).toMatch(
      /^ {2}\.\.\/connections\/one\.yaml:/mu,
    );
    const json = await tieline(["validate", "--json"], {
      cwd: join(root, "connections"),
    });
    expect(json.stdout).toContain('"connections/one.yaml"');
  });
});
