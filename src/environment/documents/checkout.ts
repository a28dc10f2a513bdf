import type { ProcessEnv } from "../../domain/environment-access.ts";
import { foldersOf } from "../../domain/document-folders.ts";
import type { Checkout } from "../../ports/checkout.ts";
import { openCheckedOut } from "../../sources/compare-commits.ts";

/**
 * The documents of an environment as they are checked out in a folder, or as the commit `at` has
 * them.
 */
export async function openCheckout(
  root: string,
  environment: string,
  env: ProcessEnv,
  at?: string,
): Promise<Checkout> {
  const here = await openCheckedOut(root, env, at);
  return {
    commit: here.commit,
    compare: (other) => here.compare(other, foldersOf(environment)),
  };
}
