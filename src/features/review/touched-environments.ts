import {
  ENVIRONMENTS_FOLDER,
  foldersOf,
} from "../../domain/document-folders.ts";
import type { ProcessEnv } from "../../domain/environment-access.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import { composedInput } from "../../environment/documents/composed-input.ts";
import { readShared } from "../../environment/documents/documents.ts";
import type { GitTreeSource } from "../../sources/git-tree.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { sha256 } from "../../util/hash.ts";

/** What an environment of a commit is made from. */
export interface CommittedInput {
  /** As of {@link composedInput}; of documents that cannot be resolved, over their bytes. */
  readonly digest: string;
  readonly rules: EnvironmentRules | null;
}

/**
 * What each environment of a commit is made from. Documents that cannot be resolved count as their
 * bytes, so that they are looked at when they change.
 */
export async function composedInputs(
  tree: GitTreeSource,
  env: ProcessEnv,
): Promise<ReadonlyMap<string, CommittedInput>> {
  const names = await tree.listFolders(ENVIRONMENTS_FOLDER);
  const shared = await readShared(tree);
  const inputs = new Map<string, CommittedInput>();
  for (const name of names) {
    const { digest, rules } = await composedInput(tree, name, env, shared);
    inputs.set(name, { digest: digest ?? bytesDigest(tree, name), rules });
  }
  return inputs;
}

function bytesDigest(tree: GitTreeSource, name: string): string {
  const files = tree
    .paths(foldersOf(name))
    .map((path) => [path, tree.contentId(path) ?? null]);
  return sha256(canonicalJson({ files }));
}

/** Which environments differ between two commits, sorted. */
export interface TouchedEnvironments {
  readonly touched: readonly string[];
  /** They were there, and are not any more. */
  readonly gone: readonly string[];
  readonly untouchedCount: number;
}

/** Compares what the environments of two commits are made from. */
export function compareInputs(
  before: ReadonlyMap<string, CommittedInput>,
  after: ReadonlyMap<string, CommittedInput>,
): TouchedEnvironments {
  const touched = [...after]
    .filter(([name, { digest }]) => before.get(name)?.digest !== digest)
    .map(([name]) => name)
    .sort();
  return {
    touched,
    gone: [...before.keys()].filter((name) => !after.has(name)).sort(),
    untouchedCount: after.size - touched.length,
  };
}
