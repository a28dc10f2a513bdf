import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { anApi, runIn } from "../support/api.ts";
import { aWorkspace, environmentText, writeFiles } from "../support/cli.ts";

const ENVIRONMENT = "environments/dev/environment.yaml";

/** Everything below a folder, hidden files left out. */
async function textsIn(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes("/.tieline/"));
  const texts = await Promise.all(files.map((path) => readFile(path, "utf8")));
  return Object.fromEntries(
    files.map((path, index) => [
      path.slice(root.length + 1),
      texts[index] ?? "",
    ]),
  );
}

async function aLiveServer() {
  const server = await anApi();
  server.seedConnection({
    key_id: "mail",
    provider_key: "GMAIL",
    type: "OAUTH",
    patch: {
      oauth_config: {
        client_id: "1.apps.example",
        client_secret: "made-up-secret-value",
        use_platform_creds: false,
        scopes: ["b", "a"],
      },
    },
  });
  server.seedConnection({
    key_id: "chat",
    provider_key: "SLACK",
    type: "OAUTH",
  });
  return server;
}

describe("tieline import", () => {
  it("writes documents of a live account that leave the plan without a change, and again the very same", async () => {
    const server = await aLiveServer();
    const root = await aWorkspace({ [ENVIRONMENT]: environmentText() });
    const shown = await runIn(root, server, ["import", "dev", "--dry-run"]);
    expect(shown.status).toBe(0);
    expect(Object.keys(await textsIn(root))).toEqual([ENVIRONMENT]);

    const done = await runIn(root, server, ["import", "dev", "--json"]);
    expect(done.status).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({
      kind: "import",
      exit_code: 0,
      files: [
        { path: "connections/chat.yaml", change: "created" },
        { path: "connections/mail.yaml", change: "created" },
      ],
      secrets: [{ connection: "mail", path: "/credentials/client_secret" }],
    });
    const texts = await textsIn(root);
    expect(JSON.stringify([texts, done.stdout])).not.toContain(
      "made-up-secret",
    );

    const plan = await runIn(root, server, ["plan", "dev", "--json"]);
    expect(JSON.parse(plan.stdout)).toMatchObject({
      summary: {
        create: 0,
        update: 0,
        replace: 0,
        delete: 0,
        rename: 0,
        adopt: 2,
      },
    });
    const again = await runIn(root, server, ["import", "dev"]);
    expect(again.stdout).toContain("Nothing to write");
    expect(again.stdout).toContain("tieline adopt dev");
    expect(await textsIn(root)).toEqual(texts);
  });

  it("adopts on request, so that the next plan is empty", async () => {
    const server = await aLiveServer();
    const root = await aWorkspace({ [ENVIRONMENT]: environmentText() });
    const unasked = await runIn(root, server, [
      "import",
      "dev",
      "--adopt",
      "--json",
    ]);
    expect(unasked.status).toBe(64);
    expect(Object.keys(await textsIn(root))).toEqual([ENVIRONMENT]);
    const before = server.snapshot();
    const done = await runIn(root, server, [
      "import",
      "dev",
      "--adopt",
      "--yes",
      "--json",
    ]);
    expect(done.status).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({
      adoptions: [{ kind: "run", result: "applied" }],
    });
    expect(server.snapshot().connections).toEqual(before.connections);
    const plan = await runIn(root, server, [
      "plan",
      "dev",
      "--detailed-exitcode",
    ]);
    expect(plan.status).toBe(0);
  });

  it("merges what moved on the platform into an edited file", async () => {
    const server = await aLiveServer();
    const root = await aWorkspace({ [ENVIRONMENT]: environmentText() });
    await runIn(root, server, ["import", "dev", "--connection", "mail"]);
    await writeFiles(root, {
      "connections/mail.yaml": `# ours
connection_id: mail
provider: gmail
auth_type: oauth2
scopes: [z] # asked for once
`,
    });
    const done = await runIn(root, server, [
      "import",
      "dev",
      "--connection",
      "mail",
    ]);
    expect(done.status).toBe(0);
    const { "connections/mail.yaml": text } = await textsIn(root);
    expect(text).toContain("# ours\n");
    expect(text).toContain("# asked for once");
    expect(text).not.toContain("client_id");
    expect(text).toMatch(/a.*b/su);
  });

  it.each([
    [["import"], "CLI001"],
    [["import", "dve"], "CLI041"],
    [["import", "../dev"], "CLI041"],
    [["import", "dev", "--connection", "mali"], "CLI040"],
    [["import", "--from", "nango", "none.json"], "CLI105"],
    [["import", "--from", "nango", ENVIRONMENT], "CLI064"],
    [["import", "dev", "--environment", "dev"], "CLI001"],
  ])("says what is wrong with %j", async (args, code) => {
    const server = await aLiveServer();
    const root = await aWorkspace({ [ENVIRONMENT]: environmentText() });
    const isExport = args.includes("--from");
    const { status, stdout } = await runIn(root, isExport ? null : server, [
      ...args,
      "--json",
    ]);
    expect(status).not.toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code } });
    expect(Object.keys(await textsIn(root))).toEqual([ENVIRONMENT]);
  });

  it("writes documents from an export, and validates", async () => {
    const root = await aWorkspace({
      [ENVIRONMENT]: environmentText(),
      "export.json": JSON.stringify({
        data: [
          { unique_key: "mail", provider: "google-mail" },
          { unique_key: "\u001b[2J", provider: "slack" },
        ],
      }),
    });
    const done = await runIn(root, null, [
      "import",
      "--from",
      "nango",
      "export.json",
      "--environment",
      "dev",
    ]);
    expect(done.status).toBe(0);
    expect(done.stdout).not.toContain("\u001b");
    await rm(join(root, "export.json"));
    expect(Object.keys(await textsIn(root)).sort()).toEqual([
      "environments/dev/connections/mail.yaml",
      ENVIRONMENT,
    ]);
    const { status } = await runIn(root, null, ["validate"]);
    expect(status).toBe(0);
  });
});

describe("tieline import --share", () => {
  const own = (client: string): string =>
    `connection_id: mail\nprovider: gmail\nauth_type: oauth2\ncredentials:\n  client_id: ${client}\nscopes:\n  - read\n`;
  const documents = (): Record<string, string> =>
    Object.fromEntries(
      ["dev", "prod"].flatMap((name) => [
        [
          `environments/${name}/environment.yaml`,
          `environment: ${name}\ntarget: "embedded:"\n`,
        ],
        [
          `environments/${name}/connections/mail.yaml`,
          own(`1-${name}.apps.example`),
        ],
      ]),
    );

  it("shares documents that are there, in the form of fmt, and is done once", async () => {
    const root = await aWorkspace(documents());
    const render = async (): Promise<readonly string[]> => {
      const results = [];
      for (const name of ["dev", "prod"])
        results.push((await runIn(root, null, ["render", name])).stdout);
      return results;
    };
    const before = await render();
    const shown = await runIn(root, null, ["import", "--share", "--dry-run"]);
    expect(shown.status, shown.stderr).toBe(0);
    expect(await textsIn(root)).toEqual(documents());

    const done = await runIn(root, null, ["import", "--share", "--json"]);
    expect(JSON.parse(done.stdout)).toMatchObject({
      source: "documents",
      exit_code: 0,
    });
    const files = await textsIn(root);
    expect(files["connections/mail.yaml"]).toBe(
      "connection_id: mail\nprovider: gmail\nauth_type: oauth2\nscopes:\n  - read\n",
    );
    expect(files["environments/dev/connections/mail.yaml"]).toBe(
      "connection_id: mail\ncredentials:\n  client_id: 1-dev.apps.example\n",
    );
    expect(await render()).toEqual(before);
    for (const args of [
      ["fmt", "--check"],
      ["validate"],
      ["import", "--share"],
    ])
      expect((await runIn(root, null, args)).status, args.join(" ")).toBe(0);
    expect(await textsIn(root)).toEqual(files);
  });

  it("reads what is named first, and refuses what means nothing with it", async () => {
    const server = await aLiveServer();
    const root = await aWorkspace(documents());
    const done = await runIn(root, server, ["import", "dev", "--share"]);
    expect(done.status, done.stderr).toBe(0);
    const files = await textsIn(root);
    expect(files["connections/mail.yaml"]).toContain("provider: gmail");
    expect(files["environments/dev/connections/mail.yaml"]).toContain("- b");
    for (const args of [
      ["--share", "--adopt", "--yes"],
      ["--share", "--manage-all"],
      ["--share", "--connection", "mail"],
      ["--share", "--from", "nango", "x.json"],
    ]) {
      const refused = await runIn(root, null, ["import", ...args]);
      expect(refused.stderr, args.join(" ")).toContain("CLI001");
      expect(refused.status).toBe(64);
    }
    await writeFiles(root, { "connections/broken.yaml": "connection_id: [\n" });
    const broken = await runIn(root, null, ["import", "--share"]);
    expect(broken.status).not.toBe(0);
  });
});
