import type { FileChange } from "../../src/domain/source-file.ts";

/** A workspace in memory: texts by path. */
export { sourceOfTexts as textSource } from "../../src/environment/documents/changed-source.ts";

/** The texts after some changes, each of which must start from what is there. */
export function applied(
  files: Readonly<Record<string, string>>,
  changes: readonly FileChange[],
): Record<string, string> {
  const result = new Map(Object.entries(files));
  for (const { path, before, after } of changes) {
    if ((result.get(path) ?? null) !== before)
      throw new Error(`${path} is not what the change says it was`);
    if (after === null) result.delete(path);
    else result.set(path, after);
  }
  return Object.fromEntries(result);
}
