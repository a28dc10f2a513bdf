import { createHash } from "node:crypto";
import { ENVIRONMENTS_FOLDER } from "../../domain/document-folders.ts";
import type { ProcessEnv } from "../../domain/environment-access.ts";
import { AppError } from "../../domain/problem/error.ts";
import { createGit } from "../../platform/git/index.ts";
import type { FormerFiles } from "../../ports/secret-store.ts";
import type { StateStore } from "../../ports/state-store.ts";
import { isContained } from "../../sources/commit-facts.ts";
import { openGitTree } from "../../sources/git-tree.ts";
import { resolveDocuments, type ResolvedDocuments } from "./documents.ts";

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
  state: Pick<StateStore, "readLedger">,
  root: string,
  env: ProcessEnv,
): Promise<AppliedCommit | undefined> {
  const ledger = await state.readLedger();
  const receipt = ledger.findLast(({ commit }) => commit !== null);
  if (receipt === undefined || receipt.commit === null) return undefined;
  const { commit, finishedAt } = receipt;
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
