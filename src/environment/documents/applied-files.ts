import type { ProcessEnv } from "../../domain/environment-access.ts";
import { AppError } from "../../domain/problem/error.ts";
import { createGit } from "../../platform/git/index.ts";
import type { FormerFiles } from "../../ports/secret-store.ts";
import type { StateStore } from "../../ports/state-store.ts";
import { isContained } from "../../sources/commit-facts.ts";
import { openGitTree } from "../../sources/git-tree.ts";

/** The commit that was applied last, with its files. */
export interface AppliedCommit extends FormerFiles {
  /** When that run ended, ISO 8601 UTC. */
  readonly appliedAt: string;
  /** Whether another commit contains it; `null` where the clone does not tell. */
  readonly isIn: (commit: string) => Promise<boolean | null>;
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
    };
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
