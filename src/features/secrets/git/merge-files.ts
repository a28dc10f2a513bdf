import { resolve } from "node:path";
import { systemClock } from "../../../environment/system-clock.ts";
import {
  mergeSops,
  type MergeResult,
} from "../../../secrets/sops/edit/merge.ts";
import { openSops, type OpenedSops } from "../../../secrets/sops/file/open.ts";
import type { Io } from "../../../command/io.ts";
import { readNamedFile } from "../../../command/named-files.ts";
import { MAX_SECRETS_BYTES, ownSettings } from "../secrets-file.ts";
import { writeFile } from "../write-file.ts";

/**
 * What git hands to a merge driver: three files under temporary names, and the path in the
 * repository.
 */
export interface MergeFiles {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
  readonly path: string;
}

/**
 * Merges the three files into `ours`. On a conflict nothing is written. @throws UserError when a
 * side does not open or verify.
 */
export async function mergeFiles(
  files: MergeFiles,
  io: Io,
): Promise<MergeResult> {
  const own = await ownSettings(resolve(io.cwd, files.path), io);
  const { providers } = own;
  const opened: OpenedSops[] = [];
  const bytesOf = (file: string): Uint8Array =>
    readNamedFile(io.cwd, file, {
      kind: "the side of the merge",
      maxBytes: MAX_SECRETS_BYTES,
      code: "SEC001",
      fix: "name three files, as git does",
      notDone: "nothing was written",
    });
  const openSide = async (
    bytes: Uint8Array,
  ): Promise<OpenedSops | undefined> => {
    // Git hands an empty file where both sides added theirs.
    if (bytes.length === 0) return undefined;
    const side = await openSops(bytes, { path: files.path, providers });
    opened.push(side);
    return side;
  };
  try {
    const base = await openSide(bytesOf(files.base));
    const before = bytesOf(files.ours);
    const ours = await openSide(before);
    const theirs = await openSide(bytesOf(files.theirs));
    if (ours === undefined || theirs === undefined)
      return { kind: "conflict", paths: ["(a side is empty)"] };
    const result = await mergeSops(
      { base, ours, theirs },
      new Date(systemClock.now()),
    );
    if (result.kind === "merged") {
      const file = resolve(io.cwd, files.ours);
      await writeFile(
        { file, shown: files.path, bytes: before, ...own },
        result.bytes,
        [result.tree],
      );
    }
    return result;
  } finally {
    for (const side of opened) side.dispose();
  }
}
