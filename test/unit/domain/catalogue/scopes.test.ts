import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../../../../src/domain/generated/catalogue.ts";
import { SCOPE_TIERS } from "../../../../src/domain/catalogue/scope-tiers.ts";
import {
  documentedScopes,
  providersWithScopes,
  scopeMeaning,
} from "../../../../src/domain/catalogue/scopes.ts";

interface ScopeFile {
  readonly rule: string;
  readonly hosts: readonly string[];
  readonly providers: readonly string[];
  readonly optional_prefix?: {
    readonly prefix: string;
    readonly source: string;
  };
  readonly scopes: readonly {
    readonly scope: string;
    readonly tier: string;
    readonly meaning: string;
    readonly source: string;
  }[];
}

/** Hosts on which each provider keeps its documentation, said once more than in the data itself. */
const HOSTS: Readonly<Record<string, string>> = {
  airtable: "airtable.com",
  asana: "developers.asana.com",
  bitbucket: "developer.atlassian.com",
  box: "developer.box.com",
  confluence: "developer.atlassian.com",
  discord: "discord.com",
  dropbox: "www.dropbox.com",
  figma: "developers.figma.com",
  github: "docs.github.com",
  gitlab: "docs.gitlab.com",
  google: "developers.google.com",
  hubspot: "developers.hubspot.com",
  jira: "developer.atlassian.com",
  linear: "linear.app",
  linkedin: "learn.microsoft.com",
  microsoft: "learn.microsoft.com",
  miro: "developers.miro.com",
  monday: "developer.monday.com",
  pipedrive: "pipedrive.readme.io",
  quickbooks: "developer.intuit.com",
  salesforce: "help.salesforce.com",
  slack: "docs.slack.dev",
  x: "docs.x.com",
  xero: "developer.xero.com",
  zendesk: "developer.zendesk.com",
  zoom: "developers.zoom.us",
};

const FOLDER = fileURLToPath(
  new URL("../../../../catalogue/scopes/", import.meta.url),
);
const FILES = readdirSync(FOLDER)
  .sort()
  .map((name): [string, ScopeFile] => [
    name.replace(/\.json$/u, ""),
    // Every member is looked at below.
    JSON.parse(readFileSync(`${FOLDER}${name}`, "utf8")) as ScopeFile,
  ]);
const SLUGS = new Set(CATALOGUE.map(({ slug }) => slug));

describe.each(FILES)("catalogue/scopes/%s.json", (name, file) => {
  it("names only providers of the catalogue", () => {
    expect(file.providers.filter((slug) => !SLUGS.has(slug))).toEqual([]);
    expect(file.providers).not.toEqual([]);
  });

  it("says which rule decides over tiers", () => {
    expect(file.rule.length).toBeGreaterThan(40);
  });

  it("gives every scope a tier, one clause and the provider's own page", () => {
    const broken = file.scopes.filter(
      ({ scope, tier, meaning, source }) =>
        !/^\S{2,2000}$/u.test(scope) ||
        !SCOPE_TIERS.some((each) => each === tier) ||
        !/^[a-z][^\n.;]{3,109}$/u.test(meaning) ||
        new URL(source).protocol !== "https:" ||
        new URL(source).hostname !== HOSTS[name],
    );
    expect(broken).toEqual([]);
    expect(file.hosts).toEqual([HOSTS[name]]);
  });

  it("names no scope twice", () => {
    const scopes = file.scopes.map(({ scope }) => scope);
    expect(scopes.length).toBe(new Set(scopes).size);
  });

  it("is what the program answers from, for each of its providers", () => {
    for (const slug of file.providers) {
      expect(documentedScopes(slug)).toEqual(file.scopes);
      for (const { scope, tier, meaning, source } of file.scopes)
        expect(scopeMeaning(slug, scope)).toMatchObject({
          tier,
          meaning,
          source,
        });
    }
  });
});

describe("scopeMeaning", () => {
  it("knows no provider from two files", () => {
    const all = FILES.flatMap(([, file]) => file.providers);
    expect(all.length).toBe(new Set(all).size);
    expect(providersWithScopes()).toEqual([...all].sort());
  });

  it("covers at least 25 providers that offer OAuth", () => {
    const oauth = new Set(
      CATALOGUE.filter(({ auth_types }) => auth_types.includes("oauth2")).map(
        ({ slug }) => slug,
      ),
    );
    const covered = providersWithScopes().filter((slug) => oauth.has(slug));
    expect(covered.length).toBeGreaterThanOrEqual(25);
    expect(FILES.length).toBeGreaterThanOrEqual(25);
  });

  it.each([
    ["outlook", "Mail.Send", "read-write"],
    ["outlook", "https://graph.microsoft.com/Mail.Send", "read-write"],
    ["gmail", "https://www.googleapis.com/auth/gmail.send", "sensitive"],
    ["gmail", "https://mail.google.com/", "sensitive"],
    ["googledrive", "https://www.googleapis.com/auth/drive.file", "read-write"],
    ["github", "repo", "admin"],
    ["slack", "channels:read", "read-only"],
  ])("%s: %s is %s", (provider, scope, tier) => {
    expect(scopeMeaning(provider, scope)).toMatchObject({ tier });
  });

  it.each([
    ["gmail", "gmail.send", "Google takes full addresses only"],
    ["slack", "https://graph.microsoft.com/chat:write", "another's prefix"],
    ["outlook", "https://graph.microsoft.com/", "a prefix alone"],
    ["outlook", "mail.send", "another spelling"],
    ["github", "repo ", "space"],
    ["github", "constructor", "a member of every object"],
    ["__proto__", "repo", "no provider"],
    ["acme-internal", "repo", "a custom provider"],
  ])("leaves %s: %s unclassified: %s", (provider, scope) => {
    expect(scopeMeaning(provider, scope)).toBe("unclassified");
  });

  it("leaves whatever is not in the data unclassified", () => {
    const known = new Map(
      FILES.flatMap(([, file]) =>
        file.providers.map((slug) => [
          slug,
          new Set(file.scopes.map(({ scope }) => scope)),
        ]),
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(...known.keys()), fc.string()),
        fc.oneof(
          fc.string(),
          fc.constantFrom(
            ...[...known.values()].flatMap((scopes) => [...scopes]),
          ),
        ),
        (provider, scope) => {
          const bare = scope.replace("https://graph.microsoft.com/", "");
          const scopes = known.get(provider);
          const isKnown =
            scopes?.has(scope) === true || scopes?.has(bare) === true;
          expect(scopeMeaning(provider, scope) !== "unclassified").toBe(
            isKnown,
          );
        },
      ),
    );
  });
});
