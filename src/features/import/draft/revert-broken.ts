import type { ImportNote } from "../report.ts";
import type { WorkspaceDraft } from "./workspace-draft.ts";

/**
 * Each pass takes back every file that is wrong; what is wrong only because of another file shows
 * in the next.
 */
const MAX_PASSES = 5;

/** Takes back edits after which a document would be refused. @returns what was taken back. */
export async function revertBroken(
  workspace: WorkspaceDraft,
  environments: readonly string[],
): Promise<ImportNote[]> {
  const notes: ImportNote[] = [];
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const broken = await brokenFiles(workspace, environments);
    if (broken.size === 0) break;
    for (const [path, { environment, why }] of broken) {
      for (const connection of workspace.ownersOf(path))
        notes.push({
          environment,
          connection,
          pointer: "",
          message: `${path} stays as it is: ${why}`,
        });
      workspace.revert(path);
    }
  }
  return notes;
}

async function brokenFiles(
  workspace: WorkspaceDraft,
  environments: readonly string[],
): Promise<
  ReadonlyMap<string, { readonly environment: string; readonly why: string }>
> {
  const broken = new Map<
    string,
    { readonly environment: string; readonly why: string }
  >();
  const changed = workspace.changes().map(({ path }) => path);
  if (changed.length === 0) return broken;
  const states = await workspace.resolve();
  for (const environment of environments) {
    const state = states.get(environment);
    for (const { location, message } of state?.errors ?? []) {
      // An error can show in a layer that was not touched: then it is the change of the same
      // connection that caused it.
      const paths = changed.includes(location?.file ?? "")
        ? [location?.file ?? ""]
        : changed.filter((path) =>
            workspace.ownersOf(path).some((key) => !state?.desired.has(key)),
          );
      for (const path of paths) broken.set(path, { environment, why: message });
    }
  }
  return broken;
}
