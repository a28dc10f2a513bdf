import { describe, expect, it } from "vitest";
import {
  aWorkspace,
  connectionText,
  environmentText,
  tieline,
} from "../support/cli.ts";

const FILES = {
  "environments/dev/environment.yaml": environmentText("embedded:", [
    "connections: {exclude: [old]}",
  ]),
  "templates/mail.yaml":
    "template: mail\nprovider: gmail\nauth_type: oauth2\nscopes: [read]\n",
  "connections/mail.yaml": "template: mail\nsettings: {prompt: consent}\n",
  "connections/old.yaml": connectionText("old", ["a"]),
  "environments/dev/connections/mail.yaml": "settings: {prompt: login}\n",
};

describe("tieline explain", () => {
  it("prints a field with its place, what it hides and what is sent, and no more", async () => {
    const cwd = await aWorkspace(FILES);
    const { status, stdout, stderr } = await tieline(
      ["explain", "dev", "mail", "settings.prompt"],
      { cwd },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.split("\n")).toEqual([
      "settings.prompt of mail in dev",
      "  OAuth prompt parameter.",
      '  value     "login"',
      "  from      set at environments/dev/connections/mail.yaml:1:20 (overlay)",
      '  hides     "consent" at connections/mail.yaml:2:20 (base)',
      "  API       receives oauth_config.prompt in PATCH /api/v1/connections/{id}",
      '            "login"',
      "",
    ]);
  });

  it("prints the whole connection, layers first", async () => {
    const cwd = await aWorkspace(FILES);
    const { status, stdout } = await tieline(["explain", "dev", "mail"], {
      cwd,
    });
    expect(status).toBe(0);
    expect(stdout.split("\n").slice(0, 4)).toEqual([
      "mail in dev: gmail, oauth2",
      "  template  templates/mail.yaml",
      "  base      connections/mail.yaml",
      "  overlay   environments/dev/connections/mail.yaml",
    ]);
    expect(stdout).toContain("templates/mail.yaml:4:9 (template)");
  });

  it("prints one JSON value, on errors of the documents too", async () => {
    const cwd = await aWorkspace({
      ...FILES,
      "connections/mail.yaml": "template: mail\nsettings: {timeout: soon}\n",
    });
    const { status, stdout } = await tieline(
      ["explain", "dev", "mail", "--json"],
      { cwd },
    );
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "explanation",
      connection: "mail",
      diagnostics: [{ code: "SCH002" }],
      exit_code: 3,
    });
  });

  it("shows what it can and the problems on stderr, with exit 3", async () => {
    const cwd = await aWorkspace({
      ...FILES,
      "connections/mail.yaml": "template: mial\nsettings: {prompt: consent}\n",
    });
    const { status, stdout, stderr } = await tieline(
      ["explain", "dev", "mail", "--quiet"],
      { cwd },
    );
    expect(status).toBe(3);
    expect(stdout).toContain("settings.prompt");
    expect(stderr).toContain('did you mean "mail"?');
  });

  it.each([
    [["dev", "old"], 64, "CLI040"],
    [["dev", "mial"], 64, 'did you mean "mail"?'],
    [["dev", "mail", "timeout"], 64, 'did you mean "settings.timeout"?'],
    [["dve", "mail"], 64, 'did you mean "dev"?'],
    [["../x", "mail"], 64, "CLI041"],
    [["SCH999"], 64, "CLI001"],
    [["dev"], 64, "connection"],
  ])("%j ends with %d and says %s", async (args, status, text) => {
    const cwd = await aWorkspace(FILES);
    const result = await tieline(["explain", ...args], { cwd });
    expect(result.status).toBe(status);
    expect(result.stdout).toBe("");
    expect(result.stderr).toContain(text);
  });
});

describe("tieline validate", () => {
  it("checks templates by themselves", async () => {
    const cwd = await aWorkspace({
      ...FILES,
      "templates/broken.yaml": "template: other\n",
      "templates/idle.yaml": "template: idle\n",
    });
    const { status, stdout } = await tieline(["validate", "--json"], { cwd });
    expect(status).toBe(3);
    const report: unknown = JSON.parse(stdout);
    expect(report).toMatchObject({
      diagnostics: [
        { code: "CFG028" },
        { code: "CFG015" },
        // Of the connection, not of the templates.
        { code: "DRV036", severity: "note" },
      ],
    });
  });
});
