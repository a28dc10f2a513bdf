import { describe, expect, it } from "vitest";
import type { FieldValues } from "../../../../src/domain/connection.ts";
import type { PlanRisk } from "../../../../src/domain/generated/plan.ts";
import type { AssembleInput } from "../../../../src/engine/diff/input.ts";
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

interface Sides {
  readonly live: FieldValues;
  readonly desired: FieldValues;
  /** What was applied last; as live where it is left out. */
  readonly last?: FieldValues;
  readonly parts?: DesiredParts;
  readonly input?: Partial<AssembleInput>;
}

function risksOf({ live, desired, last, parts, input }: Sides): PlanRisk[] {
  const key = parts?.key ?? "mail";
  const kind = {
    key,
    provider: parts?.provider ?? "gmail",
    authType: parts?.authType ?? "oauth2",
  };
  return onlyChange(
    planOf({
      desired: [aDesired({ ...parts, fields: desired })],
      live: [aLive({ ...kind, fields: live })],
      inventory: anInventory([{ ...anAppliedEntry(last ?? live), ...kind }]),
      ...input,
    }),
  ).risks;
}

const codes = (risks: readonly PlanRisk[]): string[] =>
  risks.map(({ code, level }) => `${code} ${level}`);

describe("offline access", () => {
  const lost = (
    provider: string,
    live: FieldValues,
    desired: FieldValues,
  ): PlanRisk[] =>
    risksOf({ live, desired, parts: { provider } }).filter(
      ({ code }) => code === "offline-access.lost",
    );

  it.each<[string, string, FieldValues, FieldValues]>([
    [
      "the setting of Google",
      "gmail",
      { "/settings/access_type": "offline" },
      { "/settings/access_type": "online" },
    ],
    [
      "the setting of Google cleared",
      "gmail",
      { "/settings/access_type": "offline" },
      { "/settings/access_type": null },
    ],
    [
      "the setting of Google among extra parameters",
      "gmail",
      { "/settings/extra_authorize_params": { access_type: "offline" } },
      { "/settings/extra_authorize_params": {} },
    ],
    [
      "the setting of Dropbox",
      "dropbox",
      { "/settings/token_access_type": "offline" },
      { "/settings/token_access_type": "online" },
    ],
    [
      "the scope of Microsoft",
      "outlook",
      { "/scopes": ["Mail.Read", "offline_access"] },
      { "/scopes": ["Mail.Read"] },
    ],
    [
      "every scope of Microsoft",
      "outlook",
      { "/scopes": ["offline_access"] },
      { "/scopes": null },
    ],
    [
      "the scope of Salesforce",
      "salesforce",
      { "/scopes": ["api", "refresh_token"] },
      { "/scopes": ["api"] },
    ],
  ])("is lost with %s", (_what, provider, live, desired) => {
    expect(lost(provider, live, desired)).toEqual([
      expect.objectContaining({ level: "high" }),
    ]);
    expect(lost(provider, live, desired)[0]?.evidence).toBeUndefined();
  });

  it("is probably lost at a provider whose rule nobody knows", () => {
    for (const [live, desired] of [
      [{ "/scopes": ["a", "offline_access"] }, { "/scopes": ["a"] }],
      [
        { "/settings/access_type": "offline" },
        { "/settings/access_type": "online" },
      ],
    ] as const)
      expect(lost("own_provider", live, desired)).toEqual([
        expect.objectContaining({ level: "high", evidence: "inferred" }),
      ]);
  });

  it("stays where it is asked for in another way, or never was", () => {
    expect(
      lost(
        "salesforce",
        { "/scopes": ["refresh_token"] },
        { "/scopes": ["offline_access"] },
      ),
    ).toEqual([]);
    expect(
      lost(
        "gmail",
        { "/settings/access_type": "offline" },
        {
          "/settings/access_type": null,
          "/settings/extra_authorize_params": { access_type: "offline" },
        },
      ),
    ).toEqual([]);
    expect(
      lost("outlook", { "/scopes": ["a", "b"] }, { "/scopes": ["a"] }),
    ).toEqual([]);
  });

  it("stays where the line is only let go, which is told as such", () => {
    const risks = risksOf({
      live: { "/settings/access_type": "offline", "/settings/timeout": 1 },
      desired: { "/settings/timeout": 2 },
    });
    expect(codes(risks)).toEqual(["field.unmanaged warning"]);
  });
});

describe("what somebody changed on the platform", () => {
  const reviewed = "https://login.good.example/token";
  const foreign = "https://login.evil.example/token";

  it("is put back without a word of credentials that go to a new host", () => {
    const [restored, reverted] = risksOf({
      live: { "/settings/token_url": foreign },
      desired: { "/settings/token_url": reviewed },
      last: { "/settings/token_url": reviewed },
    });
    expect(restored).toEqual({
      code: "destination.restored",
      level: "warning",
      message:
        'Puts back the reviewed host "login.good.example" of the token address; somebody changed it to "login.evil.example" after the last apply.',
      hosts: ["login.good.example"],
    });
    expect(reverted?.code).toBe("drift.reverted");
  });

  it.each<[string, FieldValues, FieldValues]>([
    [
      "a header that was removed",
      { "/settings/base_headers": { b: "2" } },
      { "/settings/base_headers": { a: "1", b: "2" } },
    ],
    [
      "another path",
      { "/settings/token_url": "https://a.example/x" },
      { "/settings/token_url": "https://a.example/y" },
    ],
    [
      "a tenant",
      { "/credentials/tenant_id": "b" },
      { "/credentials/tenant_id": "a" },
    ],
    [
      "a header that was added",
      { "/settings/base_headers": { a: "1", b: "2" } },
      { "/settings/base_headers": { a: "1" } },
    ],
  ])("is never more than a warning: %s", (_what, live, desired) => {
    const risks = risksOf({ live, desired, last: desired });
    expect(codes(risks).sort()).toEqual([
      "destination.restored warning",
      "drift.reverted warning",
    ]);
  });

  it("is critical still where the documents moved as well", () => {
    const risks = risksOf({
      live: { "/settings/token_url": foreign },
      desired: { "/settings/token_url": "https://third.example/token" },
      last: { "/settings/token_url": reviewed },
    });
    expect(codes(risks)).toContain("destination.host-changed critical");
  });

  it("says which scopes go again", () => {
    const risks = risksOf({
      live: { "/scopes": ["Mail.Read", "Mail.Send"] },
      desired: { "/scopes": ["Mail.Read"] },
      last: { "/scopes": ["Mail.Read"] },
      parts: { provider: "outlook" },
    });
    expect(
      risks.find(({ code }) => code === "drift.reverted")?.message,
    ).toContain('"Mail.Send" removed again');
  });

  it("is told where the connection was switched off by hand", () => {
    const risks = risksOf({
      live: { "/state": "inactive" },
      desired: { "/state": "active" },
      last: { "/state": "active" },
    });
    expect(codes(risks)).toEqual([
      "drift.reverted warning",
      "state.enabled warning",
    ]);
  });
});

describe("a connection that is off on the platform", () => {
  it("is told where the documents want it on and no apply switched it off", () => {
    const risks = risksOf({
      live: { "/state": "inactive" },
      desired: { "/state": "active" },
      last: {},
    });
    expect(codes(risks)).toEqual(["state.enabled warning"]);
  });

  it("is an ordinary edit where the last apply left it off", () => {
    const off = { "/state": "inactive" };
    const risks = risksOf({ live: off, desired: { "/state": "active" } });
    expect(risks).toEqual([]);
  });
});

describe("a client", () => {
  const half = (
    before: string | undefined,
    after: string | undefined,
  ): boolean =>
    risksOf({
      live: { "/credentials/client_id": "a" },
      desired: { "/credentials/client_id": "b" },
      parts: {
        secrets: {
          "/credentials/client_secret": "secret://mail/client_secret",
        },
      },
      input: {
        inventory: anInventory([
          {
            ...anAppliedEntry({ "/credentials/client_id": "a" }),
            secrets: {
              "/credentials/client_secret": {
                appliedAt: "x",
                ...(before === undefined ? {} : { fingerprint: before }),
              },
            },
          },
        ]),
        secrets: new Map([
          [
            "mail",
            new Map([
              [
                "/credentials/client_secret",
                {
                  ref: { kind: "secret", path: "mail/client_secret" },
                  ...(after === undefined ? {} : { fingerprint: after }),
                },
              ],
            ]),
          ],
        ]),
      },
    }).some(({ code }) => code === "credential.half-changed");

  it("is half a client where its secret stays", () => {
    expect(half("v1.k.1", "v1.k.1")).toBe(true);
  });

  it("is whole where the secret changes, or may", () => {
    expect(half("v1.k.1", "v1.k.2")).toBe(false);
    expect(half(undefined, undefined)).toBe(false);
  });

  it("leaves accounts on the old one until they consent again", () => {
    const [changed] = risksOf({
      live: { "/credentials/client_id": "a" },
      desired: { "/credentials/client_id": "b" },
      input: { accounts: new Map([["mail", 85]]) },
    });
    expect(changed?.message).toBe(
      'The OAuth client becomes "b" instead of "a". 85 accounts stay on the old client until they consent again: keep it alive. Register the connection\'s redirect URI at the new client first.',
    );
  });
});

describe("a connection that somebody else made", () => {
  it("is told with what of it is written over, and what it asks for by how far that reaches", () => {
    const { risks } = onlyChange(
      planOf({
        desired: [
          aDesired({
            provider: "outlook",
            fields: {
              "/scopes": ["Mail.Send"],
              "/credentials/client_id": "b",
            },
          }),
        ],
        live: [
          aLive({
            provider: "outlook",
            fields: {
              "/scopes": ["Mail.Send"],
              "/credentials/client_id": "a",
            },
          }),
        ],
        accounts: new Map([["mail", 14]]),
      }),
    );
    expect(codes(risks)).toEqual([
      "connection.adopted high",
      "credential.changed high",
      "credential.half-changed high",
      "scope.requested warning",
    ]);
    expect(risks[0]?.message).toBe(
      "Exists already, made outside tieline, with 14 connected accounts: what it has is written over: OAuth client.",
    );
  });

  it("is a note where nothing of it changes", () => {
    const { risks } = onlyChange(
      planOf({ desired: [aDesired()], live: [aLive()] }),
    );
    expect(codes(risks)).toEqual(["connection.adopted info"]);
  });
});

describe("secrets", () => {
  const sent = (parts: DesiredParts, input: Partial<AssembleInput> = {}) =>
    onlyChange(planOf({ desired: [aDesired(parts)], ...input })).risks;

  it("of another connection are critical together with a host of the document's choice", () => {
    const [led] = sent({
      fields: { "/settings/token_url": "https://login.evil.example/token" },
      secrets: { "/credentials/client_secret": "secret://salesforce/secret" },
    });
    expect(led).toEqual({
      code: "secret.borrowed-to-host",
      level: "critical",
      message:
        '"secret://salesforce/secret", which is not kept under this connection\'s name, goes to "login.evil.example", as this document says.',
      hosts: ["login.evil.example"],
    });
  });

  it.each([
    "GITHUB_TOKEN",
    "GH_TOKEN",
    "CI_JOB_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "SYSTEM_ACCESSTOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "TIELINE_SECRET_GITHUB_TOKEN",
  ])("that are a pipeline's own are critical: %s", (name) => {
    const risks = sent({
      secrets: { "/credentials/token": `env://${name}` },
    });
    expect(codes(risks)).toEqual(["secret.pipeline critical"]);
  });

  it.each(["TIELINE_SECRET_MAIL", "GITHUB_CLIENT_SECRET", "GOOGLE_ADS_TOKEN"])(
    "that belong to a provider are none of a pipeline's: %s",
    (name) => {
      expect(
        sent({ secrets: { "/credentials/token": `env://${name}` } }),
      ).toEqual([]);
    },
  );

  it("say that a file may only have been encrypted anew where nobody can tell", () => {
    const risks = sent(
      { secrets: { "/credentials/token": "secret://mail/token" } },
      {
        live: [aLive()],
        inventory: anInventory([
          anEntry({
            secrets: {
              "/credentials/token": { appliedAt: "x", cipherDigest: "1" },
            },
          }),
        ]),
      },
    );
    expect(codes(risks)).toEqual(["secret.unknown warning"]);
    expect(risks[0]?.message).toContain("encrypted anew");
  });
});

describe("letters that can pass for others", () => {
  it.each<[string, FieldValues, string]>([
    ["a scope", { "/scopes": ["ch\u0430t:write"] }, "U+0430 Cyrillic"],
    [
      "a scope with nothing to see",
      { "/scopes": ["a\u200b"] },
      "U+200B invisible",
    ],
    [
      "a host",
      { "/settings/token_url": "https://l\u043egin.example" },
      "U+043E Cyrillic",
    ],
    [
      "an encoded host",
      { "/settings/token_url": "https://xn--80ak6aa92e.com" },
      "xn--80ak6aa92e is \u0430\u0440\u0440\u04cf\u0435: U+0430 Cyrillic",
    ],
    [
      "a header",
      { "/settings/auth_header": "\uff21uth" },
      "U+FF21 a form of A",
    ],
    [
      "a request parameter",
      { "/settings/extra_authorize_params": { hd: "\u03b1cme" } },
      "U+03B1 Greek",
    ],
    [
      "a tenant turned around",
      { "/credentials/tenant_id": "a\u202eb" },
      "U+202E invisible",
    ],
  ])("are marked in %s", (_what, desired, mark) => {
    const risks = risksOf({ live: {}, desired });
    const found = risks.find(({ code }) => code === "text.look-alike");
    expect(found?.level).toBe("high");
    expect(found?.message).toContain(mark);
  });

  it("are marked in the sentence that says what the scope or host does", () => {
    const message = (desired: FieldValues, code: string) =>
      risksOf({ live: {}, desired }).find((risk) => risk.code === code)
        ?.message;
    expect(message({ "/scopes": ["ch\u0430t"] }, "scope.added")).toContain(
      "[U+0430 Cyrillic]",
    );
    expect(
      message(
        { "/settings/token_url": "https://l\u043egin.example" },
        "destination.set",
      ),
    ).toContain("[U+043E Cyrillic]");
  });

  it("are marked in a reference that looks like one of the connection's own", () => {
    const { risks } = onlyChange(
      planOf({
        desired: [
          aDesired({
            secrets: { "/credentials/token": "secret://m\u0430il/token" },
          }),
        ],
      }),
    );
    expect(codes(risks)).toEqual([
      "secret.borrowed high",
      "text.look-alike high",
    ]);
  });

  it("are nobody's business in prose and in plain text", () => {
    expect(
      risksOf({
        live: {},
        desired: {
          "/custom_provider/description": "\u041f\u043e\u0447\u0442\u0430",
          "/settings/user_agent": "agent/1",
        },
      }),
    ).toEqual([]);
  });
});

describe("sentences about where credentials go", () => {
  it("say what goes where, for how many accounts, once for all addresses that move alike", () => {
    const [moved] = risksOf({
      live: {
        "/settings/token_url": "https://login.good.example/token",
        "/settings/authorization_url": "https://login.good.example/auth",
      },
      desired: {
        "/settings/token_url": "https://login.evil.example/token",
        "/settings/authorization_url": "https://login.evil.example/auth",
      },
      input: { accounts: new Map([["mail", 140]]) },
    });
    expect(moved).toEqual({
      code: "destination.host-changed",
      level: "critical",
      message:
        'Client secret, sign-in codes and refresh tokens (also sign-ins) of 140 accounts go to "login.evil.example" (new) instead of "login.good.example".',
      hosts: ["login.evil.example"],
    });
  });

  it("begin with no pointer, whatever changes", () => {
    const risks = risksOf({
      live: {
        "/settings/token_url": "https://a.example",
        "/settings/auth_header": "a",
        "/settings/base_headers": { a: "1" },
        "/credentials/tenant_id": "a",
      },
      desired: {
        "/settings/token_url": "https://b.example",
        "/settings/auth_header": "b",
        "/settings/base_headers": {},
        "/credentials/tenant_id": null,
      },
    });
    expect(risks).toHaveLength(4);
    for (const { message } of risks) expect(message).not.toMatch(/\/\w+_\w+/u);
  });
});
