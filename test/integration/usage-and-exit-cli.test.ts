import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { aWorkspace, environmentText, tieline } from "../support/cli.ts";

const GMAIL = [
  "connection_id: gmail-support",
  "provider: gmail",
  "auth_type: oauth2",
  "credentials:",
  "  client_id: 1.apps.example",
  "  client_secret: env://TIELINE_SECRET_GMAIL",
  "scopes: [https://www.googleapis.com/auth/gmail.send]",
  "settings: { timeout: 30 }",
  "rate_limiting: { requests_per_minute: 100 }",
  "",
].join("\n");
const SLACK = "connection_id: slack\nprovider: slack\nauth_type: oauth2\n";
const SECRET = "made-up-value-of-a-test";

const files = (code: string): Record<string, string> => ({
  "environments/dev/environment.yaml": environmentText("embedded:", [
    "unrepresentable: local",
  ]),
  "connections/gmail-support.yaml": GMAIL,
  "connections/slack.yaml": SLACK,
  "app/mail.ts": `import { ScalekitClient } from "@scalekit-sdk/node";\nconst sk = new ScalekitClient("a", "b", "c");\n${code}\n`,
});
const call = (name: string): string =>
  `sk.actions.getAuthorizationLink({ connectionName: ${name}, identifier: "u" });`;

describe("tieline usage", () => {
  it("exits 3 and names the place for a name that is missing", async () => {
    const cwd = await aWorkspace(files(call('"gmail-suport"')));
    const run = await tieline(["usage", "app"], { cwd });
    expect(run.status).toBe(3);
    expect(run.stderr).toContain("error USE001");
    expect(run.stderr).toContain("app/mail.ts:3:51");
    expect(run.stderr).toContain('did you mean "gmail-support"?');
  });

  it("exits 0 with one JSON value when every name is there", async () => {
    const cwd = await aWorkspace(files(`${call('"slack"')}\n${call("name")}`));
    const run = await tieline(["usage", "app", "--json"], { cwd });
    expect(run.status).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({
      kind: "usage",
      exit_code: 0,
      files_scanned: 1,
      names: [{ name: "slack", location: { file: "app/mail.ts", line: 3 } }],
      dynamic: [{ location: { line: 4 } }],
      diagnostics: [{ code: "USE003" }],
    });
  });

  it("lets no escape of a terminal through, from a name or a path", async () => {
    const cwd = await aWorkspace({
      ...files(call(String.raw`"\u001b[31mred\u202e"`)),
      "app/\u001b[31m.ts": "x".repeat(1024 * 1024 + 1),
    });
    const run = await tieline(["usage", "app"], { cwd });
    expect(run.status).toBe(3);
    expect(run.stdout + run.stderr).not.toMatch(/[\u001b\u202e]/u);
  });

  it("writes SARIF and annotations", async () => {
    const cwd = await aWorkspace(files(call('"nowhere"')));
    const sarif = await tieline(
      ["usage", "mail.ts", "--root", "..", "--output", "sarif"],
      { cwd: join(cwd, "app") },
    );
    expect(JSON.parse(sarif.stdout)).toMatchObject({ version: "2.1.0" });
    expect(sarif.stdout).toContain("app/mail.ts");
    const github = await tieline(["usage", "app", "--output", "github"], {
      cwd,
    });
    expect(github.stdout).toContain("::error file=app/mail.ts,line=3,");
    expect([sarif.status, github.status]).toEqual([3, 3]);
  });
});

describe("tieline render", () => {
  it("writes variables with references for secrets, chosen by connection, into a file", async () => {
    const cwd = await aWorkspace(files(""));
    const run = await tieline(
      [
        "render",
        "dev",
        "--format",
        "env",
        "--connection",
        "gmail-support",
        "--out",
        "app.env",
      ],
      { cwd, env: { TIELINE_SECRET_GMAIL: SECRET } },
    );
    expect(run.status).toBe(0);
    expect(run.stdout).toBe("");
    const text = await readFile(join(cwd, "app.env"), "utf8");
    expect(text).toContain("\nGMAIL_SUPPORT_SETTINGS_TIMEOUT=30\n");
    expect(text).toContain(
      "\nGMAIL_SUPPORT_RATE_LIMITING_REQUESTS_PER_MINUTE=100\n",
    );
    expect(text).toContain(
      "# GMAIL_SUPPORT_CREDENTIALS_CLIENT_SECRET is env://TIELINE_SECRET_GMAIL\n",
    );
    expect(text).not.toContain("SLACK");
    expect(text).not.toContain(SECRET);
  });

  it("gives JSON with local settings, and leaves absent what is absent", async () => {
    const cwd = await aWorkspace(files(""));
    const run = await tieline(["render", "dev", "--format", "json"], { cwd });
    const { connections } = JSON.parse(run.stdout) as {
      connections: Record<string, Record<string, unknown>>;
    };
    expect(connections["gmail-support"]).toMatchObject({
      settings: { timeout: 30 },
      rate_limiting: { requests_per_minute: 100 },
    });
    expect(connections["slack"]).toEqual({
      connection_id: "slack",
      provider: "slack",
      auth_type: "oauth2",
    });
  });

  it("exits 3 for two settings under one name and says where", async () => {
    const cwd = await aWorkspace({
      ...files(""),
      "connections/gmail_support.yaml": SLACK.replace("slack", "gmail_support"),
    });
    const run = await tieline(["render", "dev", "--format", "env"], { cwd });
    expect(run.status).toBe(3);
    expect(run.stderr).toContain("error CLI090");
    expect(run.stderr).toContain("connections/gmail_support.yaml:1:");
  });

  it("suggests the name of a connection", async () => {
    const cwd = await aWorkspace(files(""));
    const run = await tieline(["render", "dev", "--connection", "slak"], {
      cwd,
    });
    expect(run.status).toBe(64);
    expect(run.stderr).toContain('did you mean "slack"?');
  });
});

describe("what the guide shows applications", () => {
  const guide = new URL("../../docs/guides/exit-door.md", import.meta.url);
  const snippet = async (language: string): Promise<string> => {
    const found = new RegExp(
      `\`\`\`${language}\\n([\\s\\S]*?)\`\`\``,
      "u",
    ).exec(await readFile(guide, "utf8"));
    return found?.[1] ?? "";
  };
  const prepared = async (): Promise<string> => {
    const cwd = await aWorkspace(files(""));
    await tieline(
      ["render", "dev", "--format", "json", "--out", "connections.json"],
      { cwd },
    );
    return cwd;
  };

  it("reads the rendered file in TypeScript", async () => {
    const cwd = await prepared();
    // Only types are taken out: Node 20 runs no TypeScript.
    const { transform } = await import("esbuild");
    const { code } = await transform(await snippet("ts"), {
      loader: "ts",
      format: "esm",
    });
    await writeFile(join(cwd, "app.mjs"), code);
    expect(
      execFileSync(process.execPath, ["app.mjs"], { cwd, encoding: "utf8" }),
    ).toBe("gmail-support 30 100\n");
  });

  it.skipIf(spawnSync("python3", ["--version"]).status !== 0)(
    "reads the rendered file in Python",
    async () => {
      const cwd = await prepared();
      await writeFile(join(cwd, "app.py"), await snippet("python"));
      expect(
        execFileSync("python3", ["app.py"], { cwd, encoding: "utf8" }),
      ).toBe("gmail-support 30 100\n");
    },
  );
});

describe("tieline export terraform", () => {
  it("writes files, imports what the inventory has, and no secret", async () => {
    const cwd = await aWorkspace(files(""));
    const env = { TIELINE_SECRET_GMAIL: SECRET };
    const before = await tieline(
      ["export", "terraform", "dev", "--out", "tf"],
      { cwd },
    );
    expect(before.status).toBe(0);
    expect(before.stderr).toContain("no import block: gmail-support, slack");
    expect((await readdir(join(cwd, "tf"))).sort()).toEqual([
      "README.md",
      "main.tf",
      "providers.tf",
      "variables.tf",
    ]);
    expect(
      (await tieline(["apply", "dev", "--yes"], { cwd, env })).status,
    ).toBe(0);
    expect(
      (
        await tieline(["export", "terraform", "dev", "--out", "tf"], {
          cwd,
          env,
        })
      ).status,
    ).toBe(0);
    expect(await readFile(join(cwd, "tf/imports.tf"), "utf8")).toMatch(
      /to = restapi_object\.gmail_support\n {2}id = "\/api\/v1\/connections\/conn_\d+"/u,
    );
    for (const name of await readdir(join(cwd, "tf")))
      expect(await readFile(join(cwd, "tf", name), "utf8")).not.toContain(
        SECRET,
      );
    await rm(join(cwd, ".tieline"), { recursive: true });
    await tieline(["export", "terraform", "dev", "--out", "tf"], { cwd });
    expect(await readdir(join(cwd, "tf"))).not.toContain("imports.tf");
  });

  it("writes over nothing that is not its own, and nothing at all with --dry-run", async () => {
    const cwd = await aWorkspace({
      ...files(""),
      "tf/main.tf": "# mine\n",
      file: "",
    });
    const run = await tieline(["export", "terraform", "dev", "--out", "tf"], {
      cwd,
    });
    expect(run.status).toBe(64);
    expect(run.stderr).toContain("CLI016");
    expect(await readdir(join(cwd, "tf"))).toEqual(["main.tf"]);
    expect(
      (await tieline(["export", "terraform", "dev", "--out", "file"], { cwd }))
        .stderr,
    ).toContain("CLI016");
    const dry = await tieline(
      ["export", "terraform", "dev", "--out", "new", "--dry-run"],
      { cwd },
    );
    expect(dry.stdout).toContain("would write new/main.tf (new)");
    expect(await readdir(cwd)).not.toContain("new");
  });

  it("refuses an environment of another driver", async () => {
    const cwd = await aWorkspace({
      ...files(""),
      "environments/dev/environment.yaml": environmentText("embedded:", [
        "driver: agent-auth",
      ]),
    });
    const run = await tieline(["export", "terraform", "dev"], { cwd });
    expect(run.status).toBe(64);
    expect(run.stderr).toContain("CLI092");
  });

  it.skipIf(spawnSync("terraform", ["version"]).status !== 0)(
    "is one file on stdout that terraform formats alike",
    async () => {
      const cwd = await aWorkspace(files(""));
      const run = await tieline(["export", "terraform", "dev"], { cwd });
      const folder = await mkdtemp(join(tmpdir(), "tieline-tf-"));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      await writeFile(join(folder, "all.tf"), run.stdout);
      expect(
        spawnSync("terraform", ["fmt", "-check"], {
          cwd: folder,
          env: { PATH: process.env["PATH"] ?? "", HOME: folder },
        }).status,
      ).toBe(0);
    },
    60_000,
  );
});
