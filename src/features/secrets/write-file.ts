import { replaceFile } from "../../secrets/atomic-write.ts";
import type { SopsMap } from "../../secrets/sops/core/tree.ts";
import { assertFilePinned, assertPinned } from "../../secrets/recipients.ts";
import { findCreationRule } from "../../secrets/sops/file/sops-config.ts";
import { readSopsFile } from "../../secrets/sops/file/sops-file.ts";
import { VerifiedFile } from "../../secrets/sops/file/verified-file.ts";
import type { SecretsFile } from "./secrets-file.ts";

/** What writing needs to know of a file. */
export type WrittenTarget = Pick<
  SecretsFile,
  "file" | "shown" | "bytes" | "providers" | "pinned"
>;

/**
 * Replaces a file of secrets, after what takes its place was opened with the keys at hand and found
 * to hold these values.
 */
export async function writeFile(
  target: WrittenTarget,
  bytes: Uint8Array,
  documents: readonly SopsMap[],
): Promise<void> {
  await assertTargetPinned(target, bytes);
  const verified = await VerifiedFile.open(bytes, {
    path: target.shown,
    providers: target.providers,
    documents,
  });
  await replaceFile(target.file, verified.bytes, target.bytes);
}

/**
 * Makes sure that the environment allows all who can open these bytes, and all whom the rules for
 * the file name.
 * @throws UserError SEC070; SEC022 for rules that cannot be used, which could name anybody.
 */
export async function assertTargetPinned(
  target: Pick<SecretsFile, "file" | "shown" | "pinned">,
  bytes: Uint8Array,
): Promise<void> {
  const { file, shown, pinned } = target;
  if (pinned === null) return;
  assertFilePinned(await readSopsFile(bytes, { path: shown }), pinned);
  const rule = await findCreationRule(file);
  if (rule === undefined) return;
  const keys = rule.keyGroups.flat();
  assertPinned({ source: rule.config, file: shown, keys }, pinned);
}
