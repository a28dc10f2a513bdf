import { randomUUID } from "node:crypto";
import {
  ConflictError,
  TransientError,
  UserError,
} from "../../domain/problem/error.ts";
import { fetchRemoteTip } from "../../platform/git/remote-tip.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Git, GitAnswer } from "../../ports/git.ts";
import {
  makeCommit,
  readFiles,
  type RefFiles,
  type TreeChange,
} from "./objects.ts";

/**
 * Attempts to move the ref before giving up: with a handful of writers each loses a few races,
 * never dozens.
 */
const MAX_ATTEMPTS = 40;
/**
 * A remote that says no this often while the ref stands still says no for another reason than a
 * race.
 */
const MAX_REFUSALS = 4;
/** Mean of the first wait between two attempts; it doubles up to the limit. */
const FIRST_WAIT_MS = 20;
const LAST_WAIT_MS = 1_000;

/** Where a ref is and with what it is moved. */
export interface RefStoreOptions {
  readonly git: Git;
  /** Full name of the ref. */
  readonly ref: string;
  /** `null`: the ref of this repository itself. */
  readonly remote: string | null;
  readonly clock: Clock;
  /** For messages. */
  readonly place: string;
}

/** Files in the tree of a ref, changed by new commits only. */
export interface RefStore {
  /** Files at the tip, read afresh. */
  read(): Promise<RefFiles>;
  /**
   * Reads the tip, asks what to change, and moves the ref by one commit; starts again from the new
   * tip when somebody else moved it first. `edit` may throw to end it; `null` changes nothing.
   * @throws ConflictError STA012 when the ref cannot be moved, TransientError STA013 when the
   * remote cannot be reached.
   */
  update(
    message: string,
    edit: (files: RefFiles) => Promise<TreeChange | null>,
  ): Promise<void>;
}

/** A ref as a store of files. Never touches the working tree, the index or a branch. */
export function createRefStore(options: RefStoreOptions): RefStore {
  const { git, clock } = options;
  const read = async (): Promise<RefFiles> =>
    readFiles(git, await readTip(options));
  return {
    read,
    async update(message, edit) {
      let refusals = 0;
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        const files = await read();
        const change = await edit(files);
        if (change === null) return;
        const commit = await makeCommit(git, files, {
          change,
          // Two writers that store the same must not make the same commit: both would believe they
          // had moved the ref.
          message: `${message}\n\nwrite: ${randomUUID()}\n`,
          at: clock.now(),
        });
        const refusal = await moveRef(options, files.tip, commit);
        if (refusal === null) return;
        // The answer may have been lost after the ref was moved.
        const tip = await readTip(options);
        if (tip === commit) return;
        refusals = tip === files.tip ? refusals + 1 : 0;
        if (refusals >= MAX_REFUSALS) throw stuck(options, refusal);
        await clock.sleep(waitBefore(attempt, clock));
      }
      throw stuck(options, "others moved it at every attempt");
    },
  };
}

function waitBefore(attempt: number, clock: Clock): number {
  const mean = Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
  return Math.ceil(mean * 2 * clock.random());
}

/** The commit the ref stands at, its objects at hand; `null` when there is no such ref yet. */
async function readTip(options: RefStoreOptions): Promise<string | null> {
  const { git, ref, remote } = options;
  if (remote === null) {
    const answer = await git.run(["rev-parse", "--verify", "--quiet", ref]);
    if (answer.status === 0) return objectName(answer);
    // Silence is the answer for a ref that is not there; anything said is another trouble.
    if (answer.status === 1 && answer.stderr === "") return null;
    throw noRepository(options, answer);
  }
  const found = await fetchRemoteTip(git, { remote, ref });
  if (found.kind === "unreachable") throw unreachable(options, found.answer);
  return found.kind === "tip" ? found.commit : null;
}

/** Moves the ref from one commit to the next; `null` when it did, else why not. */
async function moveRef(
  options: RefStoreOptions,
  from: string | null,
  to: string,
): Promise<string | null> {
  const { git, ref, remote } = options;
  if (remote !== null) return pushRef({ ...options, remote }, from, to);
  const none = "0".repeat(to.length);
  const answer = await git.run(["update-ref", ref, to, from ?? none]);
  return answer.status === 0 ? null : answer.stderr;
}

/**
 * @throws TransientError STA013 when the remote could not be asked; it may have taken the commit
 * all the same.
 */
async function pushRef(
  options: RefStoreOptions & { readonly remote: string },
  from: string | null,
  to: string,
): Promise<string | null> {
  const { git, ref, remote } = options;
  const answer = await git.run(
    [
      "push",
      "--quiet",
      "--porcelain",
      "--no-verify",
      `--force-with-lease=${ref}:${from ?? ""}`,
      "--",
      remote,
      `${to}:${ref}`,
    ],
    { remote },
  );
  if (answer.status === 0) {
    // A copy of the ref in this repository keeps what was fetched from being fetched again; it
    // decides nothing.
    await git.run(["update-ref", ref, to]);
    return null;
  }
  const refused = Buffer.from(answer.stdout)
    .toString("utf8")
    .split("\n")
    .find((line) => line.startsWith("!"));
  if (refused !== undefined) return refused.split("\t")[2] ?? "it was refused";
  if ((await readTip(options)) === to) return null;
  throw unreachable(options, answer);
}

function objectName(answer: GitAnswer): string {
  const text = Buffer.from(answer.stdout).toString("utf8");
  return /^[0-9a-f]{40,64}/u.exec(text)?.[0] ?? "";
}

function stuck(options: RefStoreOptions, why: string): ConflictError {
  return new ConflictError(
    "STA012",
    `the state in ${options.place} cannot be moved on`,
    {
      why: `git says: ${why}`,
      fix: "allow this account to create and update the ref; a hook or a rule of the server may stand against it, or a lock file that a killed git left",
      notDone: "this write was not stored",
    },
  );
}

function unreachable(
  options: RefStoreOptions,
  answer: GitAnswer,
): TransientError {
  return new TransientError(
    "STA013",
    `the state in ${options.place} cannot be reached`,
    {
      status: null,
      mayHaveCommitted: true,
      why: `git says: ${answer.stderr}`,
      fix: "check that the remote exists and that this account may read and write it; state.remote: null in environment.yaml keeps the ref in this repository alone",
      notDone: "what was not confirmed is read again by the next run",
    },
  );
}

function noRepository(options: RefStoreOptions, answer: GitAnswer): UserError {
  return new UserError(
    "STA011",
    `git cannot read the state in ${options.place}`,
    {
      why: `git says: ${answer.stderr}`,
      fix: "run tieline in a clone of the configuration repository, or keep the state in files: state.backend: file",
      notDone: "nothing was changed",
    },
  );
}
