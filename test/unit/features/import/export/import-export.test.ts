import { describe, expect, it } from "vitest";
import { readExport } from "../../../../../src/features/import/export/export-file.ts";
import { importExport } from "../../../../../src/features/import/export/import-export.ts";
import type { ExportKind } from "../../../../../src/features/import/export/export-file.ts";
import { WorkspaceDraft } from "../../../../../src/features/import/draft/workspace-draft.ts";
import { CATALOGUE } from "../../../../../src/domain/generated/catalogue.ts";
import { createScalekitAudit } from "../../../../../src/drivers/scalekit/index.ts";
import { environmentFile } from "../../../../support/import.ts";
import { textSource } from "../../../../support/text-source.ts";

const SECRET = "made-up-secret-value";

async function importText(kind: ExportKind, value: unknown) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const workspace = await WorkspaceDraft.open(
    textSource(environmentFile("dev")),
    {},
  );
  const { changes, report } = await importExport(
    kind,
    readExport(kind, text, "export.json"),
    {
      workspace,
      catalogue: CATALOGUE,
      audit: createScalekitAudit(CATALOGUE),
      environment: "dev",
      isDryRun: false,
    },
  );
  const files = Object.fromEntries(
    changes.map(({ path, after }) => [path, after]),
  );
  return { files, report, text: JSON.stringify([files, report]) };
}

describe("an export of Composio", () => {
  it("becomes documents with client and scopes, and without the secret", async () => {
    const { files, report, text } = await importText("composio", {
      items: [
        {
          id: "ac_1",
          name: "gmail-support",
          status: "ENABLED",
          toolkit: { slug: "gmail", logo: "" },
          auth_scheme: "OAUTH2",
          is_composio_managed: false,
          credentials: {
            client_id: "1.apps.example",
            client_secret: SECRET,
            scopes: "write,read",
          },
        },
        {
          id: "ac_2",
          name: "drive",
          status: "DISABLED",
          toolkit: { slug: "one_drive" },
          authScheme: "OAUTH2",
          isComposioManaged: true,
        },
      ],
      next_cursor: null,
    });
    expect(files["environments/dev/connections/gmail-support.yaml"]).toContain(
      "client_id: 1.apps.example\nscopes:\n  - read\n  - write\n",
    );
    expect(files["environments/dev/connections/drive.yaml"]).toBe(
      "connection_id: drive\nprovider: onedrive\nauth_type: oauth2\nstate: inactive\n",
    );
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain("ac_1");
    expect(report.secrets).toHaveLength(1);
  });

  it.each([
    [{ total_items: 88, total_pages: 5, current_page: 1 }, "page 1 of 5"],
    [{ next_cursor: "Mi0yMA==" }, "there is more"],
    [{ nextCursor: "Mi0yMA==", totalItems: 2 }, "it holds 1 of 2"],
    [{ pagination: { total: 40 } }, "it holds 1 of 40"],
    [{ has_more: true }, "there is more"],
  ])("says that a page is not the whole list: %o", async (around, said) => {
    const { report } = await importText("composio", {
      items: [{ name: "g", toolkit: { slug: "gmail" }, auth_scheme: "OAUTH2" }],
      ...around,
    });
    expect(report.gaps).toEqual([expect.stringContaining(said) as string]);
  });

  it("says nothing of pages where there is one", async () => {
    const { report } = await importText("composio", {
      items: [{ name: "g", toolkit: { slug: "gmail" }, auth_scheme: "OAUTH2" }],
      total_pages: 1,
      current_page: 1,
      total_items: 1,
      next_cursor: null,
    });
    expect(report.gaps).toEqual([]);
  });

  it("takes identifiers without quotes as they are spelled", async () => {
    const { files } = await importText(
      "composio",
      `{"items":[{"name":"sl","toolkit":{"slug":"slack"},"auth_scheme":"OAUTH2",
        "credentials":{"client_id":2210535565.1111111111110,"user_scopes":"search:read"}}]}`,
    );
    const text = files["environments/dev/connections/sl.yaml"] ?? "";
    expect(text).toContain('client_id: "2210535565.1111111111110"');
    expect(text).toContain("field_name: user_scope");
  });

  it("skips what has no certain counterpart, and says why", async () => {
    const { files, report } = await importText("composio", {
      items: [
        { name: "a", toolkit: { slug: "nobody-knows" }, auth_scheme: "OAUTH2" },
        { name: "b", toolkit: { slug: "gmail" }, auth_scheme: "API_KEY" },
        { name: "../../c", toolkit: { slug: "gmail" }, auth_scheme: "OAUTH2" },
        { name: "d", toolkit: { slug: "slack" }, auth_scheme: "OAUTH2" },
        { name: "d", toolkit: { slug: "gmail" }, auth_scheme: "OAUTH2" },
        { name: "e", toolkit: { slug: "__proto__" }, auth_scheme: "__proto__" },
        null,
        "text",
      ],
    });
    expect(Object.keys(files)).toEqual(["environments/dev/connections/d.yaml"]);
    expect(report.skipped).toHaveLength(7);
  });
});

describe("an export of Nango", () => {
  it.each([
    ["list", { data: [{ unique_key: "g", provider: "google-mail" }] }],
    ["older list", { configs: [{ unique_key: "g", provider: "google-mail" }] }],
    ["single", { data: { unique_key: "g", provider: "google-mail" } }],
  ])("is read from its %s", async (_, value) => {
    const { files } = await importText("nango", value);
    expect(files["environments/dev/connections/g.yaml"]).toContain(
      "provider: gmail",
    );
  });

  it("takes client id and scopes where they were asked for, never the secret", async () => {
    const { files, text } = await importText("nango", {
      data: {
        unique_key: "github-nango",
        provider: "github",
        credentials: {
          type: "OAUTH2",
          client_id: "abc123",
          client_secret: SECRET,
          scopes: "repo,user",
        },
      },
    });
    expect(files["environments/dev/connections/github-nango.yaml"]).toContain(
      "client_id: abc123\nscopes:\n  - repo\n  - user\n",
    );
    expect(text).not.toContain(SECRET);
  });
});

describe("a file that is no such export", () => {
  it.each([
    ["no JSON", "integrations:\n  github: {}\n"],
    ["another shape", "{}"],
    ["a number", "1"],
    ["too deep", "[".repeat(500) + "]".repeat(500)],
    ["too many", JSON.stringify({ data: Array(10_001).fill({}) })],
  ])("is refused: %s", (_, text) => {
    expect(() => readExport("nango", text, "x")).toThrow(
      expect.objectContaining({ code: "CLI064" }) as Error,
    );
  });
});
