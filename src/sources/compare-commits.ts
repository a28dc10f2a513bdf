import type { CheckoutComparison } from "../ports/checkout.ts";
import type { ProcessEnv } from "../domain/environment-access.ts";
import { AppError } from "../domain/problem/error.ts";
import { isObjectName } from "../domain/provenance.ts";
import { createGit } from "../platform/git/index.ts";
import type { Git } from "../ports/git.ts";

/** A folder of a repository as it is checked out. */
export interface CheckedOut {
  /** `null` where there is no commit, no repository, or a git that does not tell. */
  readonly commit: string | null;
  /**
   * Compares folders below it between another commit and this one, by the names of their objects:
   * nothing is read or checked out.
   */
  compare(
    commit: string,
    folders: readonly string[],
  ): Promise<CheckoutComparison>;
}

/**
 * Asks git which commit is checked out in a folder, or takes another one for it. Never throws: a
 * git that refuses tells nothing.
 */
export async function openCheckedOut(
  folder: string,
  env: ProcessEnv,
  at: string = "HEAD",
): Promise<CheckedOut> {
  const git = createGit(folder, env);
  const commit = await objectAt(git, `${at}^{commit}`);
  return {
    commit,
    compare: (other, folders) => compare(git, [other, at], folders),
  };
}

async function compare(
  git: Git,
  [commit, at]: readonly [commit: string, at: string],
  folders: readonly string[],
): Promise<CheckoutComparison> {
  // A plan names the commit: nothing but the name of an object ever reaches git.
  if (!isObjectName(commit)) return { kind: "unknown" };
  if ((await objectAt(git, `${commit}^{commit}`)) !== commit)
    return { kind: "unknown" };
  const prefix = (await git.place())?.prefix ?? "";
  const other: string[] = [];
  for (const folder of folders) {
    const [there, here] = await Promise.all(
      [commit, at].map((each) => objectAt(git, `${each}:${prefix}${folder}`)),
    );
    if (there !== here) other.push(`${folder}/`);
  }
  return other.length === 0
    ? { kind: "same" }
    : { kind: "other", folders: other };
}

/**
 * Name of the object that a revision means; `null` where there is none, no repository, or a git
 * that does not tell.
 */
async function objectAt(git: Git, revision: string): Promise<string | null> {
  try {
    const { status, stdout } = await git.run([
      "rev-parse",
      "--verify",
      "--quiet",
      revision,
    ]);
    const name = Buffer.from(stdout).toString("utf8").trim();
    return status === 0 && isObjectName(name) ? name : null;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
