import { describe, expect, it } from "vitest";
import type { FieldValues } from "../../../../src/domain/connection.ts";
import type { PlanRisk } from "../../../../src/domain/generated/plan.ts";
import type { AssembleInput } from "../../../../src/engine/diff/input.ts";
import { needsAccountCount } from "../../../../src/engine/meaning/risks.ts";
import {
  aDesired,
  aLive,
  anAppliedEntry,
  anEntry,
  anInventory,
  onlyChange,
  planOf,
  type DesiredParts,
} from "../../../support/engine-builders.ts";

/** Risks of an update from live fields to declared ones, last applied as live. */
function risksOf(
  live: FieldValues,
  desired: FieldValues,
  parts: Partial<AssembleInput> = {},
): PlanRisk[] {
  return onlyChange(
    planOf({
      desired: [aDesired({ fields: desired })],
      live: [aLive({ fields: live })],
      inventory: anInventory([anAppliedEntry(live)]),
      ...parts,
    }),
  ).risks;
}

function codes(risks: readonly PlanRisk[]): string[] {
  return risks.map((risk) => `${risk.code} ${risk.level}`);
}

describe("changeRisks", () => {
  it.each<[string, FieldValues, FieldValues, string[]]>([
    [
      "scopes",
      { "/scopes": ["a", "b"] },
      { "/scopes": ["b", "c"] },
      ["scope.added warning", "scope.removed warning"],
    ],
    [
      "optional scopes",
      {},
      { "/settings/optional_scopes": { scopes: ["a"], field_name: "extra" } },
      ["scope.added warning"],
    ],
    [
      "another host",
      { "/settings/token_url": "https://a.example" },
      { "/settings/token_url": "https://b.example" },
      ["destination.host-changed critical"],
    ],
    [
      "another path",
      { "/settings/token_url": "https://a.example/x" },
      { "/settings/token_url": "https://a.example/y" },
      ["destination.path-changed high"],
    ],
    [
      "one address in another spelling",
      { "/settings/smart": { aud: "https://a.example" } },
      { "/settings/smart": { aud: "HTTPS://A.example:443/" } },
      [],
    ],
    [
      "another scheme",
      { "/settings/token_url": "https://localhost/x" },
      { "/settings/token_url": "http://localhost/x" },
      ["destination.host-changed critical"],
    ],
    [
      "another tenant",
      { "/credentials/tenant_id": "a" },
      { "/credentials/tenant_id": "b" },
      ["destination.route-changed high"],
    ],
    [
      "an address among parameters",
      {
        "/settings/extra_authorize_params": {
          hd: "a",
          iss: "https://a.example",
        },
      },
      {
        "/settings/extra_authorize_params": {
          hd: "b",
          iss: "https://b.example",
        },
      },
      ["destination.host-changed critical"],
    ],
    [
      "a member nobody knows that holds an address",
      { "/custom_provider/auth_patterns": [{ next: "https://a.example" }] },
      { "/custom_provider/auth_patterns": [{ next: "https://b.example" }] },
      ["destination.host-changed critical"],
    ],
    [
      "the proof key of a custom provider off",
      { "/custom_provider/auth_patterns": [{ oauth_config: {} }] },
      {
        "/custom_provider/auth_patterns": [
          { oauth_config: { pkce_enabled: false } },
        ],
      },
      ["proof-key.disabled high"],
    ],
    [
      "a host of our own",
      {},
      { "/settings/token_url": "https://b.example" },
      ["destination.set critical"],
    ],
    [
      "a host of our own where other addresses lead already",
      { "/settings/token_url": "https://b.example" },
      {
        "/settings/token_url": "https://b.example",
        "/settings/user_info_url": "https://b.example/me",
      },
      ["destination.set warning"],
    ],
    [
      "a domain that calls may be forwarded to",
      { "/custom_provider/auth_patterns": [{ allowed_proxy_domains: [] }] },
      {
        "/custom_provider/auth_patterns": [
          { allowed_proxy_domains: ["b.example"] },
        ],
      },
      ["destination.set critical"],
    ],
    [
      "a tenant where every one could sign in",
      {},
      { "/credentials/tenant_id": "a" },
      ["destination.set high"],
    ],
    [
      "a way to show the client secret",
      { "/settings/token_endpoint_auth_method": "client_secret_basic" },
      { "/settings/token_endpoint_auth_method": null },
      ["destination.cleared high"],
    ],
    [
      "a destination that is not an address",
      { "/custom_provider/proxy_url": "a" },
      { "/custom_provider/proxy_url": "b" },
      ["destination.host-changed critical"],
    ],
    [
      "a destination removed",
      { "/settings/token_url": "https://a.example" },
      { "/settings/token_url": null },
      ["destination.cleared warning"],
    ],
    [
      "another client",
      { "/credentials/client_id": "a" },
      { "/credentials/client_id": "b" },
      ["credential.changed high", "credential.half-changed high"],
    ],
    [
      "platform application",
      {},
      { "/credentials/use_platform_creds": true },
      ["credential.platform high"],
    ],
    [
      "own application",
      { "/credentials/use_platform_creds": true },
      { "/credentials/use_platform_creds": false },
      ["credential.changed high"],
    ],
    [
      "proof key off",
      { "/settings/pkce": true },
      { "/settings/pkce": false },
      ["proof-key.disabled high"],
    ],
    [
      "the line of a custom provider's proof key removed",
      {
        "/custom_provider/auth_patterns": [
          { oauth_config: { pkce_enabled: true } },
        ],
      },
      { "/custom_provider/auth_patterns": [{ oauth_config: {} }] },
      ["proof-key.disabled high"],
    ],
    [
      "no scopes at all",
      { "/scopes": ["a"] },
      { "/scopes": [] },
      ["scope.cleared high", "scope.removed warning"],
    ],
    [
      "no optional scopes",
      { "/settings/optional_scopes": { scopes: ["a"] } },
      { "/settings/optional_scopes": null },
      ["scope.cleared warning", "scope.removed warning"],
    ],
    ["proof key on", {}, { "/settings/pkce": true }, []],
    [
      "out of service",
      { "/state": "active" },
      { "/state": "inactive" },
      ["state.disabled high"],
    ],
    ["into service", { "/state": "inactive" }, { "/state": "active" }, []],
    [
      "nothing that matters",
      { "/settings/timeout": 1 },
      { "/settings/timeout": 2 },
      [],
    ],
  ])("%s", (_name, live, desired, expected) => {
    expect(codes(risksOf(live, desired))).toEqual(expected);
  });

  it("names scopes, says that old grants stay, and cuts long lists", () => {
    const many = ["s1", "s2", "s3", "s4", "s5", "s6", "s".repeat(200)];
    const [risk] = risksOf({}, { "/scopes": many });
    expect(risk?.message).toBe(
      'Gains: "s1" (unclassified), "s2" (unclassified), "s3" (unclassified), "s4" (unclassified), "s5" (unclassified) and 2 more. Its accounts keep the old grant until they consent again.',
    );
  });

  const GOOGLE = "https://www.googleapis.com/auth/";
  it.each([
    ["read-only", [`${GOOGLE}calendar.freebusy`], "info"],
    ["read-write", [`${GOOGLE}calendar.events`], "warning"],
    ["admin", [`${GOOGLE}calendar.acls`], "high"],
    ["sensitive", [`${GOOGLE}gmail.readonly`], "high"],
    ["unclassified", [`${GOOGLE}calendar.later`], "warning"],
    [
      "the farthest",
      [`${GOOGLE}calendar.freebusy`, `${GOOGLE}gmail.readonly`],
      "high",
    ],
    ["unknown beside little", [`${GOOGLE}calendar.freebusy`, "x"], "warning"],
  ])("weighs what is gained by its tier: %s", (_, scopes, level) => {
    const risks = risksOf({}, { "/scopes": scopes });
    expect(codes(risks)).toEqual([`scope.added ${level}`]);
  });

  it("says what is gained and lost in words, unknown and far reaching first", () => {
    const risks = risksOf(
      { "/scopes": [`${GOOGLE}gmail.readonly`] },
      {
        "/scopes": [
          `${GOOGLE}calendar.freebusy`,
          `${GOOGLE}gmail.send`,
          "x.read",
        ],
      },
    );
    expect(risks.map(({ message }) => message)).toEqual([
      'Gains: "x.read" (unclassified), send mail as the user (sensitive), see when the user is free or busy (read-only) (had: read all mail and settings (sensitive)). Its accounts keep the old grant until they consent again.',
      "Loses: read all mail and settings (sensitive). Its accounts keep what was granted until they consent again or are disconnected.",
    ]);
  });

  it("puts the worst first", () => {
    const risks = risksOf(
      { "/settings/token_url": "https://a.example", "/scopes": ["a"] },
      {
        "/settings/token_url": "https://b.example",
        "/scopes": ["b"],
        "/credentials/client_id": "x",
      },
    );
    expect(codes(risks)).toEqual([
      "destination.host-changed critical",
      "credential.changed high",
      "credential.half-changed high",
      "scope.added warning",
      "scope.removed warning",
    ]);
  });

  it("tells drift that is undone from a change that is overwritten", () => {
    const desired = { "/settings/timeout": 1, "/settings/rate_limit": 3 };
    const inventory = anInventory([
      anAppliedEntry({ "/settings/timeout": 1, "/settings/rate_limit": 1 }),
    ]);
    const risks = risksOf(
      { "/settings/timeout": 2, "/settings/rate_limit": 2 },
      desired,
      { inventory },
    );
    expect(codes(risks)).toEqual([
      "drift.overwritten warning",
      "drift.reverted warning",
    ]);
    expect(risks[1]?.message).toContain("timeout");
  });

  it("says which secrets change or cannot be told, without their values", () => {
    const desired = [
      aDesired({
        secrets: {
          "/credentials/api_key": "env://API",
          "/credentials/token": "env://TOKEN",
        },
      }),
    ];
    const inventory = anInventory([
      anEntry({ secrets: { "/credentials/token": { appliedAt: "x" } } }),
    ]);
    const { risks } = onlyChange(
      planOf({ desired, live: [aLive()], inventory }),
    );
    expect(codes(risks)).toEqual([
      "credential.changed warning",
      "secret.unknown warning",
    ]);
  });

  it("counts the accounts of a delete and a replacement, or says that nobody knows", () => {
    const inventory = anInventory([anEntry()]);
    const deleted = (accounts: number | "unknown") =>
      onlyChange(
        planOf({
          live: [aLive()],
          inventory,
          accounts: new Map([["mail", accounts]]),
        }),
      ).risks[0]?.message;
    expect(deleted(0)).toContain("No account");
    expect(deleted(1)).toContain("1 account probably stops");
    expect(deleted(412)).toContain("412 accounts probably stop");
    expect(deleted("unknown")).toContain("n unknown number of accounts");
    const replaced = onlyChange(
      planOf({
        desired: [aDesired({ provider: "slack" })],
        live: [aLive()],
        inventory,
      }),
    );
    expect(codes(replaced.risks)).toEqual(["connection.replaced critical"]);
    expect(replaced.impact).toEqual({ connected_accounts: "unknown" });
  });

  it("warns that a new name breaks those who ask for the old one", () => {
    const { risks } = onlyChange(
      planOf({
        desired: [
          aDesired({ key: "new", lifecycle: { previous_ids: ["mail"] } }),
        ],
        live: [aLive()],
        inventory: anInventory([anEntry({ isProtected: true })]),
      }),
    );
    expect(codes(risks)).toEqual([
      "protection.removed high",
      "connection.renamed warning",
    ]);
  });

  it("sees no risk in the fields of a connection that is yet to be created", () => {
    const desired = [
      aDesired({
        fields: { "/scopes": ["a"], "/state": "inactive" },
        secrets: {
          "/credentials/token": "env://TOKEN",
          "/credentials/client_secret": "secret://mail/client_secret",
        },
      }),
    ];
    expect(onlyChange(planOf({ desired })).risks).toEqual([]);
  });

  it("tells of another connection's secret, and of where a new connection leads it", () => {
    const desired = [
      aDesired({
        fields: { "/settings/token_url": "https://evil.example/token" },
        secrets: {
          "/credentials/client_secret": "secret://other/client_secret",
        },
      }),
    ];
    const { risks } = onlyChange(planOf({ desired }));
    expect(risks.map(({ code, level }) => [code, level])).toEqual([
      ["secret.borrowed-to-host", "critical"],
      ["destination.set", "high"],
      ["secret.borrowed", "high"],
    ]);
  });
});

describe("needsAccountCount", () => {
  const count = (parts: Partial<AssembleInput>): boolean =>
    needsAccountCount(onlyChange(planOf(parts)));
  const inventory = anInventory([anEntry()]);
  const live = [aLive()];

  const desired = (parts: DesiredParts = {}) => [aDesired(parts)];

  it.each<[string, Partial<AssembleInput>]>([
    ["a delete", { live, inventory }],
    [
      "a replacement",
      { live, inventory, desired: desired({ provider: "slack" }) },
    ],
    [
      "other scopes",
      { live, inventory, desired: desired({ fields: { "/scopes": ["a"] } }) },
    ],
    [
      "another secret",
      {
        live,
        inventory,
        desired: desired({ secrets: { "/credentials/token": "env://T" } }),
      },
    ],
    [
      "another host",
      {
        live,
        inventory,
        desired: desired({
          fields: { "/oauth/token_url": "https://login.example/token" },
        }),
      },
    ],
    [
      "a disable",
      {
        live,
        inventory,
        desired: desired({ fields: { "/state": "inactive" } }),
      },
    ],
    [
      "a change of the custom provider",
      {
        live,
        inventory,
        desired: desired({
          fields: { "/custom_provider/proxy_url": "https://api.example" },
        }),
      },
    ],
    [
      "a rename",
      {
        live,
        inventory,
        desired: desired({
          key: "post",
          lifecycle: { previous_ids: ["mail"] },
        }),
      },
    ],
    ["an adoption", { live, desired: desired() }],
    [
      "a change made on the platform that is only recorded",
      {
        live: [aLive({ fields: { "/scopes": ["b"] } })],
        inventory: anInventory([anAppliedEntry({ "/scopes": ["a"] })]),
        desired: desired({ fields: { "/scopes": ["b"] } }),
      },
    ],
  ])("asks for %s of a connection that exists", (_, parts) => {
    expect(count(parts)).toBe(true);
  });

  it.each<[string, Partial<AssembleInput>]>([
    ["what is new", { desired: desired({ fields: { "/scopes": ["a"] } }) }],
    ["what is gone", { inventory }],
    [
      "what is let go",
      { live, inventory, desired: desired(), forget: new Set(["mail"]) },
    ],
  ])("does not ask for %s", (_, parts) => {
    expect(count(parts)).toBe(false);
  });
});
