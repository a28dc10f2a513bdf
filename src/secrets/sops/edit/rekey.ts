import { randomBytes } from "node:crypto";
import { DATA_KEY_BYTES } from "../core/data-key.ts";
import { SopsEditor } from "./editor.ts";
import type { KeyProvider } from "../core/key-provider.ts";
import { missingKeys } from "../keys/key-names.ts";
import { assertReachable, thresholdFor } from "../file/reachable.ts";
import { replaceMetadata, withKeyGroups } from "../formats/metadata-text.ts";
import { decryptWithDataKey, type OpenedSops } from "../file/open.ts";
import { reencrypted } from "./reencrypt.ts";
import type { CreationRule } from "../file/sops-config.ts";
import { sopsError } from "../core/sops-error.ts";
import { readSopsFile, type SopsFile } from "../file/sops-file.ts";
import { wrapForGroups, type RecipientConsent } from "../keys/wrap-groups.ts";

/** What changing keys needs. */
export interface RekeyOptions {
  readonly rule: CreationRule;
  readonly providers: readonly KeyProvider[];
  readonly consent: RecipientConsent;
  readonly now: Date;
}

/**
 * Gives a file a new data key and encrypts everything anew, comments included.
 * @throws UserError SEC023 unless the file's recipients are those of the rule: they stand in the
 * file unauthenticated, and an added one would be handed the new key.
 */
export async function rotateSops(
  opened: OpenedSops,
  options: RekeyOptions,
): Promise<Buffer> {
  const { file } = opened;
  assertSameRecipients(file, options.rule);
  const dataKey = randomBytes(DATA_KEY_BYTES);
  try {
    // Without documents it learns no ciphertext: none of the old key may stay.
    const editor = new SopsEditor({ ...opened, dataKey, documents: [] });
    editor.readable.learn(opened);
    const groups = await wrapped(dataKey, file, {
      ...options,
      keepsWrapped: false,
    });
    const text = reencrypted(editor, opened, dataKey);
    const metadata = withKeyGroups(
      file.metadataTree,
      groups,
      thresholdFor(options.rule, file.metadata),
    );
    editor.replaceAll(
      replaceMetadata(text, editor.format, metadata),
      opened.documents,
    );
    return await editor.finish(options.now);
  } finally {
    dataKey.fill(0);
  }
}

/**
 * Makes the recipients of a file those of the rule. The data key stays, and with it every value,
 * the MAC and the time: who is taken out could read the file before and can still, from history.
 * @returns the file, or `undefined` when there is nothing to change.
 */
export async function updateSopsKeys(
  opened: OpenedSops,
  options: RekeyOptions,
): Promise<Buffer | undefined> {
  const { file } = opened;
  const threshold = thresholdFor(options.rule, file.metadata);
  if (
    recipientDifference(file, options.rule) === undefined &&
    thresholdFor(file.metadata, file.metadata) === threshold
  )
    return undefined;
  const editor = new SopsEditor(opened);
  const groups = await wrapped(opened.dataKey, file, {
    ...options,
    keepsWrapped: true,
  });
  const metadata = withKeyGroups(file.metadataTree, groups, threshold);
  const bytes = Buffer.from(
    replaceMetadata(
      Buffer.from(file.bytes).toString("utf8"),
      editor.format,
      metadata,
    ),
    "utf8",
  );
  const reread = await readSopsFile(bytes, file);
  assertReachable(reread.metadata, file.path);
  decryptWithDataKey(reread, Buffer.from(opened.dataKey)).dispose();
  return bytes;
}

/**
 * What differs between the recipients of a file and those of a rule, for people; `undefined` when
 * nothing does.
 */
export function recipientDifference(
  file: SopsFile,
  rule: CreationRule,
): string | undefined {
  const { keyGroups } = file.metadata;
  const extra = missingKeys(keyGroups, rule.keyGroups);
  const missing = missingKeys(rule.keyGroups, keyGroups);
  const parts = [
    ...(extra.length === 0
      ? []
      : [`the file has ${extra.join(", ")}, which the rule does not have`]),
    ...(missing.length === 0
      ? []
      : [`the rule has ${missing.join(", ")}, which the file does not have`]),
  ];
  return parts.length === 0 ? undefined : parts.join("; ");
}

function assertSameRecipients(file: SopsFile, rule: CreationRule): void {
  const difference = recipientDifference(file, rule);
  if (difference === undefined) return;
  throw sopsError(
    "SEC023",
    file.path,
    `its recipients are not those of ${rule.config}`,
    {
      why: `${difference}; whoever the file lists would be given the new key`,
      fix: "review the difference, then run: tieline secrets updatekeys <file>",
      notDone: "nothing was written",
    },
  );
}

function wrapped(
  dataKey: Uint8Array,
  file: SopsFile,
  options: RekeyOptions & { readonly keepsWrapped: boolean },
): ReturnType<typeof wrapForGroups> {
  const { rule, providers, now, keepsWrapped } = options;
  const { keyGroups } = file.metadata;
  return wrapForGroups(rule.keyGroups, dataKey, {
    path: file.path,
    providers,
    consent: options.consent,
    shamirThreshold: thresholdFor(rule, file.metadata),
    createdAt: now.toISOString().replace(/\.\d+Z$/u, "Z"),
    // Copies in a file of several groups are shares, not the key.
    ...(keepsWrapped && keyGroups.length === 1
      ? { existing: keyGroups.flat() }
      : {}),
  });
}
