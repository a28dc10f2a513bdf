import { describe, expect, it } from "vitest";
import { CONNECTION_CHECKS } from "../../../../src/features/checks/connection-checks.ts";
import type { CheckSubject } from "../../../../src/features/checks/connection-checks.ts";
import type { LiveConnection } from "../../../../src/domain/connection.ts";
import type { FieldValues } from "../../../../src/domain/connection.ts";
import { aDesired } from "../../../support/engine-builders.ts";

const LIVE: LiveConnection = {
  key: "mail",
  remoteId: "conn_1",
  provider: "gmail",
  authType: "oauth2",
  status: "COMPLETED",
  isEnabled: true,
  fields: {
    "/scopes": ["read"],
    "/settings/token_url": "https://accounts.example/token",
  },
  computed: { "/credentials/redirect_uri": "https://acme.example/callback" },
  observed: {},
};

interface Subject {
  readonly declared?: FieldValues;
  readonly expected?: FieldValues;
  readonly live?: Partial<LiveConnection>;
  readonly accounts?: readonly string[] | "unknown";
}

/** Result of one check, as `ok`, `bad` or `unknown`; `none` when it does not apply. */
function outcome(check: string, subject: Subject = {}): string {
  const { accounts = ["ACTIVE"] } = subject;
  const given: CheckSubject = {
    desired: {
      ...aDesired({
        key: "mail",
        provider: "gmail",
        authType: "oauth2",
        fields: subject.declared ?? { "/scopes": ["read"] },
      }),
      expected: subject.expected ?? {},
    },
    live: { ...LIVE, ...subject.live },
    accounts:
      accounts === "unknown"
        ? accounts
        : accounts.map((status, index) => ({
            idHash: `sha256:${String(index)}`,
            status,
            updatedAt: null,
            lastUsedAt: null,
          })),
  };
  const results = CONNECTION_CHECKS.flatMap((each) => each(given));
  for (const each of results)
    if (each.result === "bad") expect(each.fix).toBeDefined();
  return results.find((each) => each.check === check)?.result ?? "none";
}

const REDIRECT = "/credentials/redirect_uri";

const TABLE: readonly (readonly [string, string, Subject, string])[] = [
  ["identity", "agrees", {}, "ok"],
  ["identity", "another provider", { live: { provider: "slack" } }, "bad"],
  ["identity", "another auth type", { live: { authType: "basic" } }, "bad"],
  ["enabled", "on, as declared", { declared: { "/state": "active" } }, "ok"],
  [
    "enabled",
    "off, declared active",
    { declared: { "/state": "active" }, live: { isEnabled: false } },
    "bad",
  ],
  [
    "enabled",
    "on, declared inactive",
    { declared: { "/state": "inactive" } },
    "bad",
  ],
  [
    "enabled",
    "off, nothing declared",
    { live: { isEnabled: false } },
    "unknown",
  ],
  ["status", "complete", {}, "ok"],
  ["status", "in progress", { live: { status: "IN_PROGRESS" } }, "bad"],
  [
    "status",
    "error of the older dialect",
    { live: { status: "error" } },
    "bad",
  ],
  ["status", "testing", { live: { status: "testing" } }, "unknown"],
  [
    "status",
    "draft, as declared",
    {
      declared: { "/state": "draft" },
      live: { status: "draft", isEnabled: false },
    },
    "ok",
  ],
  ["scopes", "equal", {}, "ok"],
  ["scopes", "missing", { declared: { "/scopes": ["read", "send"] } }, "bad"],
  [
    "scopes",
    "too many",
    { live: { fields: { "/scopes": ["read", "x"] } } },
    "bad",
  ],
  ["scopes", "not declared", { declared: {} }, "none"],
  ["endpoints", "https", {}, "ok"],
  [
    "endpoints",
    "plain http",
    { live: { fields: { "/settings/token_url": "http://a.example/t" } } },
    "bad",
  ],
  [
    "endpoints",
    "a fragment",
    {
      live: { fields: { "/settings/auth_endpoint": "https://a.example/t#x" } },
    },
    "bad",
  ],
  ["endpoints", "none shown", { live: { fields: {} } }, "none"],
  [
    "redirect_uri",
    "as declared",
    { expected: { [REDIRECT]: "https://acme.example/callback" } },
    "ok",
  ],
  [
    "redirect_uri",
    "another",
    { expected: { [REDIRECT]: "https://else.example/callback" } },
    "bad",
  ],
  ["redirect_uri", "not declared", {}, "unknown"],
  ["redirect_uri", "not there", { live: { computed: {} } }, "none"],
  ["accounts", "some work", { accounts: ["ACTIVE", "EXPIRED"] }, "ok"],
  ["accounts", "none works", { accounts: ["EXPIRED", "DISCONNECTED"] }, "bad"],
  ["accounts", "none yet", { accounts: [] }, "unknown"],
  ["accounts", "not shown", { accounts: "unknown" }, "unknown"],
];

describe("checks of a connection", () => {
  it.each(TABLE)("%s: %s", (check, _title, subject, expected) => {
    expect(outcome(check, subject)).toBe(expected);
  });
});
