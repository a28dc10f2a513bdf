import { describe, expect, it } from "vitest";
import type {
  DesiredConnection,
  FieldValues,
} from "../../../../src/domain/connection.ts";
import { CATALOGUE } from "../../../../src/domain/generated/catalogue.ts";
import { FIELD_RULES } from "../../../../src/domain/generated/fields.ts";
import type { JsonObject } from "../../../../src/domain/json.ts";
import {
  documentedScopes,
  providersWithScopes,
} from "../../../../src/domain/catalogue/scopes.ts";
import { auditConnections } from "../../../../src/drivers/scalekit/audit.ts";
import { createProviderNames } from "../../../../src/drivers/scalekit/vocabulary.ts";
import type { AuditFinding } from "../../../../src/ports/connections-api.ts";

const names = createProviderNames(CATALOGUE);

function audit(parts: Partial<DesiredConnection>): readonly AuditFinding[] {
  return auditConnections([desired(parts)], names);
}

function desired(parts: Partial<DesiredConnection>): DesiredConnection {
  return {
    key: "gmail-support",
    provider: "gmail",
    authType: "oauth2",
    document: {},
    fields: {},
    expected: {},
    secrets: new Map(),
    origins: new Map(),
    location: { file: "connections/gmail.yaml", line: 1, column: 1 },
    isProtected: false,
    ...parts,
  };
}

function brief(findings: readonly AuditFinding[]): string[] {
  return findings.map(
    ({ code, kind, pointer }) => `${code} ${kind} ${pointer}`,
  );
}

const ref = { kind: "secret", path: "a/b" } as const;

describe("audit of the scalekit driver", () => {
  it("says nothing about a connection it can hold", () => {
    expect(
      audit({
        fields: {
          "/provider": "gmail",
          "/auth_type": "oauth2",
          "/state": "inactive",
          "/credentials/client_id": "x",
          "/settings/access_type": "offline",
          "/settings/token_url": "https://a.example/t",
          "/settings/refresh_endpoint": "https://a.example/t",
          "/lifecycle/protected": true,
        },
        expected: { "/credentials/redirect_uri": "https://x.example" },
        secrets: new Map([["/credentials/client_secret", ref]]),
      }),
    ).toEqual([]);
  });

  it("never reports local or recorded fields", () => {
    const fields = Object.fromEntries(
      FIELD_RULES.filter((rule) => rule.isLocal || rule.isRecorded).map(
        (rule) => [rule.pointer, "x"],
      ),
    );
    expect(audit({ fields })).toEqual([]);
  });

  it.each([
    "/credentials/base_url",
    "/settings/auto_refresh",
    "/settings/expires_in",
    "/settings/refresh_buffer",
    "/settings/token_storage",
    "/settings/timeout",
    "/settings/rate_limit",
    "/settings/user_agent",
    "/settings/base_headers",
    "/settings/retry",
    "/settings/auth_header",
    "/settings/key_prefix",
    "/rate_limiting/requests_per_minute",
    "/rate_limiting/backoff_strategy",
  ])("has no place for %s and says where it belongs", (pointer) => {
    const findings = audit({ fields: { [pointer]: 1 } });
    expect(brief(findings)).toEqual([`DRV030 unrepresentable ${pointer}`]);
    expect(findings[0]?.why).toBeTruthy();
    expect(findings[0]?.fix).toBeTruthy();
  });

  it.each(["api_key", "password", "token"])(
    "has no place for a user's own %s",
    (name) => {
      const findings = audit({
        provider: "affinity",
        authType: "bearer",
        secrets: new Map([[`/credentials/${name}`, ref]]),
      });
      expect(brief(findings)).toEqual([
        `DRV030 unrepresentable /credentials/${name}`,
      ]);
      expect(findings[0]?.why).toContain("connected account");
    },
  );

  it("names what the accounts of the provider bring, where that is documented", () => {
    const findings = audit({
      provider: "zendesk",
      authType: "api_key",
      secrets: new Map([["/credentials/api_key", ref]]),
    });
    expect(findings[0]?.fix).toContain(
      'Zendesk asks each account for "Zendesk',
    );
  });

  it.each([
    ["affinity", "bearer", "/scopes"],
    ["amplitudeanalytics", "api_key", "/credentials/client_id"],
    ["redshift", "trusted_idp", "/settings/token_url"],
    ["googledwd", "service_account", "/credentials/client_id"],
  ])("%s with %s cannot hold %s", (provider, authType, pointer) => {
    const findings = audit({ provider, authType, fields: { [pointer]: "x" } });
    expect(brief(findings.filter(({ kind }) => kind !== "warning"))).toEqual([
      `DRV030 unrepresentable ${pointer}`,
    ]);
  });

  it("reports an expected redirect address where there is none", () => {
    expect(
      brief(
        audit({
          provider: "affinity",
          authType: "bearer",
          expected: { "/credentials/redirect_uri": "https://x.example" },
        }),
      ),
    ).toEqual(["DRV030 unrepresentable /credentials/redirect_uri"]);
  });

  it("cannot make a draft", () => {
    expect(brief(audit({ fields: { "/state": "draft" } }))).toEqual([
      "DRV030 unrepresentable /state",
    ]);
  });

  it.each([
    ["gmial", "gmail"],
    ["google_workspace", "googledwd"],
    ["Slack", "slack"],
  ])("suggests for the unknown provider %s: %s", (provider, near) => {
    const findings = audit({ provider });
    expect(brief(findings)).toEqual(["DRV031 invalid /provider"]);
    expect(findings[0]?.fix).toContain(`"${near}"`);
  });

  it("contradicts an auth type the provider does not have", () => {
    const findings = audit({ provider: "jira", authType: "api_key" });
    expect(brief(findings)).toEqual(["DRV031 invalid /auth_type"]);
    expect(findings[0]?.fix).toContain("oauth2");
  });

  it("refuses service accounts whose wire type is not documented", () => {
    expect(
      brief(
        audit({
          provider: "bigqueryserviceaccount",
          authType: "service_account",
        }),
      ),
    ).toEqual(["DRV031 invalid /auth_type"]);
  });

  it.each(["a/b", "ü", "x".repeat(301), "", " a", "a "])(
    "refuses the name %j",
    (key) => {
      expect(brief(audit({ key }))).toContain("DRV070 invalid ");
    },
  );

  it.each([
    ["/settings/authorization_url", "/settings/auth_endpoint"],
    ["/settings/token_url", "/settings/refresh_endpoint"],
  ])("wants %s and %s to agree", (current, older) => {
    expect(
      brief(
        audit({
          fields: {
            [current]: "https://a.example",
            [older]: "https://b.example",
          },
        }),
      ),
    ).toEqual([`CFG025 invalid ${older}`]);
  });

  it("wants the slug of a custom provider to follow its display name", () => {
    const fields = {
      "/custom_provider/display_name": "Acme Tickets",
      "/custom_provider/proxy_url": "https://tickets.example/api",
      "/custom_provider/auth_patterns": [{ type: "API_KEY" }],
    };
    expect(
      audit({ provider: "acme_tickets", authType: "custom", fields }),
    ).toEqual([]);
    expect(
      brief(audit({ provider: "acme", authType: "custom", fields })),
    ).toEqual(["CFG024 invalid /provider"]);
    expect(brief(audit({ fields }))).toEqual([
      "CFG024 invalid /custom_provider/display_name",
    ]);
  });

  it("says what a custom provider cannot be made without", () => {
    const fields = { "/custom_provider/display_name": "Acme" };
    expect(
      audit({ provider: "acme", authType: "custom", fields }).map(
        ({ code, kind, message }) => [code, kind, message],
      ),
    ).toEqual([
      [
        "CFG024",
        "invalid",
        'the custom provider of "gmail-support" has no proxy_url',
      ],
      [
        "CFG024",
        "invalid",
        'the custom provider of "gmail-support" has no auth_patterns',
      ],
    ]);
  });

  it("measures a custom provider's fields by its pattern", () => {
    const fields = {
      "/custom_provider/display_name": "Acme",
      "/custom_provider/proxy_url": "https://acme.example/api",
      "/custom_provider/auth_patterns": [{ type: "API_KEY" }],
      "/scopes": ["a"],
    };
    expect(
      brief(audit({ provider: "acme", authType: "custom", fields })),
    ).toEqual(["DRV030 unrepresentable /scopes"]);
    const oauth = {
      ...fields,
      "/custom_provider/auth_patterns": [
        {
          type: "OAUTH",
          oauth_config: {
            authorize_uri: "https://acme.example/a",
            token_uri: "https://acme.example/t",
          },
        },
      ],
    };
    expect(
      audit({ provider: "acme", authType: "custom", fields: oauth }),
    ).toEqual([]);
  });

  it("warns of an OAuth provider whose endpoints nobody says", () => {
    const withPattern = (
      pattern: JsonObject,
      settings: FieldValues = {},
    ): string[] =>
      audit({
        provider: "acme",
        authType: "custom",
        fields: {
          "/custom_provider/display_name": "Acme",
          "/custom_provider/proxy_url": "https://acme.example/api",
          "/custom_provider/auth_patterns": [{ type: "OAUTH", ...pattern }],
          ...settings,
        },
      }).map(
        ({ kind, message }) => `${kind} ${message.split(" ").at(-1) ?? ""}`,
      );
    expect(withPattern({})).toEqual([
      "warning authorize_uri",
      "warning token_uri",
    ]);
    expect(
      withPattern({ oauth_config: { authorize_uri: "https://a.example" } }),
    ).toEqual(["warning token_uri"]);
    expect(withPattern({ is_mcp: true })).toEqual([]);
    expect(
      withPattern(
        {},
        {
          "/settings/auth_endpoint": "https://a.example",
          "/settings/token_url": "https://a.example",
        },
      ),
    ).toEqual([]);
  });

  it.each([
    ["slack", ["chanels:read"], "channels:read"],
    ["slack", ["Chat:Write"], "chat:write"],
    [
      "outlook",
      ["https://graph.microsoft.com/Mail.Raed"],
      "https://graph.microsoft.com/Mail.Read",
    ],
    [
      "gmail",
      ["https://www.googleapis.com/auth/gmail.redonly"],
      "https://www.googleapis.com/auth/gmail.readonly",
    ],
    ["github", ["admin:orgs"], "admin:org"],
  ])(
    "says for a misspelt scope of %s, %j, which one is meant",
    (provider, scopes, meant) => {
      const found = audit({
        provider,
        fields: { "/credentials/use_platform_creds": true, "/scopes": scopes },
      }).filter(({ code }) => code === "DRV036");
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({ kind: "warning", pointer: "/scopes" });
      expect(found[0]?.message).toContain(`did you mean "${meant}"?`);
    },
  );

  it("looks for misspelt scopes wherever scopes are asked for", () => {
    const found = audit({
      provider: "slack",
      fields: {
        "/credentials/use_platform_creds": true,
        "/scopes": ["channels:read"],
        "/settings/optional_scopes": { scopes: ["serach:read"] },
      },
    }).filter(({ code }) => code === "DRV036");
    expect(found.map(({ pointer }) => pointer)).toEqual([
      "/settings/optional_scopes",
    ]);
  });

  it("finds nothing misspelt among the documented scopes of any provider", () => {
    for (const provider of providersWithScopes()) {
      const scopes = documentedScopes(provider).map(({ scope }) => scope);
      const found = audit({ provider, fields: { "/scopes": scopes } });
      expect(
        found.filter(({ code }) => code === "DRV036"),
        provider,
      ).toEqual([]);
    }
  });

  it("only notes a scope that is not documented", () => {
    expect(
      brief(
        audit({
          provider: "airtable",
          fields: {
            "/credentials/use_platform_creds": true,
            "/scopes": ["data.records:read", "made.up"],
          },
        }),
      ),
    ).toEqual(["DRV036 note /scopes"]);
  });
});
