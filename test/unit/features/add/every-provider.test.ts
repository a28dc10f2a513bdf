import { describe, expect, it } from "vitest";
import { checkAddition } from "../../../../src/features/add/check.ts";
import {
  addition,
  secretPaths,
} from "../../../../src/features/add/document.ts";
import {
  completeWish,
  needsClient,
  needsScopes,
  type Wish,
} from "../../../../src/features/add/new-connection.ts";
import { describeProvider } from "../../../../src/features/catalogue/catalogue.ts";
import { loadCatalogue } from "../../../../src/features/catalogue/catalogue-json.ts";
import { openOfflineChecks } from "../../../../src/environment/api/offline.ts";
import { formatFile } from "../../../../src/documents/format/format.ts";
import type { ProviderCard } from "../../../../src/features/catalogue/report.ts";
import type { Requirements } from "../../../../src/domain/catalogue/requirements.ts";
import { textSource } from "../../../support/text-source.ts";

const SOURCE = textSource({
  "environments/dev/environment.yaml":
    'environment: dev\ntarget: "embedded:"\n',
});
/**
 * Connectors whose kind of connection the vendor does not document: validation refuses them, so no
 * file is written for them.
 */
const NOT_MADE = new Set([
  "bigqueryserviceaccount",
  "mixpanelanalytics",
  "mixpanelingestion",
]);
const catalogue = await loadCatalogue();
const cases = catalogue.entries.flatMap(({ slug }) => {
  const card = describeProvider(catalogue, slug);
  return card.requirements.map(
    (needs) => [slug, needs.authType, card, needs] as const,
  );
});

/** Everything a person may say: as little as possible, and as much as possible. */
function wishesFor(card: ProviderCard, needs: Requirements): Wish[] {
  const { authType, client, hasScopes } = needs;
  const known = card.scopes.map(({ scope }) => scope);
  const all = { authType, usesPlatformClient: false, scopes: [] };
  const least: Wish = {
    ...all,
    ...(needsClient(needs) ? { clientId: "1234.apps.example" } : {}),
    scopes: needsScopes(needs) ? [known[0] ?? "some.scope"] : [],
  };
  const most: Wish = {
    ...all,
    ...(client === "none" || client === "registered"
      ? {}
      : { clientId: "2210535565.1111" }),
    scopes: hasScopes ? known : [],
    owner: "team: support # one",
    description: "- Sends 'replies':\n  to customers",
  };
  const lent: Wish = {
    ...least,
    clientId: undefined,
    usesPlatformClient: true,
  };
  return needsClient(needs) ? [least, most, lent] : [least, most];
}

describe("a file for every provider of the catalogue and each of its auth types", () => {
  it("covers the whole catalogue", () => {
    expect(new Set(cases.map(([slug]) => slug)).size).toBe(
      catalogue.entries.length,
    );
  });

  it.each(cases)("%s by %s", async (slug, _authType, card, needs) => {
    for (const wish of wishesFor(card, needs)) {
      const connection = completeWish(wish, card);
      const added = addition(connection, card, undefined);
      const found = await checkAddition(
        SOURCE,
        added,
        {},
        openOfflineChecks(SOURCE),
      );
      expect(found).toEqual({
        environments: [
          {
            name: "dev",
            missingSecrets: [...secretPaths(connection).values()],
          },
        ],
        diagnostics: NOT_MADE.has(slug)
          ? [expect.objectContaining({ code: "DRV031" })]
          : [],
      });
      const { path, after } = added.change;
      const bytes = new TextEncoder().encode(after ?? "");
      expect(
        formatFile({ path, bytes }, { kind: "connection", layer: "base" }),
      ).toMatchObject({ kind: "formatted", after });
    }
  });
});
