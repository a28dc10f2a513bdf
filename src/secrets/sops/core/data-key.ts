import { UserError } from "../../../domain/problem/error.ts";
import {
  describeKeyEntry,
  KEY_TYPES,
  type KeyEntry,
  type KeyType,
} from "./key-entry.ts";
import type { KeyProvider } from "./key-provider.ts";
import type { SopsMetadata } from "./metadata.ts";
import { combineShares } from "./shamir.ts";
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

type Group = readonly KeyEntry[];

/**
 * Finds the data key of a file with the providers at hand: keys of a group in the order age, pgp,
 * then as listed. With several groups each gives a share, and as many as the threshold says are
 * joined.
 * @returns 32 bytes in a buffer the caller must zero.
 * @throws UserError SEC008 when no key at hand opens it, SEC007 when only kinds of key without a
 * provider could, SEC012 when a key fits but the wrapped copy is damaged.
 */
export async function recoverDataKey(
  metadata: Pick<SopsMetadata, "keyGroups" | "shamirThreshold">,
  file: string,
  providers: readonly KeyProvider[],
): Promise<Buffer> {
  const { keyGroups, shamirThreshold } = metadata;
  const [group = []] = keyGroups;
  if (keyGroups.length <= 1) {
    const opened = await openGroup(group, file, providers);
    if (Buffer.isBuffer(opened)) return checkedKey(opened, file);
    throw opened;
  }
  // Interpolation through one point is no interpolation: upstream wants two shares as well.
  const needed = Math.max(2, shamirThreshold || keyGroups.length);
  const shares: Buffer[] = [];
  let failure: Error | undefined;
  try {
    for (const entries of keyGroups) {
      const share = await openGroup(entries, file, providers);
      if (!Buffer.isBuffer(share)) failure ??= share;
      else if (shares.push(share) === needed) break;
    }
    if (shares.length < needed)
      throw tooFewGroups(file, { opened: shares.length, needed, failure });
    return checkedKey(combineShares(shares) ?? Buffer.alloc(0), file);
  } finally {
    for (const share of shares) share.fill(0);
  }
}

/** The unwrapped key or share of a group, or the error that says why there is none. */
async function openGroup(
  group: Group,
  file: string,
  providers: readonly KeyProvider[],
): Promise<Buffer | Error> {
  const tried: KeyProvider[] = [];
  let damage: UserError | undefined;
  for (const entry of group) {
    const provider = providers.find(({ type }) => type === entry.type);
    if (provider === undefined) continue;
    if (!tried.includes(provider)) tried.push(provider);
    try {
      const key = await provider.unwrap(entry, file);
      if (key !== null) return key;
    } catch (error) {
      // Another key of the group may still open the file, so damage counts only when none does.
      if (!(error instanceof UserError)) throw error;
      damage ??= error;
    }
  }
  if (damage !== undefined) return damage;
  if (tried.length === 0) return unsupported(group, file);
  return noKey(group, file, tried);
}

function checkedKey(key: Buffer, file: string): Buffer {
  if (key.length === DATA_KEY_BYTES) return key;
  key.fill(0);
  throw sopsError("SEC012", file, "a data key of the wrong length", {
    why: `data keys have ${String(DATA_KEY_BYTES)} bytes; some very old files have shorter ones, which SOPS itself no longer opens`,
    fix: "encrypt the file again with sops",
  });
}

async function noKey(
  group: Group,
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
    fix: group.some(({ type }) => type === "age")
      ? "set SOPS_AGE_KEY or SOPS_AGE_KEY_FILE to an identity of one of them, or ask a holder of such a key to add yours"
      : "make one of these keys available, or ask a holder of one to add yours",
  });
}

function unsupported(group: Group, file: string): Error {
  const types = KEY_TYPES.filter((type) =>
    group.some((entry) => entry.type === type),
  );
  return sopsError(
    "SEC007",
    file,
    `keys of type ${types.map((type) => `"${type}"`).join(", ")} are not opened here`,
    {
      why: `opening it needs ${types.map((type) => OPENED_BY[type]).join(" or ")}, which only the sops program can ask`,
      fix: 'install sops 3.10 or newer, or add an age recipient with "sops rotate --add-age"',
    },
  );
}

function tooFewGroups(
  file: string,
  found: {
    readonly opened: number;
    readonly needed: number;
    readonly failure: Error | undefined;
  },
): Error {
  const { opened, needed, failure } = found;
  const isDamage = failure instanceof UserError && failure.code === "SEC012";
  if (isDamage || (failure instanceof UserError && failure.code === "SEC007"))
    return failure;
  return sopsError(
    "SEC008",
    file,
    `${String(opened)} of the ${String(needed)} key groups that are needed could be opened`,
    {
      why:
        failure instanceof UserError && failure.why !== undefined
          ? failure.why
          : "the data key is split over groups of keys",
      fix: "make a key of another group available",
    },
  );
}
