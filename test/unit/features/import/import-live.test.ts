import { describe, expect, it } from "vitest";
import { AppError } from "../../../../src/domain/problem/error.ts";
import {
  environmentFile,
  importInto,
  liveReader,
  planOfFiles,
  references,
} from "../../../support/import.ts";

const GMAIL = {
  "/credentials/client_id": "1.apps.example",
  "/scopes": ["write", "read"],
};

describe("importing one environment", () => {
  it("writes one document per connection, with sorted scopes and without what the server makes", async () => {
    const api = liveReader([
      {
        key: "mail",
        fields: {
          ...GMAIL,
          "/settings/token_url": "https://oauth.example/token",
          "/settings/auth_mode": "user",
          "/settings/prompt": "",
        },
      },
    ]);
    const { files, result } = await importInto(environmentFile("dev"), {
      dev: api,
    });
    expect(files["connections/mail.yaml"]).toBe(
      [
        "# credentials.client_secret is not managed: the platform keeps the one it has. To manage it, store it with tieline secrets set and write secret://mail/client_secret",
        '# Left to the platform, which has settings.token_url: "https://oauth.example/token". To manage them, write them here, or import with --manage-all',
        "connection_id: mail",
        "provider: gmail",
        "auth_type: oauth2",
        "state: active",
        "credentials:",
        "  client_id: 1.apps.example",
        "scopes:",
        "  - read",
        "  - write",
        "",
      ].join("\n"),
    );
    expect(result.report.secrets).toEqual([
      {
        environment: "dev",
        connection: "mail",
        pointer: "/credentials/client_secret",
      },
    ]);
    expect(result.report.environments[0]?.adoptable).toEqual(["mail"]);
    expect(result.report.environments[0]?.leftToPlatform).toEqual(["mail"]);
    const { summary } = await planOfFiles(files, "dev", api);
    expect(summary).toMatchObject({ adopt: 1, create: 0, update: 0 });
  });

  it("refers to a secret only where the file of secrets has it", async () => {
    const api = liveReader([{ key: "mail", fields: GMAIL }]);
    const { files, result } = await importInto(
      environmentFile("dev"),
      { dev: api },
      { checkReference: references("mail/client_secret") },
    );
    expect(files["connections/mail.yaml"]).toContain(
      "client_secret: secret://mail/client_secret",
    );
    expect(result.report.secrets).toEqual([]);
  });

  it("never writes the platform's id of a connection", async () => {
    const api = liveReader([
      {
        key: "mail",
        remoteId: "conn_12345678",
        fields: { "/credentials/client_id": "dcr-conn_12345678" },
      },
    ]);
    const { files, result } = await importInto(environmentFile("dev"), {
      dev: api,
    });
    expect(JSON.stringify(files)).not.toContain("conn_12345678");
    expect(result.report.notes).toMatchObject([
      { connection: "mail", pointer: "/credentials/client_id" },
    ]);
  });

  it("keeps out values that a document would take for a reference", async () => {
    const api = liveReader([
      { key: "mail", fields: { "/credentials/client_id": "env://HOME" } },
    ]);
    const { files, result } = await importInto(environmentFile("dev"), {
      dev: api,
    });
    expect(files["connections/mail.yaml"]).not.toContain("env://");
    expect(result.report.notes[0]?.pointer).toBe("/credentials/client_id");
  });

  it("says which names no document can hold, and gives colliding ones names of their own", async () => {
    const api = liveReader([
      { key: "../../x" },
      { key: "x".repeat(301) },
      { key: "y".repeat(300) },
      { key: "mail" },
      { key: "MAIL" },
      { key: "a:b" },
      { key: "a-b" },
      { key: "con" },
    ]);
    const { files, result } = await importInto(environmentFile("dev"), {
      dev: api,
    });
    expect(result.report.skipped.map(({ name }) => name.slice(0, 7))).toEqual([
      "../../x",
      "xxxxxxx",
    ]);
    const paths = Object.keys(files).filter((path) =>
      path.startsWith("connections/"),
    );
    expect(paths).toHaveLength(6);
    expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(6);
    for (const path of paths) {
      expect(path).toMatch(/^connections\/[A-Za-z0-9_-]+\.yaml$/u);
      expect(path.length).toBeLessThan(200);
    }
    expect(paths).not.toContain("connections/con.yaml");
  });

  it("writes nothing for a kind of connection that documents do not know", async () => {
    const { files, result } = await importInto(environmentFile("dev"), {
      dev: liveReader([{ key: "mail", authType: "later_type" }]),
    });
    expect(Object.keys(files)).toEqual(["environments/dev/environment.yaml"]);
    expect(result.report.skipped).toHaveLength(1);
  });

  it("refuses a name that is not there, with a suggestion", async () => {
    const error = await importInto(
      environmentFile("dev"),
      { dev: liveReader([{ key: "mail" }]) },
      { keys: ["mial"] },
    ).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: "CLI040" });
  });
});

describe("importing into documents people have edited", () => {
  const DOCUMENT = `# why this exists
connection_id: mail # the key
provider: gmail
auth_type: oauth2
credentials:
  client_id: \${var.prefix}.apps.example # from the variable
scopes:
  # the agent sends
  - write
  - read # and reads
settings:
  prompt: null
lifecycle:
  ignore: [/settings/pkce]
`;
  const FILES = {
    ...environmentFile("dev", 'variables: {prefix: "1"}\n'),
    "connections/mail.yaml": DOCUMENT,
  };

  it("changes nothing where both say the same, variables included", async () => {
    const { result } = await importInto(FILES, {
      dev: liveReader([
        {
          key: "mail",
          isEnabled: false,
          fields: { ...GMAIL, "/settings/pkce": true },
        },
      ]),
    });
    expect(result.changes).toEqual([]);
    expect(result.report.environments[0]?.unchangedCount).toBe(1);
  });

  it("edits only what differs and keeps comments, order and variables", async () => {
    const api = liveReader([
      { key: "mail", fields: { ...GMAIL, "/scopes": ["read", "admin"] } },
    ]);
    const { files } = await importInto(FILES, { dev: api });
    expect(files["connections/mail.yaml"]).toBe(
      DOCUMENT.replace("  # the agent sends\n  - write\n", "").replace(
        "  - read # and reads\n",
        "  - read # and reads\n  - admin\n",
      ),
    );
    const again = await importInto(files, { dev: api });
    expect(again.result.changes).toEqual([]);
  });

  it("leaves what is not managed out, unless everything is to be managed", async () => {
    const api = liveReader([{ key: "mail", isEnabled: false, fields: GMAIL }]);
    const { files } = await importInto(
      FILES,
      { dev: api },
      { managesAll: true },
    );
    expect(files["connections/mail.yaml"]).toContain("state: inactive");
    expect(files["connections/mail.yaml"]).toContain("${var.prefix}");
    const again = await importInto(files, { dev: api }, { managesAll: true });
    expect(again.result.changes).toEqual([]);
  });

  it("says that a switch is off and a text is empty where live has nothing", async () => {
    const files = {
      ...environmentFile("dev"),
      "connections/mail.yaml":
        "connection_id: mail\nprovider: gmail\nauth_type: oauth2\ncredentials: {client_id: one}\nscopes: [a]\nsettings: {pkce: true, prompt: consent}\n",
    };
    const api = liveReader([{ key: "mail" }]);
    const { files: after } = await importInto(files, { dev: api });
    expect(after["connections/mail.yaml"]).toContain(
      "settings: {pkce: false, prompt: null}",
    );
    const { summary } = await planOfFiles(after, "dev", api);
    expect(summary.update).toBe(0);
  });

  it("leaves a document of another kind alone", async () => {
    const { result } = await importInto(FILES, {
      dev: liveReader([{ key: "mail", provider: "slack" }]),
    });
    expect(result.changes).toEqual([]);
    expect(result.report.skipped[0]?.why).toContain("another kind");
  });

  it("names what is declared and not live", async () => {
    const { result } = await importInto(FILES, { dev: liveReader([]) });
    expect(result.report.environments[0]?.missing).toEqual(["mail"]);
  });

  it.each(["https://a.example/${var.prefix}", "var://there"])(
    "keeps %s out of an older spelling whose newer one says something else",
    async (address) => {
      const files = {
        ...environmentFile(
          "dev",
          'variables: {prefix: "1", there: "https://c.example/"}\n',
        ),
        "connections/mail.yaml":
          "connection_id: mail\nprovider: gmail\nauth_type: oauth2\nsettings:\n  auth_endpoint: https://a.example/1\n",
      };
      const api = liveReader([
        {
          key: "mail",
          fields: {
            "/settings/auth_endpoint": address,
            "/settings/authorization_url": "https://b.example/",
          },
        },
      ]);
      const { result } = await importInto(files, { dev: api });
      expect(result.changes).toEqual([]);
      expect(result.report.notes).toMatchObject([
        { connection: "mail", pointer: "/settings/auth_endpoint" },
      ]);
    },
  );

  it("takes an edit back after which the document would be refused", async () => {
    const files = {
      ...environmentFile("dev"),
      "connections/mail.yaml":
        "connection_id: mail\nprovider: gmail\nauth_type: oauth2\nsettings: {pkce: true}\n",
      "environments/dev/connections/mail.yaml":
        "connection_id: mail\nsettings: {pkce: true}\n",
    };
    const { result } = await importInto(files, {
      dev: liveReader([{ key: "mail" }]),
    });
    expect(result.changes).toEqual([]);
    expect(result.report.notes.length).toBeGreaterThan(0);
  });
});

describe("importing several environments", () => {
  const ENVIRONMENTS = {
    ...environmentFile("dev"),
    ...environmentFile("staging"),
    ...environmentFile("prod"),
  };
  const mail = (scopes: readonly string[]) => ({
    key: "mail",
    fields: { "/credentials/client_id": "one", "/scopes": scopes },
  });

  it("shares what all agree on and puts the rest into overlays", async () => {
    const readers = {
      dev: liveReader([mail(["read", "write"]), { key: "lab" }]),
      staging: liveReader([mail(["write", "read"])]),
      prod: liveReader([mail(["read"])]),
    };
    const { files } = await importInto(ENVIRONMENTS, readers);
    const written = Object.keys(files).filter((path) =>
      path.includes("connections/"),
    );
    expect(written.sort()).toEqual([
      "connections/mail.yaml",
      "environments/dev/connections/lab.yaml",
      "environments/dev/connections/mail.yaml",
      "environments/prod/connections/mail.yaml",
      "environments/staging/connections/mail.yaml",
    ]);
    expect(files["connections/mail.yaml"]).toContain("client_id: one");
    expect(files["connections/mail.yaml"]).not.toContain("scopes");
    expect(files["environments/prod/connections/mail.yaml"]).toBe(
      "connection_id: mail\nscopes:\n  - read\n",
    );
  });

  it("shares nothing with an environment that is not imported", async () => {
    const { files } = await importInto(ENVIRONMENTS, {
      dev: liveReader([mail(["read"])]),
    });
    expect(Object.keys(files)).toContain(
      "environments/dev/connections/mail.yaml",
    );
    expect(Object.keys(files)).not.toContain("connections/mail.yaml");
  });

  const SHARED = {
    ...ENVIRONMENTS,
    "connections/mail.yaml": `# shared
connection_id: mail
provider: gmail
auth_type: oauth2
scopes: [read] # all of them
credentials:
  client_id: one
`,
    "environments/prod/connections/mail.yaml":
      "connection_id: mail\ncredentials:\n  client_id: prod\n",
  };
  const live = (client: string, scopes: readonly string[]) =>
    liveReader([
      {
        key: "mail",
        fields: { "/credentials/client_id": client, "/scopes": scopes },
      },
    ]);

  it("edits a shared document only where everybody who uses it agrees", async () => {
    const readers = {
      dev: live("two", ["read", "write"]),
      staging: live("two", ["read", "write"]),
      prod: live("prod", ["read", "write"]),
    };
    const { files } = await importInto(SHARED, readers);
    expect(files["connections/mail.yaml"]).toContain("client_id: two");
    expect(files["connections/mail.yaml"]).toContain("write");
    expect(files["environments/prod/connections/mail.yaml"]).toBe(
      SHARED["environments/prod/connections/mail.yaml"],
    );
    const again = await importInto(files, readers);
    expect(again.result.changes).toEqual([]);
  });

  it("writes an overlay where they do not", async () => {
    const readers = {
      dev: live("one", ["read", "write"]),
      staging: live("one", ["read"]),
      prod: live("prod", ["read"]),
    };
    const { files, result } = await importInto(SHARED, readers);
    expect(result.changes.map(({ path }) => path)).toEqual([
      "environments/dev/connections/mail.yaml",
    ]);
    expect(files["connections/mail.yaml"]).toBe(
      SHARED["connections/mail.yaml"],
    );
  });

  it("takes an environment that is not imported for one that does not agree", async () => {
    const { result } = await importInto(SHARED, {
      dev: live("one", ["admin"]),
      staging: live("one", ["admin"]),
    });
    expect(result.changes.map(({ path }) => path)).toEqual([
      "environments/dev/connections/mail.yaml",
      "environments/staging/connections/mail.yaml",
    ]);
  });
});
