import type { KeyEntry } from "../core/key-entry.ts";
import { describeKeyEntry } from "../core/key-entry.ts";
import { keyName } from "./key-names.ts";
import type { KeyProvider } from "../core/key-provider.ts";
import { splitSecret } from "../core/shamir.ts";
import { sopsError } from "../core/sops-error.ts";

/**
 * Asked before a data key is wrapped for anyone. The names come from files that a change of the
 * repository may have brought along, so whoever gives the key out has to know them.
 * @throws AppError when it is not given.
 */
export type RecipientConsent = (
  recipients: readonly KeyEntry[],
) => Promise<void>;

/** What wrapping a data key for groups of master keys needs. */
export interface WrapOptions {
  readonly path: string;
  readonly providers: readonly KeyProvider[];
  /** How many shares open the file: from 2 to the number of groups. Ignored with one group. */
  readonly shamirThreshold: number;
  /** RFC 3339, for entries that say when they were made. */
  readonly createdAt: string;
  readonly consent: RecipientConsent;
  /**
   * Entries that wrap the same data key already; they are kept as they are. Ignored with several
   * groups.
   */
  readonly existing?: readonly KeyEntry[];
}

/**
 * Wraps a data key for every master key; with several groups each gets a share.
 * @throws UserError SEC018 when one of them cannot be wrapped for.
 */
export async function wrapForGroups(
  groups: readonly (readonly KeyEntry[])[],
  dataKey: Uint8Array,
  options: WrapOptions,
): Promise<readonly (readonly KeyEntry[])[]> {
  if (groups.length === 1) {
    const kept = new Map(
      (options.existing ?? []).map((key) => [keyName(key), key]),
    );
    const [group = []] = groups;
    await options.consent(group.filter((key) => !kept.has(keyName(key))));
    const entries = group.map(
      async (key) =>
        kept.get(keyName(key)) ?? (await wrapOne(key, dataKey, options)),
    );
    return [await Promise.all(entries)];
  }
  await options.consent(groups.flat());
  const shares = splitSecret(dataKey, groups.length, options.shamirThreshold);
  try {
    return await Promise.all(
      groups.map((group, at) =>
        Promise.all(
          group.map((key) => wrapOne(key, shares[at] ?? dataKey, options)),
        ),
      ),
    );
  } finally {
    for (const share of shares) share.fill(0);
  }
}

async function wrapOne(
  entry: KeyEntry,
  bytes: Uint8Array,
  options: WrapOptions,
): Promise<KeyEntry> {
  const provider = options.providers.find(({ type }) => type === entry.type);
  const wrapped = await provider?.wrap?.(entry, bytes);
  if (wrapped === undefined || "problem" in wrapped)
    throw sopsError(
      "SEC018",
      options.path,
      `the data key cannot be wrapped for ${entry.type === "age" && wrapped !== undefined ? "a recipient" : describeKeyEntry(entry)}`,
      {
        why:
          wrapped?.problem ?? "only the sops program can use this kind of key",
        fix: "correct the recipients in .sops.yaml, or use the sops program for this file",
        notDone: "nothing was written",
      },
    );
  const fields = new Map(wrapped.fields);
  if (entry.type !== "age") fields.set("created_at", options.createdAt);
  return { ...entry, fields };
}
