import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { systemClock } from "../../compose/system-clock.ts";
import { mergeSops, type MergeResult } from "../../secrets/sops/merge.ts";
import { openSops, type OpenedSops } from "../../secrets/sops/open.ts";
import { createKeyProviders } from "../../secrets/sops/providers.ts";
import { VerifiedFile } from "../../secrets/sops/verified-file.ts";
import type { Io } from "../io.ts";
import { demoKeyFiles } from "./target.ts";

/** What git hands to a merge driver: three files under temporary names, and the path in the repository. */
export interface MergeFiles {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
  readonly path: string;
}

/** Merges the three files into `ours`. On a conflict nothing is written. @throws UserError when a side does not open or verify. */
export async function mergeFiles(
  files: MergeFiles,
  io: Io,
): Promise<MergeResult> {
  const keyFiles = await demoKeyFiles(resolve(io.cwd, files.path), io);
  const providers = createKeyProviders({ env: io.env, keyFiles });
  const opened: OpenedSops[] = [];
  const openSide = async (file: string): Promise<OpenedSops | undefined> => {
    const bytes = await readFile(resolve(io.cwd, file));
    // Git hands an empty file where both sides added theirs.
    if (bytes.length === 0) return undefined;
    const side = await openSops(bytes, { path: files.path, providers });
    opened.push(side);
    return side;
  };
  try {
    const base = await openSide(files.base);
    const ours = await openSide(files.ours);
    const theirs = await openSide(files.theirs);
    if (ours === undefined || theirs === undefined)
      return { kind: "conflict", paths: ["(a side is empty)"] };
    const result = await mergeSops(
      { base, ours, theirs },
      new Date(systemClock.now()),
    );
    if (result.kind === "merged") {
      const { path } = files;
      const { bytes } = await VerifiedFile.open(result.bytes, {
        path,
        providers,
        documents: [result.tree],
      });
      await writeFile(resolve(io.cwd, files.ours), bytes);
    }
    return result;
  } finally {
    for (const side of opened) side.dispose();
  }
}
