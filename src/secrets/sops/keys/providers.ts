import {
  createAgeIdentitySource,
  type AgeDiscoveryOptions,
} from "./age-identities.ts";
import { createAgeProvider } from "./age-key.ts";
import type { KeyEntry } from "../core/key-entry.ts";
import type { KeyProvider } from "../core/key-provider.ts";
import { createKmsProvider } from "./kms-key.ts";
import { createPgpProvider } from "./pgp-key.ts";
import { isForkJob } from "../../../platform/jobs/fork-job.ts";
import { createVaultProvider } from "./vault-key.ts";

/**
 * Every kind of master key that is opened here. Making them costs nothing: libraries are loaded,
 * programs run and hosts asked for the first entry of their kind. In the job of a fork none of them
 * opens anything but demo data.
 */
export function createKeyProviders(
  options: AgeDiscoveryOptions,
): readonly KeyProvider[] {
  const age = createAgeProvider(createAgeIdentitySource(options));
  if (isForkJob(options.env)) return [age];
  return [
    age,
    createPgpProvider(options.env),
    createKmsProvider(options.env),
    createVaultProvider(options.env),
  ];
}

/**
 * Whether a master key is one of those at hand. Kinds that only a service could tell about are not.
 */
export async function isHeld(
  entry: KeyEntry,
  providers: readonly KeyProvider[],
): Promise<boolean> {
  const provider = providers.find(({ type }) => type === entry.type);
  return (await provider?.holds?.(entry)) === true;
}
