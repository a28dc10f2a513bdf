import { readFile, symlink, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { aWorkspace, environmentText, tieline } from "../support/cli.ts";

const FILES = { "environments/dev/environment.yaml": environmentText() };
const GMAIL = [
  "add",
  "gmail",
  "--name",
  "gmail-support",
  "--client-id",
  "1234.apps.example",
  "--scope",
  "https://www.googleapis.com/auth/gmail.send",
];

describe("tieline add", () => {
  it("takes a newcomer from init to a plan by what it prints", async () => {
    const cwd = await aWorkspace({});
    expect((await tieline(["init"], { cwd })).stdout).toContain("tieline add");
    const added = await tieline(GMAIL.with(3, "gmail-sales"), { cwd });
    expect(added).toMatchObject({ status: 0, stderr: "" });
    expect(added.stdout).toBe(
      [
        "wrote connections/gmail-sales.yaml (new)",
        "",
        "Next:",
        "  tieline secrets set dev gmail-sales/client_secret",
        "  tieline validate",
        "  tieline explain dev gmail-sales",
        "  tieline plan dev",
        "",
      ].join("\n"),
    );
    const early = await tieline(["validate"], { cwd });
    expect(early.status).toBe(3);
    expect(early.stderr).toContain(
      "store the value: tieline secrets set dev gmail-sales/client_secret",
    );
    await tieline(
      ["secrets", "set", "dev", "gmail-sales/client_secret", "--stdin"],
      {
        cwd,
        input: "made-up-value-1",
      },
    );
    for (const args of [
      ["fmt", "--check"],
      ["validate"],
      ["explain", "dev", "gmail-sales"],
      ["plan", "dev"],
    ])
      expect(await tieline(args, { cwd }), args.join(" ")).toMatchObject({
        status: 0,
      });
  });

  it("names the schema that init wrote", async () => {
    const cwd = await aWorkspace({});
    await tieline(["init"], { cwd });
    await tieline(["add", "notionmcp"], { cwd });
    await tieline(
      ["add", "linearmcp", "--environment", "dev", "--name", "trial"],
      { cwd },
    );
    expect(
      await readFile(join(cwd, "connections/notionmcp.yaml"), "utf8"),
    ).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/schemas\/connection\.schema\.json\n/u,
    );
    expect(
      await readFile(
        join(cwd, "environments/dev/connections/trial.yaml"),
        "utf8",
      ),
    ).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/\.\.\/\.\.\/schemas\/overlay\.schema\.json\n/u,
    );
  });

  it("prints one value for programs", async () => {
    const cwd = await aWorkspace(FILES);
    const { status, stdout } = await tieline([...GMAIL, "--json"], { cwd });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "addition",
      connection: "gmail-support",
      files: [{ path: "connections/gmail-support.yaml", change: "created" }],
      written: true,
      environments: [
        { name: "dev", missing_secrets: ["gmail-support/client_secret"] },
      ],
      next: expect.arrayContaining(["tieline validate"]),
      exit_code: 0,
    });
  });

  it("writes nothing when it is only asked what it would write", async () => {
    const cwd = await aWorkspace(FILES);
    const { status, stdout } = await tieline([...GMAIL, "--dry-run"], { cwd });
    expect(status).toBe(0);
    expect(stdout).toContain("connection_id: gmail-support #");
    expect(await readdir(cwd)).toEqual(["environments"]);
  });

  it.each([
    ["a slip", ["add", "gmial"], "CLI050", 'did you mean "gmail"'],
    ["a missing client", ["add", "slack"], "CLI001", "--client-id"],
    [
      "a way out",
      ["add", "gmail", "--name", "../../etc/x"],
      "CLI001",
      "--name",
    ],
    [
      "an unknown environment",
      ["add", "gmail", "--environment", "dve"],
      "CLI041",
      'did you mean "dev"',
    ],
    [
      "an environment that is a way out",
      ["add", "gmail", "--environment", "../x"],
      "CLI041",
      "dev",
    ],
  ])("refuses %s", async (_what, args, code, advice) => {
    const cwd = await aWorkspace(FILES);
    const { status, stderr } = await tieline(args, { cwd });
    expect(status).toBe(64);
    expect(stderr).toContain(code);
    expect(stderr).toContain(advice);
    expect(await readdir(cwd)).toEqual(["environments"]);
  });

  it("never writes over a file, nor through a link that leads outside", async () => {
    const cwd = await aWorkspace({
      ...FILES,
      "connections/gmail-support.yaml": "provider: gmail\nauth_type: oauth2\n",
    });
    const before = await readFile(join(cwd, "connections/gmail-support.yaml"));
    expect(await tieline(GMAIL, { cwd })).toMatchObject({ status: 64 });
    expect(await readFile(join(cwd, "connections/gmail-support.yaml"))).toEqual(
      before,
    );

    const outside = await aWorkspace({});
    const linked = await aWorkspace(FILES);
    await mkdir(join(outside, "connections"));
    await symlink(join(outside, "connections"), join(linked, "connections"));
    expect((await tieline(GMAIL, { cwd: linked })).status).not.toBe(0);
    expect(await readdir(join(outside, "connections"))).toEqual([]);
  });

  it("refuses what would not be valid, with the reason", async () => {
    const cwd = await aWorkspace(FILES);
    const { status, stderr } = await tieline(
      [...GMAIL, "--description", "red \u001b[31m alert"],
      { cwd },
    );
    expect(status).toBe(3);
    expect(stderr).toContain("CFG001");
    expect(stderr).not.toContain("\u001b");
    expect(await readdir(cwd)).toEqual(["environments"]);
  });
});

describe("tieline init", () => {
  it("writes schemas that are not taken for files of secrets", async () => {
    const cwd = await aWorkspace({});
    await tieline(["init"], { cwd });
    expect(await tieline(["secrets", "check"], { cwd })).toMatchObject({
      status: 0,
    });
    expect(await readdir(join(cwd, "schemas"))).toEqual([
      "connection.schema.json",
      "environment.schema.json",
      "overlay.schema.json",
      "template.schema.json",
    ]);
  });

  it("leaves a folder of schemas alone that is there", async () => {
    const cwd = await aWorkspace({ "schemas/connection.schema.json": "{}" });
    const { status, stderr } = await tieline(["init"], { cwd });
    expect(status).toBe(64);
    expect(stderr).toContain("CLI013");
    expect(await readdir(cwd)).toEqual(["schemas"]);
  });
});
