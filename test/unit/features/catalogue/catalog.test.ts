import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeProvider, listCatalogue } from "../../../../src/features/catalogue/catalogue.ts";
import { searchCatalogue } from "../../../../src/features/catalogue/catalogue-search.ts";
import type { Catalogue } from "../../../../src/features/catalogue/report.ts";
import { UserError } from "../../../../src/domain/problem/error.ts";
import {
  CATALOGUE_DETAILS,
  CATALOGUE_SOURCE,
} from "../../../../src/domain/generated/catalogue-details.ts";
import { CATALOGUE } from "../../../../src/domain/generated/catalogue.ts";

const catalogue: Catalogue = {
  source: CATALOGUE_SOURCE,
  entries: CATALOGUE,
  details: CATALOGUE_DETAILS,
};

const slugs = (rows: readonly { readonly slug: string }[]) =>
  rows.map(({ slug }) => slug);

function refusal(act: () => unknown): UserError {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("the catalogue as package data", () => {
  it("knows details of every provider, in the same order", () => {
    expect(slugs(CATALOGUE_DETAILS)).toEqual(slugs(CATALOGUE));
    expect(CATALOGUE).toHaveLength(348);
  });
});

describe("listing providers", () => {
  it("gives all of them by slug when nothing narrows", () => {
    const { rows, totalCount } = listCatalogue(catalogue, {});
    expect(rows).toHaveLength(totalCount);
    expect(slugs(rows)).toEqual([...slugs(rows)].sort());
  });

  it("narrows by every filter at once, in any case", () => {
    const { rows } = listCatalogue(catalogue, {
      authType: "OAuth2",
      category: "crm & sales",
      isMcp: true,
      isDcr: true,
    });
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) {
      expect(row).toMatchObject({ isMcp: true, isDcr: true });
      expect(row.authTypes).toContain("oauth2");
      expect(row.categories).toContain("CRM & Sales");
    }
  });

  it.each([
    [{ authType: "beaer" }, "bearer"],
    [{ category: "Calender" }, "Calendar"],
  ])("refuses a word nobody has and names the nearest: %j", (filter, near) => {
    const error = refusal(() => listCatalogue(catalogue, filter));
    expect(error.code).toBe("CLI050");
    expect(error.fix).toContain(near);
  });
});

describe("searching providers", () => {
  const first = (...words: string[]) =>
    searchCatalogue(catalogue, words).rows[0]?.slug;

  it.each([
    [["gmail"], "gmail"],
    [["Google", "Calendar"], "googlecalendar"],
    [["google calendar"], "googlecalendar"],
    [["google_ads"], "google_ads"],
    [["salesfroce"], "salesforce"],
    [["hubspto"], "hubspot"],
    [["slack"], "slack"],
    [["zoho crm"], "zohocrm"],
  ])("finds %j", (words, slug) => {
    expect(first(...words)).toBe(slug);
  });

  it("finds providers of a category", () => {
    const { rows } = searchCatalogue(catalogue, ["calendar"]);
    expect(slugs(rows)).toContain("outlook");
  });

  it("says when only some of the words fit", () => {
    const search = searchCatalogue(catalogue, ["slack", "qqqqqq"]);
    expect(search.isPartial).toBe(true);
    expect(slugs(search.rows)).toContain("slack");
  });

  it("finds nothing for words that mean nothing", () => {
    for (const words of [["qqqqqqqq"], ["---"], [""]])
      expect(searchCatalogue(catalogue, words).rows).toEqual([]);
  });

  it("finds every provider by its own slug and by its own name", () => {
    for (const { slug, display_name: name } of CATALOGUE) {
      expect(first(slug)).toBe(slug);
      expect(
        slugs(searchCatalogue(catalogue, [name]).rows.slice(0, 3)),
      ).toContain(slug);
    }
  });

  it("answers any text, and the same each time", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 4 }), (words) => {
        expect(searchCatalogue(catalogue, words)).toEqual(
          searchCatalogue(catalogue, words),
        );
      }),
      { numRuns: 20 },
    );
  });
});

describe("describing a provider", () => {
  it.each(["gmail", "GMAIL", " Gmail "])("knows it as %j", (name) => {
    expect(describeProvider(catalogue, name).row.slug).toBe("gmail");
  });

  it("gives scopes their reach and keeps the unknown unclassified", () => {
    const { scopes } = describeProvider(catalogue, "close");
    expect(scopes.map(({ scope }) => scope)).toContain("offline_access");
    const gmail = describeProvider(catalogue, "gmail").scopes;
    const send = gmail.find(({ scope }) => scope.endsWith("/gmail.send"));
    expect(send?.tier).toBe("sensitive");
    expect(send?.source).toContain("https://");
    const canva = describeProvider(catalogue, "canva").scopes;
    expect(canva[0]).toMatchObject({ tier: "unclassified", isVendors: true });
  });

  it("suggests what may have been meant", () => {
    const error = refusal(() => describeProvider(catalogue, "gmial"));
    expect(error.code).toBe("CLI050");
    expect(error.fix).toContain('"gmail"');
    expect(
      refusal(() => describeProvider(catalogue, "google workspace")).fix,
    ).toContain('"googledwd"');
  });

  it("can be done for every provider", () => {
    for (const { slug } of CATALOGUE) {
      const card = describeProvider(catalogue, slug);
      expect(card.requirements.length).toBeGreaterThan(0);
      for (const needs of card.requirements)
        for (const field of [...needs.required, ...needs.optional])
          expect(field.meaning, field.pointer).not.toBe("");
    }
  });
});
