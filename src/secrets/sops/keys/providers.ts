import {
  createAgeIdentitySource,
  type AgeDiscoveryOptions,
} from "./age-identities.ts";
import { createAgeProvider } from "./age-key.ts";
import type { KeyEntry } from "../core/key-entry.ts";
import type { KeyProvider } from "../core/key-provider.ts";
import { createKmsProvider } from "./kms-key.ts";
import { createPgpProvider } from "./pgp-key.ts";
import { createVaultProvider } from "./vault-key.ts";

/**
 * Every kind of master key that is opened here. Making them costs nothing: libraries are loaded,
 * programs run and hosts asked for the first entry of their kind.
 */
export function createKeyProviders(
  options: AgeDiscoveryOptions,
): readonly KeyProvider[] {
  return [
    createAgeProvider(createAgeIdentitySource(options)),
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
