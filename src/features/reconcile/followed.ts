import type { ProcessEnv } from "../../domain/environment-access.ts";
import { TransientError, UserError } from "../../domain/problem/error.ts";
import type { StateSettings } from "../../domain/state/state.ts";
import { shortCommit } from "../../domain/provenance.ts";
import type { DocumentChoice } from "../../environment/documents/document-origin.ts";
import { systemClock } from "../../environment/system-clock.ts";
import { createGit } from "../../platform/git/index.ts";
import { fetchRemoteTip } from "../../platform/git/remote-tip.ts";
import type { Clock } from "../../ports/clock.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import type { Git } from "../../ports/git.ts";
import { subjectOf } from "../../sources/commit-facts.ts";
import { openGitTree } from "../../sources/git-tree.ts";
import { shellWord } from "../../util/shell-word.ts";
import { readProvenance } from "../../sources/provenance.ts";
import { createSharedLook } from "./shared-look.ts";

/** The documents of one moment. */
export interface Revision {
  /** `null` outside git. */
  readonly commit: string | null;
  readonly subject: string | null;
  readonly source: DocumentSource;
  /** How an environment is opened with these documents. */
  readonly choice: Pick<DocumentChoice, "ref" | "follows">;
  /** Why git cannot verify the commit's signature; `null` where it can. */
  signatureProblem(): Promise<string | null>;
}

/** Where the documents come from that environments are held against. */
export interface Followed {
  /** For people. */
  readonly place: string;
  /** Where the documents lie in their repository: empty, or with a slash at its end. */
  prefix(): Promise<string>;
  /**
   * The documents as they are now: with 0 as they are after this call, otherwise as they were at
   * most so many milliseconds before it. @throws TransientError STA013 where a remote cannot be
   * asked.
   */
  look(maxAgeMs: number): Promise<Revision>;
  /** Those of a commit, to go back to; `state` is where the state is kept today. */
  at(commit: string, state: StateSettings): Promise<Revision>;
}

/** A branch of a remote, as `origin/main` names it. */
export interface FollowedRef {
  readonly remote: string;
  /** Full name of the ref. */
  readonly ref: string;
}

/** @throws UserError CLI001 for anything but `remote/branch` or `remote/refs/…`. */
export function followedRef(text: string): FollowedRef {
  const slash = text.indexOf("/");
  const remote = text.slice(0, Math.max(0, slash));
  const name = text.slice(slash + 1);
  const isName =
    /^[A-Za-z0-9][A-Za-z0-9_.-]*$/u.test(remote) &&
    /^[A-Za-z0-9_][A-Za-z0-9_./-]*$/u.test(name) &&
    !/\.\.|\/\/|\/$|\.lock$/u.test(name);
  if (isName)
    return {
      remote,
      ref: name.startsWith("refs/") ? name : `refs/heads/${name}`,
    };
  throw new UserError("CLI001", `"${text}" is no branch of a remote`, {
    why: "what is followed is named by its remote and its branch",
    fix: "name it like origin/main, as git branch --remotes lists it",
    notDone: "nothing was read or changed",
  });
}

/** Follows a branch of a remote, or with `null` the folder as it lies there. */
export function follow(
  workspace: DocumentSource,
  env: ProcessEnv,
  ref: FollowedRef | null,
  clock: Pick<Clock, "now"> = systemClock,
): Followed {
  const git = createGit(workspace.root, env);
  const atCommit = async (
    commit: string,
    state: StateSettings | null,
  ): Promise<Revision> => ({
    commit,
    subject: await subjectOf(git, commit),
    source: await openGitTree(git, workspace.root, commit),
    choice: { ref: commit, follows: { state } },
    signatureProblem: async () => {
      const { status, stderr } = await git.run(["verify-commit", commit]);
      if (status === 0) return null;
      const said = stderr.trim().split("\n").at(-1) ?? "";
      const short = shortCommit(commit);
      return `the signature of ${short} cannot be verified: ${said === "" ? "it has none" : said}`;
    },
  });
  const prefix = async (): Promise<string> => (await git.place())?.prefix ?? "";
  if (ref !== null) {
    const shared = createSharedLook(tipOf(git, ref, atCommit), clock);
    return {
      place: `${ref.ref} of ${ref.remote}`,
      prefix,
      look: (maxAgeMs) => shared.look(maxAgeMs),
      at: atCommit,
    };
  }
  return { ...inFolder(workspace, env), prefix, at: atCommit };
}

/** Asks a remote for its branch. */
function tipOf(
  git: Git,
  ref: FollowedRef,
  atCommit: (commit: string, state: null) => Promise<Revision>,
): () => Promise<Revision> {
  // A commit never changes: while the branch stands, nothing of it is read again.
  let latest: Revision | null = null;
  return async () => {
    const tip = await fetchRemoteTip(git, ref);
    if (tip.kind === "tip") {
      if (latest?.commit === tip.commit) return latest;
      // Keeps what is followed from being collected; it decides nothing.
      await git.run([
        "update-ref",
        `refs/tieline-followed/${ref.ref.replace(/^refs\//u, "")}`,
        tip.commit,
      ]);
      latest = await atCommit(tip.commit, null);
      return latest;
    }
    throw new TransientError(
      "STA013",
      tip.kind === "none"
        ? `${ref.remote} has no ${ref.ref}`
        : `${ref.remote} cannot be asked for ${ref.ref}`,
      {
        status: null,
        mayHaveCommitted: false,
        why:
          tip.kind === "none"
            ? "the branch does not exist, or this account may not see it"
            : `git says: ${tip.answer.stderr}`,
        fix: `check it with: git ls-remote ${shellWord(ref.remote)} ${shellWord(ref.ref)}`,
        notDone: "nothing was planned or changed",
      },
    );
  };
}

/** The documents as they lie in the folder. */
function inFolder(
  workspace: DocumentSource,
  env: ProcessEnv,
): Pick<Followed, "place" | "look"> {
  return {
    place: "the documents in this folder",
    async look() {
      const { commit, subject, dirty } = await readProvenance(
        workspace.root,
        env,
      );
      return {
        commit,
        subject: subject ?? null,
        source: workspace,
        choice: {},
        signatureProblem: () =>
          Promise.resolve(
            dirty === false
              ? null
              : "what lies in the folder is not what was committed, so that no signature speaks for it",
          ),
      };
    },
  };
}
