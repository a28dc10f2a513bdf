import { describe, expect, it } from "vitest";
import { aWorkspace, tieline } from "../support/cli.ts";

async function catalog(...args: string[]) {
  return tieline(["catalog", ...args], { cwd: await aWorkspace({}) });
}

/** Exactly one JSON value on stdout; its shape is what the assertions say. */
function json(stdout: string): Record<string, unknown> {
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe("tieline catalog", () => {
  it("lists every provider, outside of any configuration", async () => {
    const { status, stdout } = await catalog("list");
    expect(status).toBe(0);
    expect(stdout).toContain("gmail ");
    expect(stdout).toContain("348 providers");
    expect(stdout).toContain("next: tieline catalog show");
  });

  it("narrows by all filters", async () => {
    const { stdout } = await catalog(
      "list",
      "--auth-type",
      "oauth2",
      "--category",
      "calendar",
      "--mcp",
      "--dcr",
      "--json",
    );
    const { kind, providers, exit_code: exitCode } = json(stdout);
    expect([kind, exitCode]).toEqual(["catalog-list", 0]);
    expect(providers).toContainEqual(
      expect.objectContaining({ provider: "calmcp", is_mcp: true }),
    );
    expect(providers).not.toContainEqual(
      expect.objectContaining({ provider: "googlecalendar" }),
    );
  });

  it("searches in spite of slips and says what to do next", async () => {
    const { status, stdout } = await catalog("search", "goggle", "calendar");
    expect(status).toBe(0);
    expect(stdout).toContain("next: tieline add googlecalendar");
  });

  it("shows what a provider needs, as text and as JSON", async () => {
    const text = await catalog("show", "gmail");
    expect(text.stdout).toContain("settings.access_type: offline");
    expect(text.stdout).toContain("next: tieline add gmail");
    const machine = json((await catalog("show", "gmail", "--json")).stdout);
    expect(machine).toMatchObject({
      kind: "catalog-provider",
      provider: "gmail",
      provider_key: "GMAIL",
      requirements: [{ auth_type: "oauth2", client: "platform-default" }],
      exit_code: 0,
    });
  });

  it.each([
    [["show", "gmial"], "CLI050", '"gmail"'],
    [["list", "--auth-type", "bearr"], "CLI050", '"bearer"'],
  ])("refuses %j and names the nearest", async (args, code, near) => {
    const { status, stdout, stderr } = await catalog(...args);
    expect([status, stdout]).toEqual([64, ""]);
    expect(stderr).toContain(code);
    expect(stderr).toContain(near);
    const machine = await catalog(...args, "--json");
    expect(machine.status).toBe(64);
    expect(json(machine.stdout)).toMatchObject({ error: { code } });
  });

  it("lets no terminal escape of its arguments pass", async () => {
    const hostile = "\u001b[2J\u202egmail";
    for (const verb of ["show", "search"]) {
      const { stdout, stderr } = await catalog(verb, hostile);
      expect(stdout + stderr).not.toMatch(/[\u001b\u202e]/u);
    }
  });
});
