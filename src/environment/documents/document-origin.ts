import type { ProcessEnv } from "../../domain/environment-access.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import type { Provenance } from "../../domain/provenance.ts";
import type { StateSettings } from "../../domain/state/state.ts";
import type { FileChange } from "../../domain/source-file.ts";
import { createGit } from "../../platform/git/index.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { subjectOf } from "../../sources/commit-facts.ts";
import { openGitTree } from "../../sources/git-tree.ts";
import { readProvenance } from "../../sources/provenance.ts";
import { withChanges } from "./changed-source.ts";
import { resolveDocuments } from "./documents.ts";

/** Which documents are meant, beside those that lie in the workspace. */
export interface DocumentChoice {
  /** Commit, tag or branch whose documents are read instead of those in the working tree. */
  readonly ref?: string | undefined;
  /**
   * The commit decides, whatever is checked out: it is what plans are held against, and it says
   * where the state is, unless that is given.
   */
  readonly follows?: { readonly state: StateSettings | null } | undefined;
  /** Files as they will be: what a command that edits documents plans before it writes them. */
  readonly changes?: readonly FileChange[];
}

/** Where documents come from: the working tree, or a commit. */
export interface DocumentOrigin {
  readonly source: DocumentSource;
  provenance(): Promise<Provenance>;
  /** The rules with what a commit cannot decide: where the state is now. */
  present(rules: EnvironmentRules): Promise<EnvironmentRules>;
}

/**
 * The working tree, or with `ref` the documents of that commit without a checkout. @throws
 * UserError CLI023 for one that cannot be read.
 */
export async function openOrigin(
  workspace: DocumentSource,
  env: ProcessEnv,
  { ref, follows, changes = [] }: DocumentChoice,
): Promise<DocumentOrigin> {
  const origin =
    ref === undefined
      ? workingTree(workspace, env)
      : await commitOf(workspace, env, { ref, follows });
  return changes.length === 0
    ? origin
    : { ...origin, source: withChanges(origin.source, changes) };
}

function workingTree(
  workspace: DocumentSource,
  env: ProcessEnv,
): DocumentOrigin {
  return {
    source: workspace,
    provenance: () => readProvenance(workspace.root, env),
    present: (rules) => Promise.resolve(rules),
  };
}

async function commitOf(
  workspace: DocumentSource,
  env: ProcessEnv,
  { ref, follows }: { readonly ref: string } & Pick<DocumentChoice, "follows">,
): Promise<DocumentOrigin> {
  const git = createGit(workspace.root, env);
  const source = await openGitTree(git, workspace.root, ref);
  return {
    source,
    provenance: async () => ({
      commit: source.commit,
      dirty: false,
      subject: await subjectOf(git, source.commit),
      problem: null,
    }),
    present: async (rules) => {
      if (follows !== undefined)
        return { ...rules, state: follows.state ?? rules.state };
      const now = await resolveDocuments(workspace, rules.name, env);
      // An old commit may name the state of an old time; ownership is where it is kept today.
      return now.rules === null ? rules : { ...rules, state: now.rules.state };
    },
  };
}
