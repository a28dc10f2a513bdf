import { replaceFile } from "../../secrets/atomic-write.ts";
import type { SopsMap } from "../../secrets/sops/tree.ts";
import { VerifiedFile } from "../../secrets/sops/verified-file.ts";
import type { SecretsTarget } from "./target.ts";

/** Replaces a file of secrets, after what takes its place was opened with the keys at hand and found to hold these values. */
export async function writeTarget(
  target: SecretsTarget,
  bytes: Uint8Array,
  documents: readonly SopsMap[],
): Promise<void> {
  const verified = await VerifiedFile.open(bytes, {
    path: target.shown,
    providers: target.providers,
    documents,
  });
  await replaceFile(target.file, verified.bytes, target.bytes);
}
