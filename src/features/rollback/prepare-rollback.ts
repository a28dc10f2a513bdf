import { SHARED_FOLDERS, foldersOf } from "../../domain/document-folders.ts";
import { resolveDocuments } from "../../environment/documents/documents.ts";
import {
  explainLimits,
  findRollbackTarget,
  type RollbackTarget,
} from "./rollback.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import { AppError, UserError } from "../../domain/problem/error.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import type { JsonObject } from "../../domain/json.ts";
import { createGit } from "../../platform/git/index.ts";
import { openGitTree } from "../../sources/git-tree.ts";
import { readProvenance } from "../../sources/provenance.ts";
import {
  changedFiles,
  writeChanges,
  type TreeChange,
} from "../../sources/working-tree.ts";
import { canonicalJson } from "../../util/canonical-json.ts";
import type { CommonInput } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";
import { withEnvironment } from "../../command/open-environment.ts";
import { planIn } from "../plan/plan-in.ts";
import { openStateOf } from "../../command/open-state.ts";

/** Folders of what every environment may use. */

/** A rollback as it would be: nothing is written yet. */
export interface Rollback {
  readonly environment: string;
  readonly target: RollbackTarget;
  /** What an apply of the documents of that time would do now. */
  readonly plan: Plan;
  /** Files that would change; files of secrets stay as they are. */
  readonly files: readonly TreeChange[];
  /** What it does not bring back. */
  readonly limits: readonly string[];
  /**
   * Brings the working tree to the documents of that time. @throws UserError CLI022 unless
   * everything is committed.
   */
  write(): Promise<void>;
}

/** Prepares going back to the documents of an earlier run. Asks the API, writes to nobody. */
export async function prepareRollback(
  environment: string,
  receipt: string,
  input: CommonInput,
  io: Io,
): Promise<Rollback> {
  const { state, rules, source } = await openStateOf(environment, input, io);
  const target = await findRollbackTarget(state, receipt);
  return withEnvironment(
    environment,
    { input, io },
    async (opened) => {
      const { plan } = await planIn(opened);
      const git = createGit(source.root, io.env);
      const then = await openGitTree(git, source.root, target.commit);
      const folders = foldersOf(environment);
      const files = changedFiles(
        await openGitTree(git, source.root, "HEAD"),
        then,
        {
          folders,
          except: new Set([...rules.secretFiles, ...opened.rules.secretFiles]),
        },
      );
      return {
        environment,
        target,
        plan,
        files,
        limits: [
          ...explainLimits(target, plan),
          ...sharedLimits(files),
          ...stateLimits(
            rules,
            (await resolveDocuments(then, environment, io.env)).rules,
          ),
        ],
        write: async () => {
          await assertCommitted(source.root, folders, io);
          await writeChanges(source.root, then, files);
        },
      };
    },
    { ref: target.commit, keepsSecrets: true },
  );
}

function sharedLimits(files: readonly TreeChange[]): string[] {
  const shared = files.filter(({ path }) =>
    SHARED_FOLDERS.some((folder) => path.startsWith(`${folder}/`)),
  );
  if (shared.length === 0) return [];
  return [
    `${String(shared.length)} of the files are shared (${SHARED_FOLDERS.map((folder) => `${folder}/`).join(", ")}): they change every environment that uses them; plan those too`,
  ];
}

/** Going back to another place of the state would leave everything we own behind. */
function stateLimits(
  now: EnvironmentRules,
  then: EnvironmentRules | null,
): string[] {
  if (then === null || canonicalJson(then.state) === canonicalJson(now.state))
    return [];
  return [
    `the state was kept elsewhere then (${then.state.backend}): keep the present "state" of environment.yaml, or what we own stays behind`,
  ];
}

async function assertCommitted(
  root: string,
  folders: readonly string[],
  io: Io,
): Promise<void> {
  const { dirty, problem } = await readProvenance(root, io.env, folders);
  if (dirty === false) return;
  if (problem instanceof AppError) throw problem;
  throw new UserError(
    "CLI022",
    dirty === null
      ? "git cannot tell whether everything is committed"
      : "there are changes that are not committed",
    {
      why: "a rollback writes over documents; what is not committed would be lost",
      fix:
        dirty === null
          ? "run git status, so that git itself looks at the files that have a filter, then try again"
          : "commit or put aside what is changed or new below the project, then try again",
      notDone: "no file was written",
    },
  );
}

/** The machine form. */
export function rollbackJson(
  rollback: Rollback,
  isWritten: boolean,
): JsonObject {
  const { environment, target, plan, files, limits } = rollback;
  const { accounts, ...counts } = plan.summary;
  return {
    kind: "rollback",
    environment,
    receipt: target.receipt.digest,
    commit: target.commit,
    plan_digest: plan.digest,
    summary:
      accounts === undefined
        ? counts
        : { ...counts, accounts: { ...accounts } },
    files: files.map(({ path, kind }) => ({ path, kind })),
    cannot_be_undone: limits,
    is_written: isWritten,
  };
}
