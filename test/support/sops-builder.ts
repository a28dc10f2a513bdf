/**
 * Builds SOPS files by hand for tests, apart from the product's own writer: any type label, any
 * rule, any damage.
 */
import type { RecipientConsent } from "../../src/secrets/sops/keys/wrap-groups.ts";
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import type { AgeIdentitySource } from "../../src/secrets/sops/keys/age-identities.ts";
import { createAgeProvider } from "../../src/secrets/sops/keys/age-key.ts";
import type { KeyProvider } from "../../src/secrets/sops/core/key-provider.ts";

export const LAST_MODIFIED = "2024-05-06T07:08:09Z";

/** The ciphertext text of a value; `aad` is the path with a colon after each key. */
export function seal(
  key: Buffer,
  plain: string | Buffer,
  place: { readonly aad: string; readonly label?: string },
): string {
  const iv = randomBytes(32);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  cipher.setAAD(Buffer.from(place.aad));
  const data = Buffer.concat([cipher.update(plain), cipher.final()]);
  return `ENC[AES256_GCM,data:${data.toString("base64")},iv:${iv.toString("base64")},tag:${cipher.getAuthTag().toString("base64")},type:${place.label ?? "str"}]`;
}

/** The encrypted MAC over the given leaf texts. */
export function sealMac(
  key: Buffer,
  leaves: readonly (string | Buffer)[],
  onlyEncrypted = false,
): string {
  const hash = createHash("sha512");
  if (onlyEncrypted) hash.update(createHash("sha256").update("sops").digest());
  for (const leaf of leaves) hash.update(leaf);
  return seal(key, hash.digest("hex").toUpperCase(), { aad: LAST_MODIFIED });
}

/** A file: body lines, then metadata. `extra` replaces the default rule lines. */
export function sopsYaml(
  body: string,
  mac: string,
  extra = "    unencrypted_suffix: _unencrypted\n",
): string {
  return `${body}sops:\n    age:\n        - enc: wrapped\n          recipient: age1test\n    lastmodified: "${LAST_MODIFIED}"\n    mac: ${mac}\n${extra}    version: 3.13.3\n`;
}

/** A provider that knows the data key. */
export function knownKey(key: Buffer): KeyProvider {
  return { type: "age", unwrap: () => Promise.resolve(Buffer.from(key)) };
}

export interface TestIdentity {
  readonly identity: string;
  readonly recipient: string;
}

/** A fresh age key pair. */
export async function anIdentity(): Promise<TestIdentity> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/** A provider for the given identities and nothing of the machine's own. */
export function ageProvider(...identities: readonly string[]): KeyProvider {
  const source: AgeIdentitySource = {
    load: () =>
      Promise.resolve({
        identities: identities.map((text) => ({ text, from: "the test" })),
        problems: [],
      }),
    loadFor: () => Promise.resolve([]),
  };
  return createAgeProvider(source);
}

/** Consent to every recipient, where a test is not about them. */
export const anyRecipient: RecipientConsent = () => Promise.resolve();
