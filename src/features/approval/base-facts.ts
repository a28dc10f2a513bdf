import { foldersOf } from "../../domain/document-folders.ts";
import type { ProcessEnv } from "../../domain/environment-access.ts";
import type { ApprovalRules } from "../../domain/environment.ts";
import {
  OWNERS_FILES,
  readOwners,
  type OwnersDialect,
  type OwnersOf,
} from "../../engine/approvals/codeowners.ts";
import { resolveDocuments } from "../../environment/documents/documents.ts";
import type { Git } from "../../ports/git.ts";
import { openGitTree } from "../../sources/git-tree.ts";

/** Longest file of owners. @remarks Source: GitHub, "About code owners": 3 MB. */
const MAX_OWNERS_BYTES = 3 * 1024 * 1024;

/** Whether the clone holds a commit. */
export async function isInClone(git: Git, commit: string): Promise<boolean> {
  const { status } = await git.run(["cat-file", "-e", `${commit}^{commit}`]);
  return status === 0;
}

/** What a commit asks for in approvals of an environment; `null` where it asks for none. */
export async function approvalsAt(
  git: Git,
  {
    root,
    commit,
    environment,
    env,
  }: {
    readonly root: string;
    readonly commit: string;
    readonly environment: string;
    readonly env: ProcessEnv;
  },
): Promise<ApprovalRules | null> {
  const tree = await openGitTree(git, root, commit);
  const names = await tree.listFolders("environments");
  if (!names.includes(environment)) return null;
  const { rules } = await resolveDocuments(tree, environment, env);
  return rules?.approvals ?? null;
}

/** Who owns which file, as a commit says it: nobody where it says nothing. */
export async function ownersAt(
  git: Git,
  commit: string,
  dialect: OwnersDialect,
): Promise<OwnersOf> {
  for (const path of OWNERS_FILES[dialect]) {
    const { status, stdout } = await git.run([
      "cat-file",
      "blob",
      `${commit}:${path}`,
    ]);
    if (status !== 0) continue;
    // What the forge does not read names no owners.
    if (stdout.length > MAX_OWNERS_BYTES) break;
    return readOwners(new TextDecoder().decode(stdout), dialect);
  }
  return () => [];
}

/**
 * Which of the changed files an environment is made from; its own settings where it is none of
 * them, so that owners are asked in any case.
 */
export function filesOf(
  environment: string,
  changed: readonly string[],
  prefix: string,
): readonly string[] {
  const folders = foldersOf(environment).map((name) => `${prefix}${name}/`);
  const found = changed.filter((path) =>
    folders.some((folder) => path.startsWith(folder)),
  );
  return found.length > 0
    ? found
    : [`${prefix}environments/${environment}/environment.yaml`];
}
