import { describe, expect, it } from "vitest";
import type {
  CatalogueRow,
  ProviderCard,
} from "../../../../src/features/catalogue/report.ts";
import {
  renderCatalogueList,
  renderCatalogueSearch,
  renderProviderCard,
} from "../../../../src/features/catalogue/text.ts";

const style = { color: false, width: 80 };
const source = {
  repository: "a/b",
  commit: "0".repeat(40),
  date: "2026-08-21",
};
const row: CatalogueRow = {
  slug: "acme",
  name: "Acme\u001b[31m\nSuite",
  authTypes: ["oauth2"],
  categories: ["CRM & Sales"],
  isMcp: true,
  isDcr: false,
  toolCount: 1,
};

const card: ProviderCard = {
  source,
  row,
  providerKey: "ACME",
  details: {
    slug: "acme",
    auth_type_raw: "OAuth 2.0",
    categories: ["CRM & Sales"],
    tool_count: 1,
    connection_fields: [],
    account_fields: [{ label: "Region", secret: false }],
    account_credential_keys: ["region"],
    scopes_in_tool_descriptions: [],
    setup_documented: false,
    corrections: ["the page says otherwise"],
  },
  requirements: [
    {
      provider: "acme",
      authType: "oauth2",
      client: "own",
      required: [
        {
          pointer: "/credentials/client_secret",
          label: "App key",
          kind: "secret",
          meaning: "Meaning.",
        },
      ],
      optional: [],
      scopes: [],
      hasScopes: true,
      offline: {
        kind: "scope",
        pointer: "/scopes",
        value: "offline",
        alternatives: [],
        party: "Acme",
        source: "https://acme.example/oauth",
      },
      accountFields: ["Region"],
    },
  ],
  scopes: Array.from({ length: 41 }, (_, index) => ({
    scope: `scope.${String(index)}`,
    tier: "unclassified",
    meaning: null,
    source: null,
    isVendors: true,
  })),
};

describe("text of the catalogue", () => {
  it("shows everything about a provider, with the next command", () => {
    const text = renderProviderCard(card, style);
    for (const part of [
      'credentials.client_secret ("App key"): required, secret; Meaning.',
      "ask for the scope offline",
      "https://acme.example/oauth",
      "scope.0 (unclassified)",
      "1 more, with --json",
      "Region",
      "the page says otherwise",
      "2026-08-21",
      "next: tieline add acme",
    ])
      expect(text).toContain(part);
  });

  it("lets nothing from the data act on a terminal", () => {
    const list = { source, rows: [row], totalCount: 1 };
    const search = { ...list, words: ["\u001b[2J"], isPartial: true };
    for (const text of [
      renderProviderCard(card, style),
      renderCatalogueList(list, style),
      renderCatalogueSearch(search, style),
      renderCatalogueSearch({ ...search, rows: [] }, style),
    ]) {
      expect(text).not.toContain("\u001b");
      expect(text).toMatch(/next: tieline/u);
    }
  });

  it("says what to do when a filter leaves nothing", () => {
    const text = renderCatalogueList({ source, rows: [], totalCount: 5 }, style);
    expect(text).toContain("0 of 5 providers");
    expect(text).toContain("leave one of them out");
  });
});
