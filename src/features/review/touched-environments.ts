import {
  ENVIRONMENTS_FOLDER,
  foldersOf,
} from "../../domain/document-folders.ts";
import type { ProcessEnv } from "../../domain/environment-access.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import { hasErrors } from "../../domain/problem/diagnostic.ts";
import {
  readShared,
  resolveDocuments,
} from "../../environment/documents/documents.ts";
import type { GitTreeSource } from "../../sources/git-tree.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import { sha256 } from "../../util/hash.ts";

/** Everything that an environment is made from, as far as a commit decides it. */
export interface ComposedInput {
  /** Equal where nothing a plan is made from differs: comments, order and places do not enter. */
  readonly digest: string;
  readonly rules: EnvironmentRules | null;
}

/**
 * What each environment of a commit is made from: the resolved documents and rules, and the stored
 * secrets as they lie there encrypted. Documents that cannot be resolved count as their bytes, so
 * that they are looked at when they change.
 */
export async function composedInputs(
  tree: GitTreeSource,
  env: ProcessEnv,
): Promise<ReadonlyMap<string, ComposedInput>> {
  const names = await tree.listFolders(ENVIRONMENTS_FOLDER);
  const shared = await readShared(tree);
  const inputs = new Map<string, ComposedInput>();
  for (const name of names) {
    const resolution = await resolveDocuments(tree, name, env, shared);
    const { rules, diagnostics, documentsDigest } = resolution;
    const isResolved = rules !== null && !hasErrors(diagnostics);
    const content = isResolved
      ? {
          documents: documentsDigest(),
          secrets: rules.secretFiles.map((path) => [
            path,
            tree.contentId(path) ?? null,
          ]),
        }
      : {
          files: tree
            .paths(foldersOf(name))
            .map((path) => [path, tree.contentId(path) ?? null]),
        };
    inputs.set(name, { digest: sha256(canonicalJson(content)), rules });
  }
  return inputs;
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
  before: ReadonlyMap<string, ComposedInput>,
  after: ReadonlyMap<string, ComposedInput>,
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
