import { copyFile, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  aWorkspace,
  tieline,
  writeFiles,
  type CliResult,
} from "../support/cli.ts";
import { tielineHere } from "../support/in-process.ts";

/**
 * The kinds of JSON samples of the vendor's page "Connections", in its shape and with values that
 * were made up: what a reader of it pastes.
 */
const OAUTH = `{
"connection_id": "mail-oauth",
"provider": "gmail",
"auth_type": "oauth2",
"credentials": {
"client_id": "77.apps.example",
"client_secret": "made-up-oauth-secret",
"redirect_uri": "https://app.acme.example/callback"
},
"scopes": ["https://www.googleapis.com/auth/gmail.send"],
"settings": {
"auto_refresh": true,
"expires_in": 3600
}
}
`;
const API_KEY = `{
"connection_id": "tracker-key",
"provider": "jira",
"auth_type": "api_key",
"credentials": { "api_key": "made-up-api-key-1", "base_url": "https://acme.tracker.example" },
"settings": { "rate_limit": 100, "timeout": 30 }
}
`;
const CUSTOM = `{
"connection_id": "portal-custom",
"provider": "partner_portal",
"auth_type": "custom",
"credentials": { "username": "acme-agents", "password": "made-up-pass-1", "token": "made-up-token-1" },
"settings": {
"auth_endpoint": "https://api.partner.example/auth",
"refresh_endpoint": "https://api.partner.example/refresh"
}
}
`;
/** The body of the page's request has no name: the file gives it one. */
const REQUEST_BODY = `{
  "provider": "gmail",
  "auth_type": "oauth2",
  "credentials": { "client_id": "78.apps.example", "client_secret": "made-up-body-secret" },
  "scopes": ["https://www.googleapis.com/auth/gmail.send"],
  "settings": { "auto_refresh": true }
}
`;
const RATE_LIMITING = `{
"rate_limiting": {
"requests_per_minute": 100,
"requests_per_hour": 1000,
"burst_limit": 10,
"backoff_strategy": "exponential",
"retry_attempts": 3
}
}
`;
/** Every setting that the page lists in prose, under the names that people make of them. */
const SETTINGS = `{
  "name": "tracker-settings",
  "provider": "jira",
  "type": "API Key",
  "status": "inactive",
  "credentials": { "apiKey": "made-up-api-key-2", "baseUrl": "https://acme.tracker.example" },
  "settings": {
    "authentication_header": "X-Api-Key",
    "key_prefix": "Bearer ",
    "authorization_url": "https://acme.tracker.example/authorize",
    "token_url": "https://acme.tracker.example/token",
    "auto_refresh": true,
    "token_expiry": 3600,
    "refresh_buffer": 300,
    "token_storage": "vault",
    "timeout": 30,
    "retry_policy": { "attempts": 3, "backoff": "exponential" },
    "user_agent": "acme-agents/1",
    "headers": { "X-Team": "support" }
  }
}
`;
const DRAFT = `{"id": "mail-draft", "provider": "gmail", "auth_type": "oauth2", "status": "Draft"}`;
const templateOf = (provider: string, scopes: readonly string[]): string =>
  JSON.stringify({
    provider,
    auth_type: "oauth2",
    scopes,
    settings: { auto_refresh: true, rate_limit: 50, timeout: 15 },
  });
const from = (template: string, provider: string): string =>
  `connection_id: from-${template}\nprovider: ${provider}\nauth_type: oauth2\ntemplate: ${template}\n` +
  "credentials: {client_id: 79.apps.example}\n";

/**
 * A configuration as `tieline init` makes it, with an environment of the older dialect beside it.
 */
async function aScene(): Promise<string> {
  const root = await aWorkspace({});
  expect((await tielineHere(["init", "."], { cwd: root })).status).toBe(0);
  await rm(join(root, "connections"), { recursive: true });
  const rules = await readFile(join(root, ".sops.yaml"), "utf8");
  await writeFiles(root, {
    ".sops.yaml": rules.replace("environments/dev/", "environments/.*/"),
    "environments/classic/environment.yaml":
      'environment: classic\ndriver: agent-auth\ntarget: "embedded:"\nsecrets: {demo_key_file: demo.agekey}\n',
  });
  await copyFile(
    join(root, "environments/dev/demo.agekey"),
    join(root, "environments/classic/demo.agekey"),
  );
  return root;
}

/** Migrates, stores a secret where the migration says so, plans, applies and plans again. */
async function intoForce(
  root: string,
  environment: string,
): Promise<{ readonly first: Summary; readonly second: Summary }> {
  const migrated = await tielineHere(["migrate", "--output", "json"], {
    cwd: root,
  });
  expect(migrated.status, migrated.stderr).toBe(0);
  expect(migrated.stdout).not.toContain("made-up");
  const paths = [...migrated.stdout.matchAll(/environment> ([\w/-]+)/gu)];
  for (const [, path = ""] of paths)
    succeeded(
      await tieline(["secrets", "set", environment, path, "--stdin"], {
        cwd: root,
        input: `renewed-value-of-${path}`,
      }),
    );
  const run = async (...args: string[]): Promise<CliResult> =>
    succeeded(await tielineHere(args, { cwd: root }));
  await run("validate", environment);
  const first = await run("plan", environment, "--output", "json");
  await run("apply", environment, "--yes");
  const second = await run("plan", environment, "--output", "json");
  return { first: summaryOf(first), second: summaryOf(second) };
}

interface Summary {
  readonly created: readonly string[];
  readonly changes: number;
}

function summaryOf({ stdout }: CliResult): Summary {
  // A plan as its schema describes it.
  const { changes } = JSON.parse(stdout) as {
    changes: readonly { readonly action: string; readonly key: string }[];
  };
  const created = changes.filter(({ action }) => action === "create");
  return { created: created.map(({ key }) => key), changes: changes.length };
}

function succeeded(result: CliResult): CliResult {
  expect(result.status, result.stdout + result.stderr).toBe(0);
  return result;
}

describe("JSON pasted from the vendor's page", () => {
  it("becomes connections of the older dialect that plan, apply and then differ in nothing", async () => {
    const root = await aScene();
    await rm(join(root, "environments/dev"), { recursive: true });
    await writeFiles(root, {
      "connections/mail-oauth.json": OAUTH,
      "connections/tracker-key.json": API_KEY,
      "connections/portal-custom.json": CUSTOM,
      "connections/mail-body.json": REQUEST_BODY,
      "connections/tracker-settings.json": SETTINGS,
      "connections/mail-draft.json": DRAFT,
      "environments/classic/connections/tracker-key.json": RATE_LIMITING,
      "templates/workspace.json": templateOf("google_workspace", [
        "https://www.googleapis.com/auth/gmail.readonly",
      ]),
      "connections/from-workspace.yaml": from("workspace", "google_workspace"),
    });
    const { first, second } = await intoForce(root, "classic");
    expect([...first.created].sort()).toEqual([
      "from-workspace",
      "mail-body",
      "mail-draft",
      "mail-oauth",
      "portal-custom",
      "tracker-key",
      "tracker-settings",
    ]);
    expect(second.changes).toBe(0);
    const { stdout } = await tielineHere(
      ["render", "classic", "--format", "json"],
      { cwd: root },
    );
    expect(JSON.parse(stdout)).toMatchObject({
      connections: {
        "tracker-settings": {
          state: "inactive",
          settings: {
            auth_header: "X-Api-Key",
            key_prefix: "Bearer ",
            authorization_url: "https://acme.tracker.example/authorize",
            token_url: "https://acme.tracker.example/token",
            auto_refresh: true,
            expires_in: 3600,
            refresh_buffer: 300,
            token_storage: "vault",
            timeout: 30,
            retry: { attempts: 3, backoff: "exponential" },
            user_agent: "acme-agents/1",
            base_headers: { "X-Team": "support" },
          },
        },
        "tracker-key": {
          rate_limiting: {
            requests_per_minute: 100,
            requests_per_hour: 1000,
            burst_limit: 10,
            backoff_strategy: "exponential",
            retry_attempts: 3,
          },
        },
        "mail-draft": { state: "draft" },
      },
    });
  });

  it("becomes connections of today's API, where it offers what they ask for", async () => {
    const root = await aScene();
    await rm(join(root, "environments/classic"), { recursive: true });
    await writeFiles(root, {
      "connections/mail-oauth.json": OAUTH.replace(/,\n"redirect_uri.*/u, ""),
      "connections/mail-body.json": REQUEST_BODY,
      "environments/dev/connections/mail-body.json": RATE_LIMITING,
      "templates/chat.json": templateOf("slack", ["channels:read"]),
      "connections/from-chat.yaml": from("chat", "slack"),
    });
    const { first, second } = await intoForce(root, "dev");
    expect([...first.created].sort()).toEqual([
      "from-chat",
      "mail-body",
      "mail-oauth",
    ]);
    expect(second.changes).toBe(0);
  });

  it("is refused by today's API where that has no such thing, with what to do instead", async () => {
    const root = await aScene();
    await rm(join(root, "environments/classic"), { recursive: true });
    await writeFiles(root, {
      "connections/tracker-key.json": API_KEY,
      "connections/portal-custom.json": CUSTOM,
    });
    await tielineHere(["migrate"], { cwd: root });
    const { stdout, status } = await tielineHere(
      ["validate", "--output", "json"],
      {
        cwd: root,
      },
    );
    expect(status).toBe(3);
    // The kind of key that the connector lacks, and the provider that nobody declared.
    expect(stdout).toContain("DRV031");
    expect(stdout).toContain("CFG024");
  });

  it.each([
    ["client_id", OAUTH.replace("77.apps.example", "your-client-id")],
    ["base_url", API_KEY.replace("acme.tracker", "your-domain.tracker")],
    ["redirect_uri", OAUTH.replace("app.acme", "your-app")],
    ["username", CUSTOM.replace("acme-agents", "your-username")],
  ])(
    "leaves out %s where the page's own words stand in it",
    async (field, text) => {
      const root = await aWorkspace({
        "environments/dev/environment.yaml":
          'environment: dev\ntarget: "embedded:"\n',
        "connections/pasted.json": text,
      });
      const { stdout } = succeeded(
        await tielineHere(["migrate", "--output", "json"], { cwd: root }),
      );
      expect(stdout).toContain(`credentials.${field}`);
      const after = await readFile(join(root, "connections/pasted.json"));
      expect(after.toString()).not.toMatch(/your-|made-up/u);
      expect(JSON.parse(after.toString())).not.toHaveProperty([
        "credentials",
        field,
      ]);
    },
  );

  it.each(["Testing", "error"])(
    "leaves out the state %s, which only the platform finds",
    async (state) => {
      const root = await aWorkspace({
        "environments/dev/environment.yaml":
          'environment: dev\ntarget: "embedded:"\n',
        "connections/mail.json": `{"name": "mail", "provider": "gmail", "type": "OAuth 2.0", "status": "${state}"}`,
      });
      succeeded(await tielineHere(["migrate"], { cwd: root }));
      const after = await readFile(join(root, "connections/mail.json"), "utf8");
      expect(JSON.parse(after)).toEqual({
        connection_id: "mail",
        provider: "gmail",
        auth_type: "oauth2",
      });
    },
  );
});
