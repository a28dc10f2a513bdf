import type { Checkout } from "../../ports/checkout.ts";
import { BASE_FOLDER, ENVIRONMENTS_FOLDER } from "./documents.ts";
import { TEMPLATES_FOLDER } from "../../documents/layers/templates.ts";
import { openCheckedOut } from "../../sources/compare-commits.ts";

/** The documents of an environment as they are checked out in a folder. */
export async function openCheckout(
  root: string,
  environment: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Checkout> {
  const here = await openCheckedOut(root, env);
  return {
    commit: here.commit,
    compare: (other) =>
      here.compare(other, [
        BASE_FOLDER,
        TEMPLATES_FOLDER,
        `${ENVIRONMENTS_FOLDER}/${environment}`,
      ]),
  };
}
