import { describe, expect, it } from "vitest";
import { offlineAccessOf } from "../../../../src/domain/catalogue/offline-access.ts";
import { CATALOGUE_DETAILS } from "../../../../src/domain/generated/catalogue-details.ts";
import { CATALOGUE } from "../../../../src/domain/generated/catalogue.ts";
import {
  requirementsOf,
  type Requirements,
} from "../../../../src/domain/catalogue/requirements.ts";

function needs(slug: string): Requirements {
  const entry = CATALOGUE.find((one) => one.slug === slug);
  const details = CATALOGUE_DETAILS.find((one) => one.slug === slug);
  const [authType] = entry?.auth_types ?? [];
  if (entry === undefined || authType === undefined)
    throw new Error(`no ${slug}`);
  return requirementsOf(entry, authType, details);
}

const pointers = (fields: Requirements["required"]) =>
  fields.map(({ pointer }) => pointer);

describe("what a new connection needs", () => {
  it("is a client of one's own where a set-up page asks for it", () => {
    const { client, required } = needs("bitbucket");
    expect(client).toBe("own");
    expect(required).toMatchObject([
      { pointer: "/credentials/client_id", label: "Client Key", kind: "plain" },
      { pointer: "/credentials/client_secret", kind: "secret" },
    ]);
  });

  it("is nothing where the client is registered dynamically", () => {
    const { client, required } = needs("notionmcp");
    expect([client, required]).toEqual(["registered", []]);
  });

  it("leaves the choice where the platform lends a client", () => {
    const { client, required, optional } = needs("gmail");
    expect([client, required]).toEqual(["platform-default", []]);
    expect(pointers(optional)).toEqual(
      expect.arrayContaining([
        "/credentials/client_id",
        "/credentials/client_secret",
        "/credentials/use_platform_creds",
        "/scopes",
      ]),
    );
  });

  it("offers a client where nothing is documented about it", () => {
    const { client, required, optional } = needs("slackmcp");
    expect([client, required]).toEqual(["unknown", []]);
    expect(pointers(optional)).toContain("/credentials/client_id");
  });

  it("is a key file and scopes for domain-wide delegation", () => {
    const { required } = needs("googledwd");
    expect(required.map(({ kind }) => kind)).toEqual(["secret", "list"]);
  });

  it("is nothing for keys, which the accounts bring", () => {
    const { client, required, optional, accountFields } = needs("zendesk");
    expect([client, required, optional]).toEqual(["none", [], []]);
    expect(accountFields).toContain("API Token");
  });

  it("has no scopes where the provider fixes them", () => {
    expect(needs("close")).toMatchObject({ hasScopes: false, scopes: [] });
  });

  it("names a field once, as required or as optional", () => {
    for (const { slug } of CATALOGUE) {
      const { required, optional } = needs(slug);
      const all = pointers([...required, ...optional]);
      expect(new Set(all).size, slug).toBe(all.length);
    }
  });
});

describe("rules of offline access", () => {
  it("name providers of the catalogue, each with a source", () => {
    const known = CATALOGUE.filter((entry) =>
      entry.auth_types.some((type) => offlineAccessOf(entry, type) !== null),
    );
    expect(known.length).toBeGreaterThan(25);
    for (const entry of known)
      for (const type of entry.auth_types)
        expect(offlineAccessOf(entry, type)?.source).toMatch(/^https:\/\//u);
  });

  it("do not speak of keys", () => {
    expect(offlineAccessOf({ slug: "gmail" }, "api_key")).toBeNull();
  });
});
