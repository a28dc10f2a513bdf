import type { EnvironmentRules } from "../../domain/environment.ts";
import {
  ConflictError,
  RefusedError,
  UserError,
  type AppError,
} from "../../domain/problem/error.ts";
import {
  invalidDocuments,
  validateDocuments,
} from "../../environment/documents/documents.ts";
import { assertEnvironments } from "../../environment/documents/known-names.ts";
import { openOfflineChecks } from "../../environment/api/offline.ts";
import { createGit } from "../../platform/git/index.ts";
import type { Git } from "../../ports/git.ts";
import { mergeBaseOf, parentsOf } from "../../sources/commit-facts.ts";
import { openGitTree, type GitTreeSource } from "../../sources/git-tree.ts";
import { hasErrors } from "../../domain/problem/diagnostic.ts";
import { shortCommit } from "../../domain/provenance.ts";
import { exitCodeOf } from "../../command/exit-codes.ts";
import type { Io } from "../../command/io.ts";
import { openWorkspace } from "../../command/workspace.ts";
import type { ReviewInput } from "./command.ts";
import {
  asAppError,
  failedEnvironment,
  missingEnvironment,
  planEnvironments,
} from "./plan-environments.ts";
import { worstCode, type ReviewReport } from "./report.ts";
import {
  compareInputs,
  composedInputs,
  type TouchedEnvironments,
} from "./touched-environments.ts";

/** Which commits a review is about; the checkout is what it reads. */
export interface Commits {
  readonly headCommit: string | null;
  readonly baseCommit: string | null;
  readonly isFork: boolean;
}

/**
 * Finds out what a change touches, and plans it. Whatever goes wrong is in the report: nothing is
 * thrown.
 */
export async function conductReview(
  commits: Commits,
  input: ReviewInput,
  io: Io,
): Promise<ReviewReport> {
  try {
    return await review(commits, input, io);
  } catch (cause) {
    return failedReport(asAppError(cause));
  }
}

/** A review that was stopped as a whole. */
export function failedReport(error: AppError): ReviewReport {
  return {
    commit: null,
    environments: [],
    untouchedCount: 0,
    error,
    exitCode: exitCodeOf(error),
  };
}

async function review(
  commits: Commits,
  input: ReviewInput,
  io: Io,
): Promise<ReviewReport> {
  const source = await openWorkspace(input, io);
  const git = createGit(source.root, io.env);
  const tree = await openGitTree(git, source.root, "HEAD");
  const base = await baseTree(git, tree, { commits, input });
  const before = await composedInputs(base, io.env);
  const after = await composedInputs(tree, io.env);
  const choice = chosen(compareInputs(before, after), [...after.keys()], input);
  // From a snapshot a fork is planned as anybody is: nothing is at hand that it could take.
  const isClosed = commits.isFork && input.options.snapshot === undefined;
  const environments = isClosed
    ? await refuseFork(tree, choice.names, io)
    : await planEnvironments(
        {
          names: choice.names,
          commit: tree.commit,
          rules: choice.names.flatMap((name): EnvironmentRules[] => {
            const rules = after.get(name)?.rules ?? null;
            return rules === null ? [] : [rules];
          }),
        },
        input,
        io,
      );
  const all = [...environments, ...choice.missing.map(missingEnvironment)].sort(
    (a, b) => (a.name < b.name ? -1 : 1),
  );
  return {
    commit: tree.commit,
    environments: all,
    untouchedCount: after.size - choice.names.length,
    error: null,
    exitCode: worstCode(all.map(({ exitCode }) => exitCode)),
  };
}

interface Choice {
  /** To be planned, sorted. */
  readonly names: readonly string[];
  /** Expected, and not there. */
  readonly missing: readonly string[];
}

/**
 * Those that are named, or those that are touched and those that are expected. What is gone was
 * expected, unless somebody says which ones are: an environment that is not planned any more must
 * not look like one without changes.
 */
function chosen(
  { touched, gone }: TouchedEnvironments,
  known: readonly string[],
  input: ReviewInput,
): Choice {
  const named = input.args.environment;
  assertEnvironments(named, [...known, ...gone], {
    fix: "correct the name, or leave it out to plan what the change touches",
    notDone: "nothing was planned",
  });
  const expected = input.options.expectEnvironments.flatMap((text) =>
    text.split(/[\s,]+/u).filter((name) => name !== ""),
  );
  const wanted = new Set([
    ...(named.length > 0 ? named : touched),
    ...expected,
  ]);
  const lost = expected.length > 0 || named.length > 0 ? [] : gone;
  return {
    names: [...wanted].filter((name) => known.includes(name)).sort(),
    missing: [
      ...new Set([
        ...[...wanted].filter((name) => !known.includes(name)),
        ...lost,
      ]),
    ],
  };
}

/**
 * The commit that the change is held against: where it and what it goes to parted. @throws when
 * that cannot be told.
 */
async function baseTree(
  git: Git,
  tree: GitTreeSource,
  {
    commits,
    input,
  }: { readonly commits: Commits; readonly input: ReviewInput },
): Promise<GitTreeSource> {
  const { headCommit, baseCommit } = commits;
  const parents = await parentsOf(git, tree.commit);
  // What GitHub checks out for a pull request is its merge with the base: the base is the first
  // parent.
  const isMerge =
    headCommit !== null &&
    tree.commit !== headCommit &&
    parents[1] === headCommit;
  if (headCommit !== null && tree.commit !== headCommit && !isMerge)
    throw otherCommit(tree.commit, headCommit);
  const named =
    input.options.base ?? (isMerge ? parents[0] : undefined) ?? baseCommit;
  if (named === null) throw noBase();
  const other = await openGitTree(git, tree.root, named);
  const parted = await mergeBaseOf(git, other.commit, tree.commit);
  if (parted === null)
    throw new UserError(
      "CLI023",
      "it cannot be told where this change begins",
      {
        why: `the clone does not hold the history between ${shortCommit(other.commit)} and ${shortCommit(tree.commit)}`,
        fix: "fetch the whole history: fetch-depth: 0 for actions/checkout, GIT_DEPTH: 0 for GitLab",
        notDone: "nothing was planned",
      },
    );
  return openGitTree(git, tree.root, parted);
}

function otherCommit(found: string, headCommit: string): ConflictError {
  return new ConflictError(
    "REV002",
    "the checkout is not of the pull request",
    {
      why: `${shortCommit(found)} is checked out, and the pull request proposes ${shortCommit(headCommit)}`,
      fix: "check out the commit of the pull request, or its merge, and run the review again",
      notDone: "nothing was planned",
    },
  );
}

function noBase(): UserError {
  return new UserError("CLI001", "it is not known what to compare with", {
    why: "this is no job for a pull request, which would say where it goes",
    fix: "name the commit or branch: tieline review --base main",
    notDone: "nothing was planned",
  });
}

/**
 * What a fork's change gets: its documents are checked without key, credentials or network, and no
 * plan is made.
 */
async function refuseFork(
  tree: GitTreeSource,
  names: readonly string[],
  io: Io,
): Promise<ReviewReport["environments"]> {
  const checks = openOfflineChecks(tree);
  return Promise.all(
    names.map(async (name) => {
      const { diagnostics } = await validateDocuments(
        tree,
        [name],
        io.env,
        checks,
      );
      return failedEnvironment(
        name,
        hasErrors(diagnostics)
          ? invalidDocuments(diagnostics)
          : forkError(name),
      );
    }),
  );
}

function forkError(name: string): RefusedError {
  return new RefusedError("REV003", `"${name}" is not planned for a fork`, {
    why: "the commits come from another repository: credentials and keys are for nobody who can open a pull request",
    fix: "plan it from a snapshot (--snapshot, as docs/guides/forks.md shows), or look at the change, push it to a branch of this repository, and review that one",
    notDone:
      "its documents were checked and are valid; nothing was decrypted, no API was asked, and nothing was posted",
  });
}
