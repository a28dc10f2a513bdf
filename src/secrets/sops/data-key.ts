import { UserError } from "../../domain/error.ts";
import {
  describeKeyEntry,
  KEY_TYPES,
  type KeyEntry,
  type KeyType,
} from "./key-entry.ts";
import type { KeyProvider } from "./key-provider.ts";
import { sopsError } from "./sops-error.ts";

/** Length of every data key, for AES-256. */
export const DATA_KEY_BYTES = 32;

const OPENED_BY: Readonly<Record<KeyType, string>> = {
  age: "an age identity",
  pgp: "a PGP private key",
  kms: "AWS KMS",
  gcp_kms: "Google Cloud KMS",
  azure_kv: "Azure Key Vault",
  hc_vault: "HashiCorp Vault",
  hckms: "Huawei Cloud KMS",
};

/**
 * Finds the data key of a file with the providers at hand: keys of a group in the order age, pgp, then as listed.
 * @returns 32 bytes in a buffer the caller must zero.
 * @throws UserError SEC008 when no key at hand opens it, SEC010 when only kinds of key without a provider could (several key groups
 * included), SEC011 when a key fits but the wrapped copy is damaged.
 */
export async function recoverDataKey(
  groups: readonly (readonly KeyEntry[])[],
  file: string,
  providers: readonly KeyProvider[],
): Promise<Buffer> {
  const [group = []] = groups;
  if (groups.length > 1) throw severalGroups(groups.length, file);
  const tried: KeyProvider[] = [];
  let damage: UserError | undefined;
  for (const entry of group) {
    const provider = providers.find(({ type }) => type === entry.type);
    if (provider === undefined) continue;
    if (!tried.includes(provider)) tried.push(provider);
    try {
      const key = await provider.unwrap(entry, file);
      if (key !== null) return checkedKey(key, file);
    } catch (error) {
      // Another key of the group may still open the file, so damage counts only when none does.
      if (!(error instanceof UserError)) throw error;
      damage ??= error;
    }
  }
  if (damage !== undefined) throw damage;
  if (tried.length === 0) throw unsupported(group, file);
  throw await noKey(group, file, tried);
}

function checkedKey(key: Buffer, file: string): Buffer {
  if (key.length === DATA_KEY_BYTES) return key;
  key.fill(0);
  throw sopsError("SEC011", file, "a data key of the wrong length", {
    why: `data keys have ${String(DATA_KEY_BYTES)} bytes; some very old files have shorter ones, which SOPS itself no longer opens`,
    fix: "encrypt the file again with sops",
  });
}

async function noKey(
  group: readonly KeyEntry[],
  file: string,
  tried: readonly KeyProvider[],
): Promise<Error> {
  const notes = await Promise.all(
    tried.map(async (provider) => (await provider.explain?.()) ?? []),
  );
  const names = group.slice(0, 5).map(describeKeyEntry);
  const more = group.length > 5 ? `, and ${String(group.length - 5)} more` : "";
  return sopsError("SEC008", file, "no key at hand opens the file", {
    why: [
      `it is encrypted to ${names.join(", ")}${more}`,
      ...notes.flat(),
    ].join("; "),
    fix: "set SOPS_AGE_KEY or SOPS_AGE_KEY_FILE to an identity of one of them, or ask a holder of such a key to add yours",
  });
}

function unsupported(group: readonly KeyEntry[], file: string): Error {
  const types = KEY_TYPES.filter((type) =>
    group.some((entry) => entry.type === type),
  );
  return sopsError(
    "SEC010",
    file,
    `keys of type ${types.map((type) => `"${type}"`).join(", ")} cannot be used here`,
    {
      why: `opening it needs ${types.map((type) => OPENED_BY[type]).join(" or ")}; this version opens files with age keys`,
      fix: 'add an age recipient with "sops updatekeys", or "sops rotate --add-age"',
    },
  );
}

function severalGroups(count: number, file: string): Error {
  return sopsError("SEC010", file, "key groups cannot be used here", {
    why: `the data key is split over ${String(count)} key groups (Shamir); this version opens files with one group`,
    fix: "encrypt the file to a single key group",
  });
}
