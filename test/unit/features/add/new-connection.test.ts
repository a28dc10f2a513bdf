import { describe, expect, it } from "vitest";
import { AppError } from "../../../../src/domain/problem/error.ts";
import { checkAddition } from "../../../../src/features/add/check.ts";
import { addition } from "../../../../src/features/add/document.ts";
import {
  checkedName,
  completeWish,
  type Wish,
} from "../../../../src/features/add/new-connection.ts";
import { describeProvider } from "../../../../src/features/catalogue/catalogue.ts";
import { loadCatalogue } from "../../../../src/features/catalogue/catalogue-json.ts";
import { openOfflineChecks } from "../../../../src/environment/api/offline.ts";
import { formatFile } from "../../../../src/documents/format/format.ts";
import { textSource } from "../../../support/text-source.ts";

const catalogue = await loadCatalogue();
const ENVIRONMENT = {
  "environments/dev/environment.yaml":
    'environment: dev\ntarget: "embedded:"\n',
};

function wish(more: Partial<Wish> = {}): Wish {
  return { usesPlatformClient: false, scopes: [], ...more };
}

function written(provider: string, more: Partial<Wish> = {}, schema?: string) {
  const card = describeProvider(catalogue, provider);
  return addition(completeWish(wish(more), card), card, schema);
}

function code(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
  return undefined;
}

function fixOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error.fix ?? "";
  }
  return "";
}

async function checked(
  files: Readonly<Record<string, string>>,
  provider: string,
  more: Partial<Wish>,
): Promise<unknown> {
  const source = textSource({ ...ENVIRONMENT, ...files });
  const added = written(provider, more);
  try {
    return await checkAddition(source, added, {}, openOfflineChecks(source));
  } catch (error) {
    return error;
  }
}

describe("a new connection", () => {
  it("is a commented file with references in place of secrets", () => {
    const { change } = written(
      "gmail",
      {
        name: "gmail-support",
        clientId: "1234.apps.example",
        scopes: ["https://www.googleapis.com/auth/gmail.send"],
        owner: "team-support",
        description: "Sends replies",
      },
      "../schemas/connection.schema.json",
    );
    expect(change).toMatchObject({
      path: "connections/gmail-support.yaml",
      before: null,
    });
    expect(change.after).toMatchInlineSnapshot(`
      "# yaml-language-server: $schema=../schemas/connection.schema.json
      # Gmail. What its connections need: tieline catalog show gmail
      # Absent means "not managed", null means "must be empty", a value means "must be this".
      connection_id: gmail-support # the connection name your code asks for
      provider: gmail
      auth_type: oauth2
      description: Sends replies
      owner: team-support
      credentials:
        # redirect_uri is made by the platform at the first apply; its dashboard shows it. Enter it at the OAuth client.
        client_id: 1234.apps.example # of your OAuth client at Gmail
        client_secret: secret://gmail-support/client_secret # a reference; store the value: tieline secrets set <environment> gmail-support/client_secret
      scopes:
        - https://www.googleapis.com/auth/gmail.send # sensitive: send mail as the user
      settings:
        access_type: offline # Google lets accounts outlive their first token only with it
      "
    `);
  });

  it("asks for the scope that keeps accounts alive beside those asked for", () => {
    expect(
      written("outlook", { clientId: "a", scopes: ["Mail.Read"] }).change.after,
    ).toMatch(/- Mail\.Read #.*\n {2}- offline_access # /u);
  });

  it("takes the client that the platform lends where nobody brings one", () => {
    expect(written("gmail").change.after).toContain("use_platform_creds: true");
  });

  it("needs neither client nor credentials where the platform registers one", () => {
    expect(written("notionmcp").change.after).not.toContain("\ncredentials:");
  });

  it("of one environment goes into the environment's folder", () => {
    expect(
      written("notionmcp", { name: "n", environment: "dev" }).change.path,
    ).toBe("environments/dev/connections/n.yaml");
  });

  it("leaves to its template what the template gives", () => {
    const { path, after } = written("slack", {
      clientId: "a",
      template: "slack",
    }).change;
    expect(after).toContain("template: slack # ");
    expect(after).not.toContain("scopes:");
    const bytes = new TextEncoder().encode(after ?? "");
    expect(
      formatFile({ path, bytes }, { kind: "connection", layer: "base" }),
    ).toMatchObject({ kind: "formatted", after });
  });
});

describe("a wish that cannot be met", () => {
  const slack = describeProvider(catalogue, "slack");
  const freshdesk = describeProvider(catalogue, "freshdesk");

  it.each([
    ["no client where one is needed", slack, {}, "CLI001"],
    ["another auth type", slack, { authType: "api_key" }, "CLI050"],
    ["a client without OAuth", freshdesk, { clientId: "a" }, "CLI001"],
    ["scopes without OAuth", freshdesk, { scopes: ["a"] }, "CLI001"],
    [
      "two clients",
      slack,
      { clientId: "a", usesPlatformClient: true },
      "CLI001",
    ],
    ["a name that is a path", freshdesk, { name: "../a" }, "CLI001"],
  ] as const)("is refused: %s", (_what, card, more, expected) => {
    expect(code(() => completeWish(wish(more), card))).toBe(expected);
  });

  it.each([
    "../a",
    "a/b",
    "a\\b",
    ".",
    "..",
    "",
    "-a",
    "a b",
    "a\n",
    "a".repeat(101),
  ])("has no name like %j", (name) => {
    expect(code(() => checkedName(name))).toBe("CLI001");
    // What the fix offers can be pasted.
    const offered = fixOf(() => checkedName(name)).replace(/^.*--name /u, "");
    expect(checkedName(offered)).toBe(offered);
  });
});

describe("the check of a new file", () => {
  it("refuses a file that is there", async () => {
    expect(
      await checked(
        { "connections/n.yaml": "provider: notionmcp\nauth_type: oauth2\n" },
        "notionmcp",
        { name: "n" },
      ),
    ).toMatchObject({ code: "CLI013" });
  });

  it("refuses a connection that an environment has by itself", async () => {
    expect(
      await checked(
        {
          "environments/dev/connections/n.yaml":
            "provider: linearmcp\nauth_type: oauth2\n",
        },
        "notionmcp",
        { name: "n" },
      ),
    ).toMatchObject({ code: "CLI013" });
  });

  it("refuses a connection that a file of another name declares", async () => {
    expect(
      await checked(
        {
          "connections/other.yaml":
            "connection_id: n\nprovider: notionmcp\nauth_type: oauth2\n",
        },
        "notionmcp",
        { name: "n" },
      ),
    ).toMatchObject({
      diagnostics: expect.arrayContaining([
        expect.objectContaining({ code: "CFG009", severity: "error" }),
      ]),
    });
  });

  it("reports a template that does not exist", async () => {
    expect(
      await checked({}, "notionmcp", { name: "n", template: "nothing" }),
    ).toMatchObject({ diagnostics: [{ code: "CFG028" }] });
  });

  it("names environments that leave it out nowhere", async () => {
    expect(
      await checked(
        {
          "environments/prod/environment.yaml":
            'environment: prod\ntarget: "embedded:"\nconnections: {include: [other]}\n',
          "connections/other.yaml": "provider: linearmcp\nauth_type: oauth2\n",
        },
        "gmail",
        { name: "n", clientId: "a" },
      ),
    ).toEqual({
      environments: [{ name: "dev", missingSecrets: ["n/client_secret"] }],
      diagnostics: [],
    });
  });

  it("does not repeat what is wrong elsewhere", async () => {
    expect(
      await checked({ "connections/bad.yaml": "provider: [" }, "notionmcp", {
        name: "n",
      }),
    ).toMatchObject({ diagnostics: [] });
  });
});
