import { describe, expect, it } from "vitest";
import { checkSharedDocuments } from "../../../../src/documents/layers/base-documents.ts";
import { resolveEnvironment } from "../../../../src/documents/layers/resolve.ts";
import {
  fileStemOf,
  markedStem,
} from "../../../../src/documents/read/file-stem.ts";
import { urlProblem } from "../../../../src/documents/check/url-rules.ts";
import {
  aFile,
  aFolder,
  connectionText,
  placesOf,
  resolveTexts,
} from "../../../support/documents.ts";

const NO_FILES = { exists: false, files: [], refused: [] };

function codesOf(more: string): string[] {
  return resolveTexts({
    base: { "c.yaml": connectionText("c", more) },
  }).diagnostics.map(({ code }) => code);
}

describe("the schema", () => {
  it.each([
    ["clientID: x\n", "SCH001", '"client_id" belongs under "credentials"'],
    ["credentials: {clientId: x}\n", "SCH001", 'did you mean "client_id"?'],
    ["settings: {retry_policy: {}}\n", "SCH001", 'did you mean "retry"?'],
    ["settings: {retry: {atempts: 3}}\n", "SCH001", 'did you mean "attempts"?'],
    ['settings: {timeout: "30"}\n', "SCH002", "a whole number"],
    ["settings: {pkce: yes}\n", "SCH002", "true or false"],
    ["state: actve\n", "SCH002", 'did you mean "active"?'],
    ["rotation: {every: 90 days}\n", "SCH002", "such as 90d"],
    ["credentials: {base_url: nowhere}\n", "SCH002", "an address"],
    ["scopes: a b,c\n", "SCH002", "a list"],
    ["scopes: [a b]\n", "SCH002", "without spaces"],
    [
      "settings: {extra_authorize_params: {Redirect_URI: https://a.example}}\n",
      "SCH002",
      "reserved",
    ],
    ["settings: {custom_scope_name: state}\n", "SCH002", "reserved"],
    [
      "settings: {extra_authorize_params: {redirect%5Furi: x}}\n",
      "SCH002",
      "form of such names",
    ],
    ["settings: {timeout: 0}\n", "SCH002", "at least 1"],
    [
      "custom_provider: {display_name: A}\n",
      "SCH006",
      '"auth_patterns" is missing',
    ],
  ])("says for %j one thing: %s", (more, code, words) => {
    const { diagnostics } = resolveTexts({
      base: { "c.yaml": connectionText("c", more) },
    });
    expect(diagnostics.map((one) => one.code)).toEqual([code]);
    expect(diagnostics[0]?.message).toContain(words);
    expect(diagnostics[0]).toMatchObject({
      location: { file: "connections/c.yaml", line: 4, layer: "base" },
    });
    expect(diagnostics[0]?.fix).toBeTruthy();
    expect(diagnostics[0]?.why).toBeTruthy();
  });

  it("suggests the auth type people mean", () => {
    const { diagnostics } = resolveTexts({
      base: {
        "c.yaml": "connection_id: c\nprovider: gmail\nauth_type: OAuth 2.0\n",
      },
    });
    expect(diagnostics[0]?.fix).toBe('write "oauth2"');
  });

  it("blames the layer that made the mistake", () => {
    const { diagnostics } = resolveTexts({
      base: { "c.yaml": connectionText("c") },
      overlays: { "c.yaml": "settings:\n  timeout: soon\n" },
    });
    expect(placesOf(diagnostics)).toEqual([
      "SCH002 environments/dev/connections/c.yaml:2:12",
    ]);
  });

  it("reports all problems of all files in one run, sorted by place", () => {
    const { diagnostics } = resolveTexts({
      base: {
        "a.yaml": connectionText("a", "x: 1\ny: 2\n"),
        "b.yaml": "a: [\n",
      },
      overlays: { "a.yaml": "z: 1\n" },
      environment: "limits: {concurrency: 0}\n",
    });
    expect(placesOf(diagnostics)).toEqual([
      "SCH001 connections/a.yaml:4:1",
      "SCH001 connections/a.yaml:5:1",
      "CFG001 connections/b.yaml:2:1",
      "SCH001 environments/dev/connections/a.yaml:1:1",
      "SCH002 environments/dev/environment.yaml:3:23",
    ]);
  });
});

describe("rules beyond the schema", () => {
  it.each([
    [
      "settings: {auth_endpoint: https://a.example, authorization_url: https://b.example}\n",
      "CFG025",
    ],
    ["settings: {token_url: http://a.example}\n", "CFG026"],
    ["settings: {token_url: https://u:p@a.example}\n", "CFG026"],
    ["lifecycle: {ignore: [/settings/timout]}\n", "CFG027"],
    ["lifecycle: {ignore: [/description]}\n", "CFG027"],
    ["lifecycle: {varies: [setings.timeout]}\n", "CFG027"],
    ["template: google-workspaces\n", "CFG028"],
    ["lifecycle: {overlays: {only: [setings.timeout]}}\n", "CFG027"],
    [
      "custom_provider: {display_name: Gmail, auth_patterns: [{type: BASIC}]}\n",
      "CFG024",
    ],
  ])("%j is %s", (more, code) => {
    expect(codesOf(more)).toEqual([code]);
  });

  it.each([
    [
      "equal spellings",
      "settings: {auth_endpoint: https://a.example, authorization_url: https://a.example}\n",
    ],
    ["http on this machine", "settings: {token_url: http://127.0.0.1:9/x}\n"],
    ["a known field to ignore", "lifecycle: {ignore: [/settings/timeout]}\n"],
  ])("%s passes", (_, more) => {
    expect(codesOf(more)).toEqual([]);
  });

  it.each([
    "ftp://a.example",
    "https://a.example\\@b.example",
    "https://ex\u0430mple.com",
    "https://a b.example",
    "//a.example",
    "http://a.example",
    "https://@a.example",
    "javascript:alert(1)",
    "https://",
    "https://{tenant}.a.example/token",
    "https://a.example/{tenant}/token",
    "https://a.example/?t={tenant}",
    "https://%7Btenant%7D.a.example/token",
    "https://<tenant>.a.example/",
    "https://YOUR_DOMAIN.a.example/token",
    "https://a.example/your-tenant-id/token",
    "https://a.example/$TENANT/token",
    "https://a.example/:tenant/token",
    "https://changeme.a.example/",
    "https://0x7f.1/",
    "https://2130706433/",
    "https://a..example/",
    "https://*.a.example/",
    `https://${"a".repeat(60)}.${"b".repeat(200)}.example/`,
    "https://a.example/x/../y",
    "https://a.example/x/%2e%2E/y",
  ])("the address %j is refused", (address) => {
    expect(urlProblem(address)).toBeTruthy();
  });

  it("names the letters of a host that can look like others", () => {
    expect(urlProblem("https://ex\u0430mple.com")).toContain("U+0430 Cyrillic");
  });

  it.each([
    "https://a.example/x?y=z",
    "https://{{domain}}/api",
    "http://localhost:3000",
    "http://[::1]:3",
    "https://acme--uat.sandbox.my.salesforce.com/services/oauth2/token",
    "https://{{account}}.suitetalk.api.netsuite.com/services/rest",
    "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
    "https://xy12345.eu-central-1.snowflakecomputing.com:8443/a.b/c...d",
    "https://your.example/x",
    "https://A.example./x",
    "https://[2001:db8::1]/x",
    "https://xn--bcher-kva.example/",
    "https://a_b.example/{{path}}",
  ])("the address %j is accepted", (address) => {
    expect(urlProblem(address)).toBeUndefined();
  });
});

describe("custom providers", () => {
  const pattern = (more: string): string[] =>
    resolveTexts({
      base: {
        "a.yaml": `connection_id: a\nprovider: acme\nauth_type: custom\ncustom_provider:\n  display_name: Acme\n  auth_patterns:\n    - type: OAUTH\n      ${more}\n`,
      },
    }).diagnostics.map(
      ({ code, severity, message }) =>
        `${severity} ${code} ${/did you mean "([^"]+)"/u.exec(message)?.[1] ?? ""}`,
    );

  it.each([
    ["oauth_config: {authorization_url: https://a.example/}", "authorize_uri"],
    ["oauth_config: {token_url: https://a.example/}", "token_uri"],
    ["oauth_config: {user_info_url: https://a.example/}", "user_info_uri"],
    ["oauth_config: {pkce: true}", "pkce_enabled"],
    ["oauth_config: {tokn_uri: https://a.example/}", "token_uri"],
    ["oauth_config: {userinfo_uri: https://a.example/}", "user_info_uri"],
    ["account_fields: [{field_nme: host}]", "field_name"],
    ["account_fields: [{field_name: a, lable: Host}]", "label"],
    ["auth_field_mutations: {tokn: {prefix: x}}", "token"],
    ["auth_field_mutations: {token: {prefx: x}}", "prefix"],
    ["auth_heder_key_override: X-Key", "auth_header_key_override"],
  ])("%s: the documented name is said", (more, name) => {
    expect(pattern(more)).toContain(`error SCH001 ${name}`);
  });

  it("have endpoints that are addresses, whatever their name", () => {
    expect(pattern("oauth_config: {revoke_uri: https://a.example/}")).toEqual([
      "note SCH001 ",
    ]);
    expect(pattern("oauth_config: {revoke_uri: http://a.example/}")).toEqual([
      "error CFG026 ",
      "note SCH001 ",
    ]);
    expect(pattern("oauth_config: {client_secret: hunter2}")).toEqual([
      "error SCH001 ",
    ]);
  });

  const declared =
    "connection_id: a\nprovider: acme_x\nauth_type: custom\ncustom_provider: {display_name: Acme X, auth_patterns: [{type: BASIC}]}\n";
  const user = "connection_id: b\nprovider: acme_x\nauth_type: custom\n";

  it("are declared once and named elsewhere", () => {
    expect(
      resolveTexts({ base: { "a.yaml": declared, "b.yaml": user } })
        .diagnostics,
    ).toEqual([]);
  });

  it("must be declared, must be named by their slug, and must not differ", () => {
    expect(
      resolveTexts({ base: { "b.yaml": user } }).diagnostics.map(
        ({ code }) => code,
      ),
    ).toEqual(["CFG024"]);
    expect(
      resolveTexts({ base: { "a.yaml": declared.replace("acme_x", "acme_y") } })
        .diagnostics[0]?.fix,
    ).toContain("acme_x");
    const other = `${user}custom_provider: {display_name: Acme X, auth_patterns: [{type: BEARER}]}\n`;
    expect(
      placesOf(
        resolveTexts({ base: { "a.yaml": declared, "b.yaml": other } })
          .diagnostics,
      ),
    ).toEqual(["CFG024 connections/b.yaml:4:1"]);
  });
});

describe("names", () => {
  it("are unique; both places are told", () => {
    const { diagnostics } = resolveTexts({
      base: { "a.yaml": connectionText("a"), "a.yml": connectionText("a") },
    });
    expect(placesOf(diagnostics)).toEqual(["CFG009 connections/a.yml:1:16"]);
    expect(diagnostics[0]?.message).toContain("connections/a.yaml:1:16");
  });

  it("that differ from the file's are a warning", () => {
    const { diagnostics, connections } = resolveTexts({
      base: { "b.yaml": connectionText("a") },
    });
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
      ["CFG010", "warning"],
    ]);
    expect(connections).toHaveLength(1);
  });

  it.each([
    ["Gmail", "Gmail.yaml"],
    ["a:b", `${fileStemOf("a:b")}.yaml`],
    ["con", `${fileStemOf("con")}.yaml`],
  ])("that a file cannot have are not asked for: %s", (name, best) => {
    const marked = `${markedStem(fileStemOf(name), name)}.yaml`;
    for (const file of new Set([best, marked]))
      expect(
        resolveTexts({ base: { [file]: connectionText(`"${name}"`) } })
          .diagnostics,
      ).toEqual([]);
    const { diagnostics } = resolveTexts({
      base: { "other.yaml": connectionText(`"${name}"`) },
    });
    expect(diagnostics[0]?.fix).toContain(best);
  });

  it("that differ in case only are told apart by the advice", () => {
    const { diagnostics } = resolveTexts({
      base: {
        "gmail.yaml": connectionText("gmail"),
        "x.yaml": connectionText("Gmail"),
      },
    });
    expect(diagnostics[0]?.fix).toContain(markedStem("Gmail", "Gmail"));
  });

  it("may be several to a file, and JSON files are documents too", () => {
    const base = {
      "all.yaml": `${connectionText("a")}---\n${connectionText("b")}`,
      "c.json": '{"connection_id":"c","provider":"gmail","auth_type":"oauth2"}',
    };
    expect(resolveTexts({ base }).connections.map(({ key }) => key)).toEqual([
      "a",
      "b",
      "c",
    ]);
  });
});

describe("the environment file", () => {
  const resolve = (text: string | null, name = "dev") =>
    resolveEnvironment({
      name,
      environmentFile:
        text === null
          ? null
          : aFile(`environments/${name}/environment.yaml`, text),
      base: aFolder("connections", { "c.yaml": connectionText("c") }),
      overlays: NO_FILES,
      templates: NO_FILES,
      env: {},
    });

  it("gets every default", () => {
    const { rules } = resolve(
      "environment: dev\ntarget: https://x.example/\nlimits: {timeout: 1.5, plan_expires_after: 2}\n",
    );
    expect(rules).toMatchObject({
      target: "https://x.example",
      driver: "scalekit",
      isProduction: false,
      prunes: false,
      unrepresentable: "error",
      secretFiles: ["environments/dev/secrets.enc.yaml"],
      demoKeyFile: null,
      limits: {
        concurrency: 8,
        timeoutMs: 1500,
        planExpiresAfterMs: 120_000,
        maxAffectedAccounts: null,
      },
    });
  });

  it.each([
    ["environment: prod\ntarget: 'embedded:'\n", "CFG029"],
    ["environment: dev\ntarget: http://api.example\n", "CFG029"],
    [
      "environment: dev\ntarget: https://api.example\nsecrets: {demo_key_file: k}\n",
      "CFG029",
    ],
    [
      "environment: dev\ntarget: 'embedded:'\nsecrets: {files: [../x]}\n",
      "CFG029",
    ],
    [
      "environment: dev\ntarget: 'embedded:'\nscope_ceiling: ['tier:readonly']\n",
      "CFG029",
    ],
    [
      "environment: dev\ntarget: 'embedded:'\nscope_ceiling: ['a', 'tier:']\n",
      "CFG029",
    ],
    ["environment: dev\n", "SCH006"],
    ["environment: dev\ntarget: 'embedded:'\nprod: true\n", "SCH001"],
    ["[]", "CFG001"],
  ])("%j is refused: %s", (text, code) => {
    const { diagnostics, rules } = resolve(text);
    expect(diagnostics.map((one) => one.code)).toEqual([code]);
    expect(rules).toBeNull();
  });

  it("that is missing is an error", () => {
    expect(resolve(null, "dev").diagnostics[0]?.message).toContain(
      "no environment.yaml",
    );
  });
});

describe("documents nobody uses", () => {
  it("are checked, except for what only an environment can tell", () => {
    const base = aFolder("connections", {
      "a.yaml": "connection_id: a\nsettings: {timeout: var://t}\nfoo: 1\n",
      "b.yaml": "x: [\n",
    });
    expect(
      placesOf(checkSharedDocuments({ base, templates: NO_FILES }, [])),
    ).toEqual([
      "SCH001 connections/a.yaml:3:1",
      "CFG001 connections/b.yaml:2:1",
    ]);
  });

  it("and refused files are reported with their reason", () => {
    const base = {
      exists: true,
      files: [],
      refused: [
        {
          path: "connections/x.yaml",
          reason: "outside",
          detail: "it is a link that leads outside the project",
        } as const,
      ],
    };
    expect(
      placesOf(checkSharedDocuments({ base, templates: NO_FILES }, [])),
    ).toEqual(["CFG002 connections/x.yaml:1:1"]);
  });
});
