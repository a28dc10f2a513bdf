import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { aWorkspace } from "../support/cli.ts";

const SCRIPT = fileURLToPath(
  new URL("../../scripts/refresh-catalogue.mjs", import.meta.url),
);
const PAGES = "src/content/docs/agentkit/connectors";
const DATA = "src/data/agent-connectors";
const SET_UP = "src/components/templates/agent-connectors";

interface Page {
  readonly label?: string;
  readonly auth?: string;
  readonly categories?: string;
  readonly setUp?: string;
}

function page({ label, auth, categories, setUp }: Page): string {
  return [
    "---",
    "title: 'A connector'",
    "sidebar:",
    `  label: '${label ?? "Acme"}'`,
    `connectorAuthType: ${auth ?? "OAuth 2.0"}`,
    `connectorCategories: [${categories ?? "Design, AI"}]`,
    "---",
    "",
    setUp === undefined
      ? ""
      : `import { ${setUp} } from '@components/templates'`,
    "",
  ].join("\n");
}

/**
 * Two well-formed connectors, in the shape of the vendor's documentation and in words of our own.
 */
const DOCS: Readonly<Record<string, string>> = {
  [`${PAGES}/acmemail.mdx`]: page({
    label: "Acme Mail",
    setUp: "SetupAcmemailSection",
  }),
  [`${PAGES}/acmemcp.mdx`]: page({
    label: "Acme MCP",
    auth: "OAuth 2.1/DCR",
    categories: "CRM & Sales",
  }),
  [`${DATA}/catalog.ts`]: [
    "export interface Meta { iconUrl: string }",
    "export const catalog: Record<string, Meta> = {",
    "  acmemail: { iconUrl: \"data:x,'{}'\", authType: 'OAuth 2.0', categories: ['Design', 'AI'] },",
    "  acmemcp: { iconUrl: 'x', authType: 'OAuth 2.1/DCR', categories: ['CRM & Sales'] },",
    "}",
  ].join("\n"),
  [`${DATA}/acmemail.ts`]: [
    "import type { Tool } from '../t'",
    "export const tools: Tool[] = [",
    "  { name: 'acmemail_send', description: `Sends { name: 'x' }`, params: [{ name: 'to', required: true }] },",
    "  { name: 'acmemail_read', params: [] },",
    "]",
  ].join("\n"),
  [`${SET_UP}/index.ts`]:
    "export { default as SetupAcmemailSection } from './_setup-acmemail.mdx'\n",
  [`${SET_UP}/_setup-acmemail.mdx`]: [
    "By default, a new one starts with Scalekit's shared credentials.",
    "    - Click **Use your own credentials**.",
    "    - Enter your credentials:",
    "      - **Client ID** — from your app",
    "      - Client Secret (from your app)",
    "      - Permissions — what it needs",
    "    - Click **Save**.",
    "4. ### Add a connected account",
    "   - Enter:",
    "     - API Key",
  ].join("\n"),
};

const ACME = {
  slug: "acmemail",
  provider_key: "ACMEMAIL",
  display_name: "Acme Mail",
  auth_type_raw: "OAuth 2.0",
  auth_types: ["oauth2"],
  connection_type: "OAUTH",
  provider_key_evidence: "observed",
  dcr: false,
  is_mcp: false,
  categories: ["AI"],
  tool_count: 1,
  scopes: ["mail.send"],
  setup_documented: false,
};

interface Refreshed {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The catalogue afterwards. */
  readonly text: string;
  readonly entries: readonly Record<string, unknown>[];
}

async function refresh(
  docs: Readonly<Record<string, string>>,
  options: {
    readonly present?: readonly object[];
    readonly corrections?: readonly object[];
    readonly flags?: readonly string[];
  } = {},
): Promise<Refreshed> {
  const present = {
    source: { repository: "vendor/docs", commit: "old", date: "2026-01-01" },
    connectors: options.present ?? [ACME],
  };
  const root = await aWorkspace({
    "catalogue/providers.json": JSON.stringify(present),
    "catalogue/corrections.json": JSON.stringify(options.corrections ?? []),
    ...Object.fromEntries(
      Object.entries(docs).map(([path, text]) => [`docs/${path}`, text]),
    ),
  });
  const flags = options.flags ?? ["--commit", "abc", "--date", "2026-09-09"];
  const result = await new Promise<Omit<Refreshed, "text" | "entries">>(
    (resolve) => {
      const args = [
        SCRIPT,
        join(root, "docs"),
        "--catalogue",
        join(root, "catalogue"),
        ...flags,
      ];
      const child = execFile(process.execPath, args, (_, stdout, stderr) => {
        resolve({ status: child.exitCode ?? -1, stdout, stderr });
      });
    },
  );
  const text = await readFile(join(root, "catalogue/providers.json"), "utf8");
  // The script wrote it in this shape, or it is the text from above.
  const { connectors } = JSON.parse(text) as {
    connectors: Record<string, unknown>[];
  };
  return { ...result, text, entries: connectors };
}

describe("refreshing the catalogue", () => {
  it("reads what can be recognised and keeps what people read", async () => {
    const { status, entries, stdout } = await refresh(DOCS);
    expect(status).toBe(0);
    expect(entries).toEqual([
      {
        ...ACME,
        categories: ["AI", "Design"],
        tool_count: 2,
        connection_fields: [
          {
            label: "Client ID",
            secret: false,
            api_field: "oauth_config.client_id",
          },
          {
            label: "Client Secret",
            secret: true,
            api_field: "oauth_config.client_secret",
          },
          {
            label: "Permissions",
            secret: false,
            api_field: "oauth_config.scopes",
          },
        ],
        platform_credentials: "default",
        setup_documented: true,
      },
      {
        slug: "acmemcp",
        provider_key: "ACMEMCP",
        display_name: "Acme MCP",
        auth_type_raw: "OAuth 2.1/DCR",
        auth_types: ["oauth2"],
        connection_type: "OAUTH",
        provider_key_evidence: "derived",
        dcr: true,
        is_mcp: true,
        categories: ["CRM & Sales"],
        tool_count: 0,
        setup_documented: false,
      },
    ]);
    expect(stdout).toContain("added    acmemcp");
    expect(stdout).toContain("changed  acmemail: categories, tool_count");
  });

  it("writes the same bytes again and finds nothing changed", async () => {
    const first = await refresh(DOCS);
    const second = await refresh(DOCS, { present: first.entries });
    expect(second.text).toBe(first.text);
    expect(second.stdout).toContain("0 added, 0 removed, 0 changed, 0 to look");
  });

  it.each([
    ["no front matter", "# nothing"],
    ["front matter that is not YAML", "---\na: [\n---\n"],
    ["front matter that refers to itself", "---\na: &a [*a]\n---\n"],
    ["an auth type nobody has mapped", page({ auth: "Telepathy" })],
    ["an auth type the vendor contradicts", page({ auth: "API Key" })],
    ["categories that are no words", page({ categories: "1, {}" })],
  ])(
    "keeps a connector whose page is broken, and says so: %s",
    async (_, text) => {
      const { status, entries, stdout } = await refresh({
        ...DOCS,
        [`${PAGES}/acmemail.mdx`]: text,
      });
      expect(status).toBe(0);
      expect(entries[0]).toEqual(ACME);
      expect(stdout).toMatch(/problem {2}acmemail: .*kept as it was/u);
    },
  );

  it("leaves out a new connector whose page is broken", async () => {
    const { entries, stdout } = await refresh({
      ...DOCS,
      [`${PAGES}/newone.mdx`]: "---\n---\n",
    });
    expect(entries.map(({ slug }) => slug)).toEqual(["acmemail", "acmemcp"]);
    expect(stdout).toContain("problem  newone:");
  });

  it("never runs what it reads", async () => {
    const { entries, stdout } = await refresh({
      ...DOCS,
      [`${DATA}/acmemail.ts`]:
        "export const tools = (() => { process.exit(3) })()",
    });
    expect(entries[0]).toEqual(ACME);
    expect(stdout).toContain("tools cannot be counted");
  });

  it("keeps fields when the set-up page names one nobody has mapped", async () => {
    const { entries, stdout } = await refresh({
      ...DOCS,
      [`${SET_UP}/_setup-acmemail.mdx`]:
        "- Enter your credentials:\n  - Client ID\n  - Magic Word\n",
    });
    expect(entries[0]).not.toHaveProperty("connection_fields");
    expect(stdout).toContain("Magic Word");
  });

  it("applies corrections by hand and shows their reason", async () => {
    const { entries } = await refresh(DOCS, {
      corrections: [
        { slug: "acmemail", set: { scopes: ["a"] }, reason: "asked them" },
      ],
    });
    expect(entries[0]).toMatchObject({
      scopes: ["a"],
      corrections: ["asked them"],
    });
  });

  it.each([
    [{ slug: "nobody", set: {}, reason: "x" }],
    [{ slug: "acmemail", set: { colour: "red" }, reason: "x" }],
    [{ slug: "acmemail", set: { scopes: [] }, reason: "" }],
  ])("writes nothing when a correction does not fit: %j", async (one) => {
    const { status, entries } = await refresh(DOCS, { corrections: [one] });
    expect(status).toBe(1);
    expect(entries).toEqual([ACME]);
  });

  it("refuses a checkout that lost what we know, unless told", async () => {
    const present = [ACME, { ...ACME, slug: "gone" }];
    const refused = await refresh(DOCS, { present });
    expect(refused.status).toBe(1);
    expect(refused.entries).toEqual(present);
    const flags = ["--commit", "a", "--date", "2026-09-09", "--allow-removals"];
    const told = await refresh(DOCS, { present, flags });
    expect(told.stdout).toContain("removed  gone");
  });

  it.each([
    ["an empty folder", {}, ["--commit", "a", "--date", "2026-09-09"]],
    ["a version that cannot be told", DOCS, []],
  ])("refuses %s", async (_, docs, flags) => {
    const { status, stderr, entries } = await refresh(docs, { flags });
    expect(status).toBe(1);
    expect(stderr).not.toBe("");
    expect(entries).toEqual([ACME]);
  });

  it("writes nothing in a dry run", async () => {
    const flags = ["--commit", "a", "--date", "2026-09-09", "--dry-run"];
    const { stdout, entries } = await refresh(DOCS, { flags });
    expect(stdout).toContain("added    acmemcp");
    expect(entries).toEqual([ACME]);
  });
});
