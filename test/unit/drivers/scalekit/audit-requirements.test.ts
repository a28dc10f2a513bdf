import { describe, expect, it } from "vitest";
import type { DesiredConnection } from "../../../../src/domain/connection.ts";
import { CATALOGUE } from "../../../../src/domain/generated/catalogue.ts";
import { auditRequirements } from "../../../../src/drivers/scalekit/audit-requirements.ts";
import type { AuditFinding } from "../../../../src/ports/connections-api.ts";

const ref = { kind: "secret", path: "a/b" } as const;

interface Case {
  readonly provider: string;
  readonly authType?: string;
  readonly fields?: DesiredConnection["fields"];
  readonly secrets?: readonly string[];
}

function audit(parts: Case): readonly AuditFinding[] {
  const connection: DesiredConnection = {
    key: "mine",
    provider: parts.provider,
    authType: parts.authType ?? "oauth2",
    document: {},
    fields: parts.fields ?? {},
    expected: {},
    secrets: new Map((parts.secrets ?? []).map((at) => [at, ref])),
    origins: new Map(),
    location: { file: "connections/mine.yaml", line: 1, column: 1 },
    isProtected: false,
  };
  return auditRequirements(
    connection,
    CATALOGUE.find(({ slug }) => slug === parts.provider),
  );
}

function brief(parts: Case): string[] {
  return audit(parts).map(
    ({ code, kind, pointer }) => `${code} ${kind} ${pointer}`,
  );
}

const ID = { "/credentials/client_id": "id" };
const SECRET = ["/credentials/client_secret"];

describe("the OAuth client of a connection", () => {
  it("is asked for where the set-up page asks for one", () => {
    const [finding, ...rest] = audit({ provider: "asana" });
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({ code: "DRV042", kind: "warning" });
    expect(finding?.fix).toContain("secret://mine/client_secret");
  });

  it("is asked for of MCP servers without dynamic registration", () => {
    expect(brief({ provider: "asanamcp" })).toEqual([
      "DRV042 warning /auth_type",
    ]);
  });

  it("is only a note where nothing is documented about it", () => {
    expect(brief({ provider: "slackmcp" })).toEqual(["DRV042 note /auth_type"]);
  });

  it.each([
    ["a client of its own", { provider: "asana", fields: ID, secrets: SECRET }],
    [
      "the platform's client",
      {
        provider: "hubspot",
        fields: { "/credentials/use_platform_creds": true },
      },
    ],
    ["the platform's client by default", { provider: "gitlab" }],
    ["a client that is registered dynamically", { provider: "notionmcp" }],
    [
      "a public client",
      {
        provider: "asana",
        fields: { ...ID, "/settings/token_endpoint_auth_method": "none" },
      },
    ],
    ["keys of the accounts", { provider: "zendesk", authType: "api_key" }],
    ["a client of OAuth 1", { provider: "trello", authType: "oauth1" }],
  ] as [string, Case][])("is not missed with %s", (_, parts) => {
    expect(audit(parts)).toEqual([]);
  });

  it("is missed when the platform's is refused and none is declared", () => {
    expect(
      brief({
        provider: "gitlab",
        fields: { "/credentials/use_platform_creds": false },
      }),
    ).toEqual(["DRV042 warning /auth_type"]);
  });

  it.each([
    [{ fields: ID }, "DRV042 warning /credentials/client_id"],
    [{ secrets: SECRET }, "DRV042 warning /credentials/client_secret"],
    [
      { fields: { "/credentials/client_id": null }, secrets: SECRET },
      "DRV042 warning /credentials/client_secret",
    ],
  ])("needs both halves: %j", (parts, expected) => {
    expect(brief({ provider: "asana", ...parts })).toEqual([expected]);
  });

  it("is not declared twice", () => {
    expect(
      brief({
        provider: "gitlab",
        fields: { ...ID, "/credentials/use_platform_creds": true },
        secrets: SECRET,
      }),
    ).toEqual(["DRV043 warning /credentials/use_platform_creds"]);
  });

  it("need not be declared where it is registered dynamically", () => {
    expect(
      brief({ provider: "linearmcp", fields: ID, secrets: SECRET }),
    ).toEqual([
      "DRV043 note /credentials/client_id",
      "DRV043 note /credentials/client_secret",
    ]);
  });

  it("may be declared where the set-up page of a registering provider asks for it", () => {
    expect(audit({ provider: "calendlymcp", fields: ID })).toEqual([]);
  });
});

describe("offline access", () => {
  const own = { fields: ID, secrets: SECRET };

  it.each([
    ["gmail", "/settings/access_type", "offline"],
    ["zohocrm", "/settings/access_type", "offline"],
    ["dropbox", "/settings/token_access_type", "offline"],
  ])("of %s is a setting", (provider, pointer, value) => {
    const asked = { provider, ...own, fields: { ...ID, [pointer]: value } };
    const denied = { provider, ...own, fields: { ...ID, [pointer]: "online" } };
    expect(brief(asked)).toEqual([]);
    expect(brief({ provider, ...own })).toEqual(["DRV044 warning /provider"]);
    expect(brief(denied)).toEqual([`DRV044 warning ${pointer}`]);
  });

  it.each([
    ["outlook", "offline_access"],
    ["outlook", "https://graph.microsoft.com/offline_access"],
    ["jira", "offline_access"],
    ["salesforce", "refresh_token"],
    ["salesforce", "offline_access"],
    ["snowflake", "refresh_token"],
    ["twitteroauth", "offline.access"],
  ])("of %s is the scope %s", (provider, scope) => {
    const scopes = (list: string[]) => ({
      provider,
      ...own,
      fields: { ...ID, "/scopes": list },
    });
    expect(brief(scopes(["other", scope]))).toEqual([]);
    expect(brief(scopes(["other"]))).toEqual(["DRV044 warning /scopes"]);
    expect(brief({ provider, ...own })).toEqual([]);
  });

  it("is the platform's business with the platform's client", () => {
    expect(
      audit({
        provider: "gmail",
        fields: { "/credentials/use_platform_creds": true },
      }),
    ).toEqual([]);
  });

  it("counts as a further parameter of the request too", () => {
    expect(
      audit({
        provider: "gmail",
        fields: {
          ...ID,
          "/settings/extra_authorize_params": { access_type: "offline" },
        },
        secrets: SECRET,
      }),
    ).toEqual([]);
  });

  it("names its source and the line to add", () => {
    const [finding] = audit({ provider: "gmail", ...own });
    expect(finding?.why).toContain("https://developers.google.com/");
    expect(finding?.fix).toBe("add to settings: access_type: offline");
  });
});

describe("other requirements", () => {
  it("wants a key file and scopes of a Google service account", () => {
    expect(
      brief({
        provider: "googledwd",
        authType: "service_account",
        fields: { "/scopes": [] },
      }),
    ).toEqual(["DRV042 warning /auth_type", "DRV042 warning /scopes"]);
    expect(
      audit({
        provider: "googledwd",
        authType: "service_account",
        fields: { "/scopes": ["a"] },
        secrets: ["/credentials/service_account_json"],
      }),
    ).toEqual([]);
  });

  it("notes scopes where the provider fixes them", () => {
    expect(
      brief({
        provider: "close",
        fields: { ...ID, "/scopes": ["all.full_access"] },
        secrets: SECRET,
      }),
    ).toEqual(["DRV043 note /scopes"]);
  });

  it("keeps PKCE on for MCP servers only", () => {
    const off = { "/settings/pkce": false };
    expect(brief({ provider: "notionmcp", fields: off })).toEqual([
      "DRV044 warning /settings/pkce",
    ]);
    expect(audit({ provider: "gitlab", fields: off })).toEqual([]);
  });

  it("says nothing of unknown providers and wrong auth types", () => {
    expect(audit({ provider: "nowhere" })).toEqual([]);
    expect(audit({ provider: "asana", authType: "api_key" })).toEqual([]);
  });

  it("never refuses a connection that declares nothing", () => {
    for (const { slug, auth_types: authTypes } of CATALOGUE)
      for (const authType of authTypes)
        for (const finding of audit({ provider: slug, authType })) {
          expect(["warning", "note"]).toContain(finding.kind);
          expect(finding.why).toBeTruthy();
          expect(finding.fix).toBeTruthy();
        }
  });
});
