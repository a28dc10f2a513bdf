import type { JsonObject } from "../../domain/json.ts";
import type { ApiClient } from "../api-client.ts";
import type { ResolvedProvider } from "./codec.ts";
import { readPages } from "../pages.ts";
import { slugOfDisplayName, type ProviderNames } from "./vocabulary.ts";
import { stringAt } from "../wire-reading.ts";

/** A custom provider of the environment. */
export interface CustomProvider {
  /** The server's name for it, different in each environment; used in paths and as a connection's `provider_key`. */
  readonly identifier: string;
  readonly slug: string;
  readonly raw: JsonObject;
}

/** Which provider a key means. Lists the custom ones at most once until told that they changed. */
export interface ProviderDirectory {
  /** The provider of a connection; no request for connectors of the catalogue. */
  resolve(providerKey: string, signal: AbortSignal): Promise<ResolvedProvider>;
  /** The custom providers with this slug: more than one when display names repeat. */
  custom(slug: string, signal: AbortSignal): Promise<readonly CustomProvider[]>;
  /** Forgets the list: the next question asks the API. */
  forget(): void;
}

/** @remarks Source: docs/drivers/scalekit-api.md section 14. */
const LIST = {
  path: "/api/v1/providers",
  route: "GET /api/v1/providers",
  query: { "filter.provider_type": "CUSTOM", page_size: "1000" },
  member: "providers",
};

export function createProviderDirectory(
  api: ApiClient,
  names: ProviderNames,
): ProviderDirectory {
  let listed: Promise<readonly CustomProvider[]> | undefined;

  const list = async (
    signal: AbortSignal,
  ): Promise<readonly CustomProvider[]> => {
    const reading = (listed ??= readCustomProviders(api, signal));
    try {
      return await reading;
    } catch (error) {
      // A failure is not remembered: the next caller may have more luck.
      if (listed === reading) listed = undefined;
      throw error;
    }
  };

  return {
    async resolve(providerKey, signal) {
      const slug = names.slugOfKey(providerKey);
      if (slug !== undefined) return { slug };
      const found = (await list(signal)).find(
        (provider) => provider.identifier === providerKey,
      );
      // A connector newer than the catalogue keeps its key, in the form of our slugs.
      return found === undefined
        ? { slug: providerKey.toLowerCase() }
        : { slug: found.slug, custom: found.raw };
    },
    async custom(slug, signal) {
      return (await list(signal)).filter((provider) => provider.slug === slug);
    },
    forget() {
      listed = undefined;
    },
  };
}

async function readCustomProviders(
  api: ApiClient,
  signal: AbortSignal,
): Promise<readonly CustomProvider[]> {
  const providers = new Map<string, CustomProvider>();
  for await (const page of readPages(api, LIST, signal)) {
    for (const raw of page.items) {
      const identifier = stringAt(raw, "identifier");
      const slug = slugOfDisplayName(stringAt(raw, "display_name"));
      if (identifier !== "")
        providers.set(identifier, { identifier, slug, raw });
    }
  }
  return [...providers.values()];
}
