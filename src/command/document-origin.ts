import { resolveDocuments } from "../environment/documents.ts";
import type { Provenance } from "../features/plan/plan.ts";
import type { EnvironmentRules } from "../domain/environment.ts";
import type { DocumentSource } from "../ports/document-source.ts";
import { createGit } from "../platform/git/index.ts";
import { openGitTree } from "../sources/git-tree.ts";
import { readProvenance } from "../sources/provenance.ts";
import type { Input } from "./input.ts";
import type { Io } from "./io.ts";
import { openWorkspace } from "../environment/workspace.ts";

/** Where the documents of a command come from: the working tree, or a commit. */
export interface DocumentOrigin {
  readonly source: DocumentSource;
  provenance(): Promise<Provenance>;
  /** The rules with what a commit cannot decide: where the state is now. */
  present(rules: EnvironmentRules): Promise<EnvironmentRules>;
}

/** The working tree, or with `ref` the documents of that commit without a checkout. @throws UserError CLI023 for one that cannot be read. */
export async function openOrigin(
  input: Input,
  io: Io,
  ref?: string,
): Promise<DocumentOrigin> {
  const workspace = await openWorkspace(input, io);
  if (ref === undefined)
    return {
      source: workspace,
      provenance: () => readProvenance(workspace.root, io.env),
      present: (rules) => Promise.resolve(rules),
    };
  const git = createGit(workspace.root, io.env);
  const source = await openGitTree(git, workspace.root, ref);
  return {
    source,
    provenance: () =>
      Promise.resolve({ commit: source.commit, dirty: false, problem: null }),
    present: async (rules) => {
      const now = await resolveDocuments(workspace, rules.name, io.env);
      // An old commit may name the state of an old time; ownership is where it is kept today.
      return now.rules === null ? rules : { ...rules, state: now.rules.state };
    },
  };
}
