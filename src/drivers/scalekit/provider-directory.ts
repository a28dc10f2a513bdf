import type { JsonObject } from "../../domain/json.ts";
import type { ApiClient } from "../api-client.ts";
import type { ResolvedProvider } from "./codec.ts";
import { readPages } from "../pages.ts";
import { unreadableConnection } from "../unreadable.ts";
import { stringAt } from "../wire-reading.ts";
import { PROVIDER_FIELDS } from "./capabilities.ts";
import { slugOfDisplayName, type ProviderNames } from "./vocabulary.ts";
import { misshapenField } from "./wire.ts";

/** A custom provider of the environment. */
export interface CustomProvider {
  /**
   * The server's name for it, different in each environment; used in paths and as a connection's
   * `provider_key`.
   */
  readonly identifier: string;
  readonly slug: string;
  readonly raw: JsonObject;
  /** Why it cannot be used; absent where it can. */
  readonly problem?: string;
}

/** Which provider a key means. Lists the custom ones at most once until told that they changed. */
export interface ProviderDirectory {
  /** The provider of a connection; no request for connectors of the catalogue. */
  resolve(providerKey: string, signal: AbortSignal): Promise<ResolvedProvider>;
  /**
   * The custom providers with this slug: more than one when display names repeat.
   * @throws RemoteError DRV062 when it cannot be told, because one cannot be read.
   */
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
  let listed: Promise<Listed> | undefined;

  const list = async (signal: AbortSignal): Promise<Listed> => {
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
      const { providers, isWhole } = await list(signal);
      const found = providers.find(
        (provider) => provider.identifier === providerKey,
      );
      if (found !== undefined) {
        const { problem } = found;
        return {
          slug: found.slug,
          custom: found.raw,
          ...(problem === undefined ? {} : { problem }),
        };
      }
      // A connector newer than the catalogue keeps its key, in the form of our slugs.
      const newer = { slug: providerKey.toLowerCase() };
      return isWhole ? newer : { ...newer, problem: HIDDEN };
    },
    async custom(slug, signal) {
      const { providers, isWhole } = await list(signal);
      const found = providers.filter((provider) => provider.slug === slug);
      const isHidden = found.length === 0 && !isWhole;
      const problem =
        found.find((provider) => provider.problem !== undefined)?.problem ??
        (isHidden ? HIDDEN : undefined);
      if (problem === undefined) return found;
      throw unreadableConnection("", problem, LIST.route);
    },
    forget() {
      listed = undefined;
    },
  };
}

/** The custom providers of the environment, as far as they can be told. */
interface Listed {
  readonly providers: readonly CustomProvider[];
  /**
   * False when the answer has something in the list that is no provider, or none that can be told
   * from others.
   */
  readonly isWhole: boolean;
}

const HIDDEN =
  "its custom provider may be one that the API shows in a way that cannot be used";

async function readCustomProviders(
  api: ApiClient,
  signal: AbortSignal,
): Promise<Listed> {
  const providers = new Map<string, CustomProvider>();
  let isWhole = true;
  for await (const page of readPages(api, LIST, signal)) {
    isWhole &&= page.unusable.length === 0;
    for (const raw of page.items) {
      const identifier = stringAt(raw, "identifier");
      const slug = slugOfDisplayName(stringAt(raw, "display_name"));
      const problem = misshapenField(raw, PROVIDER_FIELDS);
      if (identifier === "") isWhole = false;
      else
        providers.set(identifier, {
          identifier,
          slug,
          raw,
          ...(problem === undefined
            ? {}
            : { problem: `its custom provider cannot be used: ${problem}` }),
        });
    }
  }
  return { providers: [...providers.values()], isWhole };
}
