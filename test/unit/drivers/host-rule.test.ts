import { describe, expect, it } from "vitest";
import { checkTarget } from "../../../src/drivers/host-rule.ts";

const ALLOWED: readonly (readonly [string, Record<string, string>])[] = [
  ["https://acme.scalekit.com", {}],
  ["https://acme.scalekit.dev/", {}],
  ["https://eu.acme.scalekit.cloud", {}],
  ["https://ACME.scalekit.com", {}],
  ["http://127.0.0.1:8080", { TIELINE_ALLOWED_HOSTS: "127.0.0.1:8080" }],
  [
    "http://localhost:3000",
    { TIELINE_ALLOWED_HOSTS: "a.example,localhost:3000" },
  ],
  ["http://[::1]:3000", { SCALEKIT_ENVIRONMENT_URL: "http://[::1]:3000" }],
  [
    "https://auth.acme.example",
    { SCALEKIT_ENVIRONMENT_URL: "https://auth.acme.example" },
  ],
  ["https://auth.acme.example", { TIELINE_ALLOWED_HOSTS: "auth.acme.example" }],
  [
    "https://auth.acme.example:8443",
    { TIELINE_ALLOWED_HOSTS: "other.example, auth.acme.example:8443" },
  ],
  [
    "https://acme.scalekit.com",
    { SCALEKIT_ENVIRONMENT_URL: "https://acme.scalekit.com/" },
  ],
  ["https://acme.scalekit.com", { SCALEKIT_ENV_URL: "" }],
];

const REFUSED: readonly (readonly [string, Record<string, string>, RegExp])[] =
  [
    ["http://acme.scalekit.com", {}, /not https/u],
    ["ftp://acme.scalekit.com", {}, /https address/u],
    ["acme.scalekit.com", {}, /https address/u],
    ["", {}, /https address/u],
    ["https://", {}, /https address/u],
    ["https://scalekit.com.evil.example", {}, /neither/u],
    ["https://evilscalekit.com", {}, /neither/u],
    ["https://scalekit.com", {}, /neither/u],
    ["https://acme.scalekit.com.", {}, /dot/u],
    ["https://acme.scalekit.com:8443", {}, /neither/u],
    ["https://user@acme.scalekit.com", {}, /user name/u],
    ["https://user:pw@acme.scalekit.com", {}, /user name/u],
    ["https://acme.scalekit.com@evil.example", {}, /user name/u],
    ["https://acme.scalekit.com\\@evil.example", {}, /user name/u],
    ["https://evil.example\\.scalekit.com", {}, /ambiguous/u],
    ["https://acme%2escalekit.com", {}, /ambiguous/u],
    ["https://аcme.scalekit.com", {}, /ASCII/u],
    ["https://xn--cme-7cd.scalekit.com", {}, /ASCII/u],
    ["https://acme。scalekit。com", {}, /ASCII/u],
    [" https://acme.scalekit.com", {}, /ASCII/u],
    ["https://acme.scalekit.com/path", {}, /more than/u],
    ["https://acme.scalekit.com?x=1", {}, /more than/u],
    ["https://acme.scalekit.com/?", {}, /more than/u],
    ["https://acme.scalekit.com#x", {}, /more than/u],
    ["https://10.0.0.1", {}, /IP address/u],
    ["https://169.254.169.254", {}, /IP address/u],
    ["https://[fd00::1]", {}, /IP address/u],
    ["https://10.0.0.1", { TIELINE_ALLOWED_HOSTS: "10.0.0.1" }, /IP address/u],
    ["https://evil.example", { TIELINE_ALLOWED_HOSTS: "*" }, /neither/u],
    [
      "https://a.allowed.example",
      { TIELINE_ALLOWED_HOSTS: "allowed.example" },
      /neither/u,
    ],
    [
      "https://other.scalekit.com",
      { SCALEKIT_ENVIRONMENT_URL: "https://acme.scalekit.com" },
      /binds/u,
    ],
    [
      "https://other.scalekit.com",
      { SCALEKIT_ENV_URL: "https://acme.scalekit.com" },
      /binds/u,
    ],
    [
      "http://127.0.0.1:9",
      { SCALEKIT_ENV_URL: "https://acme.scalekit.com" },
      /binds/u,
    ],
    ["https://acme.scalekit.com", { SCALEKIT_ENV_URL: "acme" }, /binds/u],
    ["http://127.0.0.1:9", {}, /only a document/u],
    ["http://localhost", {}, /only a document/u],
    ["https://[::1]:9", {}, /only a document/u],
    ["http://127.8.7.6:9", {}, /only a document/u],
    [
      "http://127.0.0.1:9",
      { TIELINE_ALLOWED_HOSTS: "127.0.0.1:8,127.0.0.1" },
      /only a document/u,
    ],
    [
      "https://10.0.0.1",
      { SCALEKIT_ENVIRONMENT_URL: "https://10.0.0.1" },
      /IP address/u,
    ],
  ];

describe("host rule", () => {
  it.each(ALLOWED)("lets credentials go to %s with %j", (target, env) => {
    expect(checkTarget(target, { isEmbedded: false, env })).toBeUndefined();
  });

  it.each(REFUSED)("refuses %s with %j", (target, env, reason) => {
    const refusal = checkTarget(target, { isEmbedded: false, env });
    expect(refusal?.reason).toMatch(reason);
    expect(refusal?.fix).not.toBe("");
  });

  it("does not bind the embedded API to a host of the surroundings", () => {
    const env = { SCALEKIT_ENV_URL: "https://acme.scalekit.com" };
    expect(
      checkTarget("http://127.0.0.1:9", { isEmbedded: true, env }),
    ).toBeUndefined();
  });

  it("takes a target on this machine from the command line, and credentials that protect nothing", () => {
    const check = (context: object): unknown =>
      checkTarget("http://127.0.0.1:9", {
        isEmbedded: false,
        env: {},
        ...context,
      });
    expect(check({})).toBeDefined();
    expect(check({ isChosen: true })).toBeUndefined();
    expect(check({ isDemo: true })).toBeUndefined();
    // Neither opens another host.
    for (const context of [{ isChosen: true }, { isDemo: true }])
      expect(
        checkTarget("https://evil.example", {
          isEmbedded: false,
          env: {},
          ...context,
        })?.reason,
      ).toMatch(/neither/u);
  });

  it("binds a token by a variable of its own", () => {
    const env = {
      SCALEKIT_ENV_URL: "https://acme.scalekit.com",
      TIELINE_API_URL: "https://api.scalekit.com",
    };
    const check = (target: string): string | undefined =>
      checkTarget(target, {
        isEmbedded: false,
        env,
        boundBy: ["TIELINE_API_URL"],
      })?.reason;
    expect(check("https://api.scalekit.com")).toBeUndefined();
    expect(check("https://acme.scalekit.com")).toMatch(/binds/u);
  });
});
