import { AppError } from "../../domain/problem/error.ts";
import { createGit } from "../../platform/git/index.ts";
import type { FormerFiles } from "../../ports/secret-store.ts";
import type { StateStore } from "../../ports/state-store.ts";
import { openGitTree } from "../../sources/git-tree.ts";

/** The files of the commit that was applied last; `undefined` where none was, or where git has it no more. */
export async function openAppliedFiles(
  state: Pick<StateStore, "readLedger">,
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<FormerFiles | undefined> {
  const ledger = await state.readLedger();
  const commit = ledger.findLast((receipt) => receipt.commit !== null)?.commit;
  if (commit === undefined || commit === null) return undefined;
  try {
    const tree = await openGitTree(createGit(root, env), root, commit);
    return {
      commit,
      readFile: async (path) => (await tree.readFile(path))?.bytes ?? null,
    };
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
