import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  aWorkspace,
  environmentText,
  tieline,
  type CliResult,
} from "../support/cli.ts";

const MESSY =
  'provider: "gmail"\nscopes: [b, "a"] # both\nauth_type:   oauth2\n\n\n\n# the name\nconnection_id: mail\n';
const TIDY =
  "# the name\nconnection_id: mail\nprovider: gmail\nauth_type: oauth2\n# both\nscopes:\n  - b\n  - a\n";
const OLD =
  "id: tracker\nprovider: jira\ntype: api_key\ncredentials:\n  api_key: made-up-key-of-a-test # k\n";

function files(more: Readonly<Record<string, string>>): Promise<string> {
  return aWorkspace({
    "environments/dev/environment.yaml": environmentText(),
    ...more,
  });
}

function json({ stdout }: CliResult): Record<string, unknown> {
  // The program prints one JSON object.
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe("tieline fmt", () => {
  it("checks, then writes, then has nothing to do", async () => {
    const cwd = await files({ "connections/mail.yaml": MESSY });
    const check = await tieline(["fmt", "--check", "connections"], { cwd });
    expect([check.status, check.stdout]).toEqual([
      3,
      "not in the common form: connections/mail.yaml\n",
    ]);
    expect(await readFile(join(cwd, "connections/mail.yaml"), "utf8")).toBe(
      MESSY,
    );
    const dry = await tieline(["fmt", "--dry-run", "--json", "connections"], {
      cwd,
    });
    expect(json(dry)).toMatchObject({
      kind: "format",
      written: false,
      files: [{ path: "connections/mail.yaml", change: "changed" }],
      exit_code: 0,
    });
    expect(
      (await tieline(["fmt", "connections/mail.yaml"], { cwd })).status,
    ).toBe(0);
    expect(
      (await readFile(join(cwd, "connections/mail.yaml"), "utf8"))
        .replace(/\n\n+/gu, "\n")
        .trimStart(),
    ).toBe(TIDY);
    expect(
      (await tieline(["fmt", "--check", "connections"], { cwd })).status,
    ).toBe(0);
  });

  it("formats what it can, and says what it cannot", async () => {
    const cwd = await files({
      "connections/bad.yaml": "a: [\n",
      "connections/mail.yaml": MESSY,
      "connections/sealed.yaml": "provider:   gmail\nsops:\n  mac: x\n",
    });
    const run = await tieline(["fmt", "connections"], { cwd });
    expect(run.status).toBe(3);
    expect(run.stdout).toBe("wrote connections/mail.yaml\n");
    expect(run.stderr).toContain("CFG001");
    expect(run.stderr).toContain("left alone: connections/sealed.yaml");
  });

  it("writes nothing outside of the project, and knows what was meant", async () => {
    const cwd = await files({ "connections/mail.yaml": MESSY });
    const outside = await tieline(["fmt", "../x.yaml"], { cwd });
    expect([outside.status, outside.stderr]).toEqual([
      64,
      expect.stringContaining("CLI001"),
    ]);
    const near = await tieline(["fmt", "conections"], { cwd });
    expect(near.stderr).toContain('did you mean "connections"?');
  });
});

describe("tieline migrate", () => {
  it("takes secrets out without showing them, and leaves documents that validate", async () => {
    const cwd = await files({ "connections/tracker.yaml": OLD });
    const dry = await tieline(["migrate", "--dry-run"], { cwd });
    expect([dry.status, dry.stdout]).toEqual([
      0,
      "would write connections/tracker.yaml\n",
    ]);
    const run = await tieline(["migrate"], { cwd });
    expect(run.status).toBe(0);
    expect(run.stderr).toContain("CFG043");
    const text = await readFile(join(cwd, "connections/tracker.yaml"), "utf8");
    expect(text).toBe(
      "connection_id: tracker\nprovider: jira\nauth_type: api_key\ncredentials:\n  api_key: secret://tracker/api_key # k\n",
    );
    for (const said of [dry, run])
      expect(said.stdout + said.stderr).not.toContain("made-up");
    const again = await tieline(["migrate", "--json"], { cwd });
    expect(json(again)).toMatchObject({
      kind: "migration",
      files: [],
      current: 2,
      exit_code: 0,
    });
  });

  it("leaves a file that needs a decision, migrates the others and exits 3", async () => {
    const cwd = await files({
      "connections/tracker.yaml": OLD,
      "connections/two.yaml": "id: a\nname: b\nprovider: jira\n",
    });
    const run = await tieline(["migrate"], { cwd });
    expect([run.status, run.stdout]).toEqual([
      3,
      "wrote connections/tracker.yaml\n\nNext: tieline validate\n",
    ]);
    expect(run.stderr).toContain("CFG047");
    expect(await readFile(join(cwd, "connections/two.yaml"), "utf8")).toContain(
      "id: a",
    );
  });
});
