import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import type { DesiredConnection } from "../../../../src/domain/connection.ts";
import type { JsonObject } from "../../../../src/domain/json.ts";
import {
  envSettings,
  renderEnv,
} from "../../../../src/features/export/env-format.ts";

function aConnection(key: string, more: JsonObject = {}): DesiredConnection {
  const location = { file: `connections/${key}.yaml`, line: 1, column: 1 };
  return {
    key,
    provider: "gmail",
    authType: "oauth2",
    document: {
      connection_id: key,
      provider: "gmail",
      auth_type: "oauth2",
      ...more,
    },
    fields: {},
    expected: {},
    secrets: new Map([
      [
        "/credentials/client_secret",
        { kind: "secret", path: `${key}/client_secret` },
      ],
    ]),
    origins: new Map([["/settings", { ...location, line: 7 }]]),
    location,
    isProtected: false,
  };
}

function linesOf(...connections: readonly DesiredConnection[]): string[] {
  const settings = envSettings(connections);
  expect(settings.diagnostics).toEqual([]);
  return renderEnv("dev", settings).split("\n").slice(2, -1);
}

describe("settings as variables", () => {
  it("have one line each, in the order of names, with local settings", () => {
    const connection = aConnection("gmail-support", {
      description: "Somebody's prose\nover lines",
      scopes: ["b:write", "a:read"],
      settings: { timeout: 30, pkce: true, prompt: null },
      rate_limiting: { requests_per_minute: 100 },
      lifecycle: { protected: true },
      credentials: { client_secret: "secret://gmail-support/client_secret" },
    });
    expect(linesOf(connection)).toEqual([
      "GMAIL_SUPPORT_AUTH_TYPE=oauth2",
      "GMAIL_SUPPORT_CONNECTION_NAME=gmail-support",
      "GMAIL_SUPPORT_PROVIDER=gmail",
      "GMAIL_SUPPORT_RATE_LIMITING_REQUESTS_PER_MINUTE=100",
      "GMAIL_SUPPORT_SCOPES='b:write a:read'",
      "GMAIL_SUPPORT_SETTINGS_PKCE=true",
      "GMAIL_SUPPORT_SETTINGS_PROMPT=''",
      "GMAIL_SUPPORT_SETTINGS_TIMEOUT=30",
      "# GMAIL_SUPPORT_CREDENTIALS_CLIENT_SECRET is secret://gmail-support/client_secret",
    ]);
  });

  it("start with no digit, and hold lists of objects as JSON", () => {
    const lines = linesOf(aConnection("2fa", { settings: { a: [{ b: 1 }] } }));
    expect(lines).toContain("_2FA_CONNECTION_NAME=2fa");
    expect(lines).toContain(`_2FA_SETTINGS_A='[{"b":1}]'`);
  });

  it("are refused where two have one name, at the second", () => {
    const { diagnostics } = envSettings([
      aConnection("gmail-eu"),
      aConnection("gmail_eu"),
    ]);
    expect(diagnostics.map(({ code }) => code)).toContain("CLI090");
    expect(diagnostics[0]?.location?.file).toBe("connections/gmail_eu.yaml");
  });

  it.each([
    ["a line break", "a\nb"],
    ["a carriage return", "a\rb"],
    ["a backslash", String.raw`a\b`],
    ["what some readers replace", "a${HOME}"],
    ["both kinds of quotes", `it's "so"`],
    ["a quote and a backtick", "it's `id`"],
    ["an escape of a terminal", "\u001b[31m"],
  ])("are refused at their line with %s", (_, user_agent) => {
    const { diagnostics } = envSettings([
      aConnection("a", { settings: { user_agent } }),
    ]);
    expect(diagnostics).toMatchObject([
      { code: "CLI090", severity: "error", location: { line: 7 } },
    ]);
  });

  const aValue = fc.oneof(
    fc.string({ unit: "binary", maxLength: 20 }),
    fc
      .array(
        fc.constantFrom(
          "$(id)",
          "`id`",
          "$HOME",
          "#",
          " ",
          "'",
          '"',
          "!",
          "=",
          "&&",
          "a",
          "ä",
          "~",
          "*",
          ";",
        ),
        { maxLength: 6 },
      )
      .map((parts) => parts.join("")),
  );

  it("are read back by a reader of .env files, whatever is not refused", () => {
    fc.assert(
      fc.property(aValue, (user_agent) => {
        const settings = envSettings([
          aConnection("a", { settings: { user_agent } }),
        ]);
        fc.pre(settings.diagnostics.length === 0);
        expect(
          parseEnv(renderEnv("dev", settings))["A_SETTINGS_USER_AGENT"],
        ).toBe(user_agent);
      }),
      { numRuns: 500 },
    );
  });

  it.skipIf(!existsSync("/bin/sh"))(
    "are read back by a POSIX shell, and run nothing",
    async () => {
      const values = fc
        .sample(aValue, 300)
        .concat([
          "$(touch pwned)",
          "`touch pwned`",
          "a'$(touch pwned)",
          "; touch pwned",
          "x #y",
          "~",
          "!!",
        ]);
      const connections = values
        .map((user_agent, index) =>
          aConnection(`c${String(index)}`, { settings: { user_agent } }),
        )
        .filter(
          (connection) => envSettings([connection]).diagnostics.length === 0,
        );
      expect(connections.length).toBeGreaterThan(20);
      const folder = await mkdtemp(join(tmpdir(), "tieline-env-"));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      await writeFile(
        join(folder, "app.env"),
        renderEnv("dev", envSettings(connections)),
      );
      const printed = execFileSync(
        "/bin/sh",
        [
          "-c",
          `set -a; . ./app.env; exec "${process.execPath}" -p 'JSON.stringify(process.env)'`,
        ],
        { cwd: folder, env: {}, encoding: "utf8" },
      );
      // Printed by our own program just above.
      const seen = JSON.parse(printed) as Record<string, string>;
      for (const { key, document } of connections)
        expect(seen[`${key.toUpperCase()}_SETTINGS_USER_AGENT`]).toBe(
          (document["settings"] as JsonObject)["user_agent"],
        );
      expect(existsSync(join(folder, "pwned"))).toBe(false);
    },
  );
});
