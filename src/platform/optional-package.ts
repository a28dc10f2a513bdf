/**
 * Packages that are no part of tieline, because only some need them, and that are loaded by whoever
 * does. Those who need one install it; a standalone executable has them all.
 */

/**
 * The oldest Node.js that each says it runs on, in the version that is tested.
 * @remarks Source: `engines` of the installed packages; a test compares.
 */
export const OPTIONAL_PACKAGES = {
  "@aws-sdk/client-kms": "20.0.0",
  "@aws-sdk/client-sts": "20.0.0",
  "@octokit/auth-app": "20",
  pg: "16.0.0",
  "pg-boss": "22.12.0",
  "prom-client": "16",
  "sops-decoder": "20",
} as const;

/** The name of one of them. */
export type OptionalPackage = keyof typeof OPTIONAL_PACKAGES;

/** Such a package, or why it is not to be had and what to do. */
export type Loaded<Module> =
  { readonly module: Module } | { readonly why: string; readonly fix: string };

/**
 * Loads such a package. A package that is there and does not load is not one that is missing: to
 * install it once more would change nothing.
 * @param load - imports it by its name: what bundles the program must see the import.
 * @param node - version of Node.js.
 */
export async function loadOptional<Module>(
  name: OptionalPackage,
  load: () => Promise<Module>,
  node = process.versions.node,
): Promise<Loaded<Module>> {
  try {
    return { module: await load() };
  } catch (error) {
    const floor = OPTIONAL_PACKAGES[name];
    if (isMissing(error, name))
      return {
        why: "it is no part of tieline, and is not installed here",
        fix: `install it beside tieline: npm install ${name}`,
      };
    return isOlder(node, floor)
      ? {
          why: `it is installed, and cannot run: it asks for Node ${floor} or later, and this is Node ${node}`,
          fix: "run tieline with a later Node",
        }
      : {
          why: "it is installed, and could not be loaded",
          fix: `install it again: npm install ${name}`,
        };
  }
}

/** Whether an import failed because this very package is not there. */
function isMissing(error: unknown, name: string): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    /^(?:ERR_)?MODULE_NOT_FOUND$/u.test(String(error.code)) &&
    error.message.includes(`'${name}'`)
  );
}

function isOlder(version: string, floor: string): boolean {
  const [have, want] = [version, floor].map((text) =>
    text.split(".").map(Number),
  );
  for (let index = 0; index < 3; index += 1) {
    const difference = (have?.[index] ?? 0) - (want?.[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
