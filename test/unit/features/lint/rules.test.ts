import type { SecretKey } from "../../../../src/environment/secrets/secret-keys.ts";
import { describe, expect, it } from "vitest";
import { LINT_RULES } from "../../../../src/features/lint/rules/index.ts";

import {
  anEnvironment,
  foundIn,
  lintTexts,
  tidy,
} from "../../../support/lint.ts";

type Files = Readonly<Record<string, string>>;

interface Case {
  readonly code: string;
  readonly what: string;
  readonly files: Files;
  /** Findings of the rule; none: the case is one where it must stay silent. */
  readonly finds: readonly string[];
  readonly secrets?: readonly SecretKey[];
}

const DEV = { "environments/dev/environment.yaml": anEnvironment("dev") };
const prod = (...more: string[]): Files => ({
  "environments/prod/environment.yaml": anEnvironment("prod", [
    "production: true",
    ...more,
  ]),
});
const base = (name: string, ...more: string[]): Files => ({
  [`connections/${name}.yaml`]: tidy(name, more),
});
const overlay = (env: string, name: string, ...more: string[]): Files => ({
  [`environments/${env}/connections/${name}.yaml`]: [
    `connection_id: ${name}`,
    ...more,
    "",
  ].join("\n"),
});
const CLIENT = "credentials: {client_id: 1.apps.example}";
const secretAt = (path: string): SecretKey => ({
  file: "environments/dev/secrets.enc.yaml",
  path: path.split("/"),
});
const override = (...more: string[]): string[] => [
  "overrides:",
  "  - guard: PLN108",
  "    connection: mail",
  "    reason: until the review is done",
  ...more.map((line) => `    ${line}`),
];

const CASES: readonly Case[] = [
  {
    code: "LNT001",
    what: "a name with capitals",
    files: { ...DEV, ...base("Gmail_Support") },
    finds: ["connections/Gmail_Support.yaml:1:16"],
  },
  {
    code: "LNT001",
    what: "a name without a purpose",
    files: { ...DEV, ...base("new-connection-2") },
    finds: ["connections/new-connection-2.yaml:1:16"],
  },
  {
    code: "LNT001",
    what: "an ordinary name",
    files: { ...DEV, ...base("gmail-test-mailbox") },
    finds: [],
  },
  {
    code: "LNT002",
    what: "no owner",
    files: {
      ...DEV,
      "connections/mail.yaml": tidy("mail").replace(/owner:.*\n/u, ""),
    },
    finds: ["connections/mail.yaml:1:1"],
  },
  {
    code: "LNT002",
    what: "an owner that only the overlay names",
    files: {
      ...DEV,
      "connections/mail.yaml": tidy("mail").replace(/owner:.*\n/u, ""),
      ...overlay("dev", "mail", "owner: team-support"),
    },
    finds: [],
  },
  {
    code: "LNT003",
    what: "no description",
    files: {
      ...DEV,
      "connections/mail.yaml": tidy("mail").replace(/description:.*\n/u, ""),
    },
    finds: ["connections/mail.yaml:1:1"],
  },
  {
    code: "LNT003",
    what: "a description",
    files: { ...DEV, ...base("mail") },
    finds: [],
  },
  {
    code: "LNT004",
    what: "a description to be written",
    files: {
      ...DEV,
      "connections/mail.yaml": tidy("mail").replace(
        /description:.*/u,
        "description: 'TODO: describe'",
      ),
    },
    finds: ["connections/mail.yaml:4:14"],
  },
  {
    code: "LNT004",
    what: "a description that repeats the name",
    files: {
      ...DEV,
      "connections/mail.yaml": tidy("mail").replace(
        /description:.*/u,
        "description: Mail",
      ),
    },
    finds: ["connections/mail.yaml:4:14"],
  },
  {
    code: "LNT004",
    what: "a description about to-do lists",
    files: {
      ...DEV,
      "connections/mail.yaml": tidy("mail").replace(
        /description:.*/u,
        "description: Todoist tasks, and none of the calendar",
      ),
    },
    finds: [],
  },
  {
    code: "LNT005",
    what: "the same client and scopes in another order",
    files: {
      ...DEV,
      ...base("mail", CLIENT, "scopes: [a, b]"),
      ...base("post", CLIENT, "scopes: [b, a]"),
    },
    finds: ["connections/post.yaml:1:1"],
  },
  {
    code: "LNT005",
    what: "other scopes",
    files: {
      ...DEV,
      ...base("mail", CLIENT, "scopes: [a, b]"),
      ...base("post", CLIENT, "scopes: [a]"),
    },
    finds: [],
  },
  {
    code: "LNT005",
    what: "no client to compare",
    files: {
      ...DEV,
      ...base("mail", "scopes: [a]"),
      ...base("post", "scopes: [a]"),
    },
    finds: [],
  },
  {
    code: "LNT006",
    what: "a connection every environment leaves out",
    files: {
      "environments/dev/environment.yaml": anEnvironment("dev", [
        "connections: {exclude: [post]}",
      ]),
      ...base("mail"),
      ...base("post"),
    },
    finds: ["connections/post.yaml:1:1"],
  },
  {
    code: "LNT006",
    what: "a connection one environment has",
    files: {
      "environments/dev/environment.yaml": anEnvironment("dev", [
        "connections: {exclude: [post]}",
      ]),
      ...prod(),
      ...base("mail"),
      ...base("post"),
    },
    finds: [],
  },
  {
    code: "LNT006",
    what: "an environment that cannot be read",
    files: {
      "environments/dev/environment.yaml": anEnvironment("dev", [
        "connections: {exclude: [post]}",
      ]),
      "environments/odd/environment.yaml": "nonsense: true\n",
      ...base("mail"),
      ...base("post"),
    },
    finds: [],
  },
  {
    code: "LNT007",
    what: "a value nothing refers to",
    files: {
      ...DEV,
      ...base(
        "mail",
        "credentials: {client_secret: secret://mail/client_secret}",
      ),
      "environments/dev/secrets.enc.yaml":
        "mail:\n  client_secret: ENC[x]\nold:\n  api_key: ENC[x]\n",
    },
    secrets: [
      secretAt("mail/client_secret"),
      secretAt("old/api_key"),
      secretAt("_tieline/fingerprint_key"),
    ],
    finds: ["environments/dev/secrets.enc.yaml:4:3"],
  },
  {
    code: "LNT007",
    what: "values that are used",
    files: {
      ...DEV,
      ...base(
        "mail",
        "credentials: {client_secret: secret://mail/client_secret}",
      ),
    },
    secrets: [secretAt("mail/client_secret")],
    finds: [],
  },
  {
    code: "LNT007",
    what: "documents with an error",
    files: { ...DEV, ...base("mail", "nonsense: 1") },
    secrets: [secretAt("old/api_key")],
    finds: [],
  },
  {
    code: "LNT008",
    what: "one secret of two clients",
    files: {
      ...DEV,
      ...base(
        "mail",
        "credentials: {client_id: a, client_secret: secret://x/y}",
      ),
      ...base(
        "post",
        "credentials: {client_id: b, client_secret: secret://x/y}",
      ),
    },
    finds: ["connections/post.yaml:6:44"],
  },
  {
    code: "LNT008",
    what: "one secret of one client",
    files: {
      ...DEV,
      ...base(
        "mail",
        "credentials: {client_id: a, client_secret: secret://x/y}",
      ),
      ...base(
        "post",
        "credentials: {client_id: a, client_secret: secret://x/y}",
      ),
    },
    finds: [],
  },
  {
    code: "LNT009",
    what: "an address of this machine in production",
    files: {
      ...prod(),
      ...base("mail", "settings: {token_url: http://localhost:8080/token}"),
    },
    finds: ["connections/mail.yaml:6:23"],
  },
  {
    code: "LNT009",
    what: "the same elsewhere",
    files: {
      ...DEV,
      ...base("mail", "settings: {token_url: http://localhost:8080/token}"),
    },
    finds: [],
  },
  {
    code: "LNT009",
    what: "an address of the provider",
    files: {
      ...prod(),
      ...base("mail", "settings: {token_url: https://localhost.example/token}"),
    },
    finds: [],
  },
  {
    code: "LNT010",
    what: "punctuation after an address",
    files: {
      ...DEV,
      ...base("mail", "settings: {token_url: 'https://a.example/token,'}"),
    },
    finds: ["connections/mail.yaml:6:23"],
  },
  {
    code: "LNT010",
    what: "a pattern",
    files: {
      ...DEV,
      ...base("mail", "settings: {token_url: 'https://a.example/*/token'}"),
    },
    finds: ["connections/mail.yaml:6:23"],
  },
  {
    code: "LNT010",
    what: "a credential",
    files: {
      ...DEV,
      ...base(
        "mail",
        "settings: {token_url: 'https://a.example/token?api_key=1'}",
      ),
    },
    finds: ["connections/mail.yaml:6:23"],
  },
  {
    code: "LNT010",
    what: "an address with a query and a parameter",
    files: {
      ...DEV,
      ...base(
        "mail",
        "settings: {token_url: 'https://a.example/v2/token?tenant=x', authorization_url: 'https://a.example/auth/'}",
      ),
    },
    finds: [],
  },
  {
    code: "LNT011",
    what: "a scope only production has",
    files: {
      ...DEV,
      ...prod(),
      ...base("mail", "scopes: [a]"),
      ...overlay("prod", "mail", "scopes: [a, b]"),
    },
    finds: ["environments/prod/connections/mail.yaml:2:13"],
  },
  {
    code: "LNT011",
    what: "a connection only production has",
    files: {
      "environments/dev/environment.yaml": anEnvironment("dev", [
        "connections: {exclude: [mail]}",
      ]),
      ...prod(),
      ...base("mail", "scopes: [a]"),
      ...base("post"),
    },
    finds: [],
  },
  {
    code: "LNT011",
    what: "a connection of another provider",
    files: {
      "environments/dev/environment.yaml": anEnvironment("dev"),
      ...prod(),
      "environments/dev/connections/mail.yaml": tidy("mail", ["scopes: [a]"]),
      "environments/prod/connections/mail.yaml": tidy("mail", [
        "scopes: [b]",
      ]).replace("gmail", "slack"),
    },
    finds: [],
  },
  {
    code: "LNT012",
    what: "a scope production does not have",
    files: {
      ...DEV,
      ...prod(),
      ...base("mail", "scopes: [a, b]"),
      ...overlay("prod", "mail", "scopes: [a]"),
    },
    finds: ["connections/mail.yaml:6:13"],
  },
  {
    code: "LNT012",
    what: "the same scopes",
    files: {
      ...DEV,
      ...prod(),
      ...base("mail", "scopes: [a, b]"),
      ...overlay("prod", "mail", "scopes: [b, a]"),
    },
    finds: [],
  },
  {
    code: "LNT013",
    what: "an override that ended yesterday",
    files: { ...prod(...override("until: 2026-11-21")), ...base("mail") },
    finds: ["environments/prod/environment.yaml:8:12"],
  },
  {
    code: "LNT013",
    what: "an override that ends today",
    files: { ...prod(...override("until: 2026-11-22")), ...base("mail") },
    finds: [],
  },
  {
    code: "LNT014",
    what: "an override that ends in two weeks",
    files: { ...prod(...override("until: 2026-12-06")), ...base("mail") },
    finds: ["environments/prod/environment.yaml:8:12"],
  },
  {
    code: "LNT014",
    what: "an override that ends later",
    files: { ...prod(...override("until: 2026-12-07")), ...base("mail") },
    finds: [],
  },
  {
    code: "LNT015",
    what: "an override without an end",
    files: { ...prod(...override()), ...base("mail") },
    finds: ["environments/prod/environment.yaml:5:5"],
  },
  {
    code: "LNT015",
    what: "an override with an end",
    files: { ...prod(...override("until: 2027-03-01")), ...base("mail") },
    finds: [],
  },
  {
    code: "LNT016",
    what: "a repeated member",
    files: {
      ...DEV,
      ...base("mail", "settings: {timeout: 30, prompt: consent}"),
      ...overlay("dev", "mail", "settings:", "  timeout: 30", "  prompt: none"),
    },
    finds: ["environments/dev/connections/mail.yaml:3:3"],
  },
  {
    code: "LNT016",
    what: "a mapping that is repeated as a whole",
    files: {
      ...DEV,
      ...base("mail", "settings: {timeout: 30, prompt: consent}"),
      ...overlay("dev", "mail", "settings:", "  timeout: 30"),
    },
    finds: ["environments/dev/connections/mail.yaml:2:1"],
  },
  {
    code: "LNT016",
    what: "taking away what is not there",
    files: {
      ...DEV,
      ...base("mail"),
      ...overlay("dev", "mail", "rotation: null"),
    },
    finds: ["environments/dev/connections/mail.yaml:2:1"],
  },
  {
    code: "LNT016",
    what: "protection said again, and a list in another order",
    files: {
      ...DEV,
      ...base("mail", "lifecycle: {protected: true}", "scopes: [a, b]"),
      ...overlay(
        "dev",
        "mail",
        "lifecycle: {protected: true}",
        "scopes: [b, a]",
      ),
    },
    finds: [],
  },
  {
    code: "LNT016",
    what: "a document of one environment alone",
    files: { ...DEV, "environments/dev/connections/mail.yaml": tidy("mail") },
    finds: [],
  },
  {
    code: "LNT017",
    what: "a scope listed twice",
    files: { ...DEV, ...base("mail", "scopes: [a, b, a]") },
    finds: ["connections/mail.yaml:6:16"],
  },
  {
    code: "LNT017",
    what: "different scopes",
    files: { ...DEV, ...base("mail", "scopes: [a, b, A]") },
    finds: [],
  },
  {
    code: "LNT018",
    what: "production that prunes",
    files: { ...prod("prune: true"), ...base("mail") },
    finds: ["connections/mail.yaml:1:1"],
  },
  {
    code: "LNT018",
    what: "production that keeps",
    files: { ...prod("prune: false"), ...base("mail") },
    finds: [],
  },
  {
    code: "LNT018",
    what: "a protected connection",
    files: {
      ...prod("prune: true"),
      ...base("mail", "lifecycle: {protected: true}"),
    },
    finds: [],
  },
];

describe("lint rules", () => {
  it.each(CASES)("$code: $what", async ({ code, files, finds, secrets }) => {
    const report = await lintTexts(files, { only: new Set([code]) }, secrets);
    expect(foundIn(report).filter((found) => found.startsWith(code))).toEqual(
      finds.map((place) => `${code} ${place}`),
    );
  });

  it("each have a case in which they speak and one in which they do not", () => {
    for (const { code } of LINT_RULES) {
      const cases = CASES.filter((each) => each.code === code);
      expect(
        cases.some(({ finds }) => finds.length > 0),
        code,
      ).toBe(true);
      expect(
        cases.some(({ finds }) => finds.length === 0),
        code,
      ).toBe(true);
    }
  });

  it("say nothing about a tidy configuration", async () => {
    const report = await lintTexts({
      ...DEV,
      ...prod(),
      ...base("mail", CLIENT, "scopes: [a]"),
    });
    expect(report.diagnostics).toEqual([]);
  });

  it("take little time for files full of what they look for", async () => {
    const labels = Array.from(
      { length: 12_000 },
      (_, n) => `  l${String(n)}: x`,
    );
    const scopes = Array.from({ length: 500 }, () => "  - a");
    const before = performance.now();
    await lintTexts({
      ...DEV,
      ...base("mail", "labels:", ...labels, "scopes:", ...scopes),
      ...overlay("dev", "mail", "labels:", "  other: y", ...labels),
    });
    expect(performance.now() - before).toBeLessThan(10_000);
  });

  it("say what several environments share once", async () => {
    const report = await lintTexts({
      ...DEV,
      ...prod(),
      "connections/mail.yaml": tidy("mail").replace(/owner:.*\n/u, ""),
    });
    expect(foundIn(report)).toEqual(["LNT002 connections/mail.yaml:1:1"]);
  });

  it("look at the environments that were asked about, and compare with the others", async () => {
    const files = {
      ...DEV,
      ...prod("prune: true"),
      ...base("mail", "scopes: [a, b]"),
      ...overlay("prod", "mail", "scopes: [b, c]"),
    };
    expect(foundIn(await lintTexts(files, { names: ["dev"] }))).toEqual([
      "LNT012 connections/mail.yaml:6:10",
    ]);
    expect(foundIn(await lintTexts(files, { names: ["prod"] }))).toEqual([
      "LNT018 connections/mail.yaml:1:1",
      "LNT011 environments/prod/connections/mail.yaml:2:13",
    ]);
  });

  it("come after errors of validation, and look at what is left", async () => {
    const report = await lintTexts({
      ...DEV,
      "connections/bad.yaml": "provider: [\n",
      "connections/mail.yaml": tidy("mail").replace(/owner:.*\n/u, ""),
    });
    expect(foundIn(report)[0]).toMatch(/^CFG001 /u);
    expect(foundIn(report)).toContain("LNT002 connections/mail.yaml:1:1");
  });

  it("weigh what they are told to", async () => {
    const files = {
      ...DEV,
      "connections/mail.yaml": tidy("mail").replace(/owner:.*\n/u, ""),
    };
    const louder = await lintTexts(files, {
      levels: new Map([["LNT002", "error"]]),
    });
    expect(louder.diagnostics.map(({ severity }) => severity)).toEqual([
      "error",
    ]);
    const silent = await lintTexts(files, {
      levels: new Map([["LNT002", "off"]]),
    });
    expect(silent.diagnostics).toEqual([]);
  });
});
