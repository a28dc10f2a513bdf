import { createHash } from "node:crypto";
import { ENVIRONMENTS_FOLDER } from "../../domain/document-folders.ts";
import type { ProcessEnv } from "../../domain/environment-access.ts";
import type { Receipt } from "../../domain/state/ledger.ts";
import { AppError } from "../../domain/problem/error.ts";
import { createGit } from "../../platform/git/index.ts";
import type { FormerFiles } from "../../ports/secret-store.ts";
import { isContained } from "../../sources/commit-facts.ts";
import { openGitTree } from "../../sources/git-tree.ts";
import { resolveDocuments, type ResolvedDocuments } from "./documents.ts";

/** The commit that was applied last, as the ledger names it. */
export interface LastApplied {
  readonly commit: string;
  /** When that run ended, ISO 8601 UTC. */
  readonly finishedAt: string;
}

/** What a ledger says was applied last; `undefined` where no run names a commit. */
export function lastApplied(
  ledger: readonly Receipt[],
): LastApplied | undefined {
  const receipt = ledger.findLast(({ commit }) => commit !== null);
  if (receipt === undefined || receipt.commit === null) return undefined;
  return { commit: receipt.commit, finishedAt: receipt.finishedAt };
}

/** The commit that was applied last, with its files. */
export interface AppliedCommit extends FormerFiles {
  /** When that run ended, ISO 8601 UTC. */
  readonly appliedAt: string;
  /** Whether another commit contains it; `null` where the clone does not tell. */
  readonly isIn: (commit: string) => Promise<boolean | null>;
  /** True when the file had this very text. */
  readonly hasText: (path: string, text: string) => boolean;
  /**
   * The connections of an environment as they were written there, as far as they can be understood;
   * none where there was no such environment.
   */
  readonly authored: (name: string) => Promise<ResolvedDocuments["authored"]>;
}

/**
 * The files of the commit that was applied last; `undefined` where none was, or where git has it no
 * more.
 */
export async function openAppliedFiles(
  last: LastApplied | undefined,
  root: string,
  env: ProcessEnv,
): Promise<AppliedCommit | undefined> {
  if (last === undefined) return undefined;
  const { commit, finishedAt } = last;
  const git = createGit(root, env);
  try {
    const tree = await openGitTree(git, root, commit);
    return {
      commit,
      appliedAt: finishedAt,
      isIn: (other) => isContained(git, commit, other),
      readFile: async (path) => (await tree.readFile(path))?.bytes ?? null,
      hasText: (path, text) => isContent(tree.contentId(path), text),
      authored: async (name) => {
        const known = await tree.listFolders(ENVIRONMENTS_FOLDER);
        if (!known.includes(name)) return new Map();
        return (await resolveDocuments(tree, name, env)).authored;
      },
    };
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/**
 * Whether git's name of a file is that of this text, in a repository of either hash. @remarks
 * Source: git, "Git Internals - Git Objects".
 */
function isContent(contentId: string | undefined, text: string): boolean {
  const name = contentId?.split(" ")[1];
  if (name === undefined) return false;
  const bytes = Buffer.from(text, "utf8");
  return (
    createHash(name.length === 40 ? "sha1" : "sha256")
      .update(`blob ${String(bytes.length)}\0`)
      .update(bytes)
      .digest("hex") === name
  );
}
