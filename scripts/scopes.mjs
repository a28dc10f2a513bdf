/**
 * Packs `catalogue/scopes/*.json` into one module: what each documented scope means, how far it
 * reaches, and the page that says so. The data is one text that is parsed on first use, so that
 * whoever imports it and never asks pays next to nothing.
 */
import { readdir, readFile } from "node:fs/promises";

/** Tiers in the order in which the data numbers them. */
const TIERS = ["read-only", "read-write", "admin", "sensitive"];

/** Every file of scope meanings, by name. */
export async function readScopeFiles(folder) {
  const names = (await readdir(folder)).filter((name) =>
    name.endsWith(".json"),
  );
  return Promise.all(
    names
      .sort()
      .map(async (name) =>
        JSON.parse(await readFile(new URL(name, folder), "utf8")),
      ),
  );
}

/**
 * The data as `src/domain/catalogue/scopes.ts` reads it: rows of `[scope, tier, meaning, source]`,
 * where tier and source are positions in lists.
 */
export function packScopes(files) {
  const sources = [];
  const providers = {};
  const families = files.map((file, index) => {
    for (const slug of file.providers) providers[slug] = index;
    return {
      prefix: file.optional_prefix?.prefix ?? "",
      rows: file.scopes.map(({ scope, tier, meaning, source }) => {
        if (!sources.includes(source)) sources.push(source);
        return [scope, TIERS.indexOf(tier), meaning, sources.indexOf(source)];
      }),
    };
  });
  return { sources, providers, families };
}
