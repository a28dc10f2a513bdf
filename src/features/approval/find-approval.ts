import type { Approval } from "../../domain/approval.ts";
import { ConflictError, RefusedError } from "../../domain/problem/error.ts";
import { isObjectName, shortCommit } from "../../domain/provenance.ts";
import type { PlanParts } from "../../engine/approvals/parts.ts";
import type { CommonInput } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";
import { workspaceFolder } from "../../command/workspace.ts";
import { createGit, locateRepository } from "../../platform/git/index.ts";
import type { ProposedChange } from "../../ports/approval-source.ts";
import type { Git } from "../../ports/git.ts";
import { parentsOf } from "../../sources/commit-facts.ts";
import { shellWord } from "../../util/shell-word.ts";
import { REVIEW_NAME, reviewKey, type CommentMark } from "../review/mark.ts";
import { openApprovals, openForge } from "../review/open-forge.ts";
import { reviewPlace } from "../review/place.ts";
import { readEvent } from "../review/event-file.ts";
import { assertCommandFor } from "./comment-command.ts";
import { approvalEvent } from "./event.ts";
import { judgeChange } from "./judge-change.ts";
import type { ApprovalRequest, Search } from "./search.ts";
import { currentMark } from "./current-mark.ts";

/** What was approved, and where. */
export interface FoundApproval extends Approval {
  readonly kind: "approved";
  readonly number: number;
  readonly approvers: readonly string[];
  /** What the approved plan consisted of; for messages. */
  readonly parts: PlanParts | undefined;
}

/** Nothing of the environment was up for approval: good only where there is nothing to do. */
export interface NothingApproved {
  readonly kind: "nothing";
  readonly why: string;
}

/** Commits that one push is searched for pull requests. */
const MOST_COMMITS = 50;

/**
 * Finds what was approved for an environment: the pull request of the commit, the digest in our own
 * comment on it, and who approved its newest commit. Whatever is missing, or cannot be told, is a
 * refusal.
 * @throws RefusedError PLN223 or REV003; ConflictError REV002 for another commit; UserError CLI001
 * where it is not known what to ask for; RemoteError of the forge.
 */
export async function findApproval(
  request: ApprovalRequest,
  input: CommonInput,
  io: Io,
): Promise<FoundApproval | NothingApproved> {
  const text = readEvent(io);
  const place = reviewPlace(io.env, text, {});
  const event = approvalEvent(io.env, text, null);
  if (event.comment !== null)
    assertCommandFor(request.environment, event.comment.body);
  const root = workspaceFolder(input, io) ?? io.cwd;
  const git = createGit(root, io.env);
  const source = openApprovals(place, io);
  try {
    const search: Search = {
      ...request,
      event,
      place,
      source,
      git,
      root,
      prefix: locateRepository(root)?.prefix ?? "",
      headCommit: await checkedOut(git),
      io,
    };
    if (event.commit !== null && event.commit !== search.headCommit)
      throw otherCheckout(search.headCommit, event.commit);
    return await inSearch(search);
  } finally {
    await source.close();
  }
}

async function inSearch(
  search: Search,
): Promise<FoundApproval | NothingApproved> {
  const { environment } = search;
  const changes = await changesOf(search);
  if (changes.length === 0)
    return { kind: "nothing", why: "the commit came from no pull request" };
  for (const change of changes) {
    const mark = await markOn(change, search);
    const digest = mark?.digests.get(environment);
    if (mark === undefined || digest === undefined) continue;
    if (digest === null)
      throw refused(
        environment,
        `its review in pull request ${String(change.number)} could not plan it`,
      );
    const { approvers, rules } = await judgeChange(change, search);
    return {
      kind: "approved",
      digest,
      rules,
      approvers,
      number: change.number,
      parts: mark.parts.get(environment),
    };
  }
  const numbers = changes.map(({ number }) => String(number)).join(", ");
  return {
    kind: "nothing",
    why: `no review of ours in pull request ${numbers} has a plan of it`,
  };
}

/** The pull requests that the event is about, newest first. */
async function changesOf(search: Search): Promise<readonly ProposedChange[]> {
  const { event, source, io } = search;
  const { signal } = io.interrupt;
  if (event.pullRequest !== null) {
    const change = await source.change(event.pullRequest, signal);
    await assertInPlace(change, search);
    return [change];
  }
  const found: ProposedChange[] = [];
  for (const commit of await pushedCommits(search)) {
    for (const number of await source.mergedBy(commit, signal)) {
      const change = await source.change(number, signal);
      const isOf =
        change.state === "merged" &&
        change.mergeCommits.includes(commit) &&
        (event.branch === null || change.baseBranch === event.branch);
      if (isOf && !found.some((each) => each.number === number))
        found.push(change);
    }
    if (found.length > 0 && event.baseCommit === null) break;
  }
  return found;
}

/** What one push brought, along the branch itself, newest first; the newest at least. */
async function pushedCommits({
  event,
  git,
  headCommit,
}: Search): Promise<readonly string[]> {
  const commits = [headCommit];
  while (event.baseCommit !== null && commits.length < MOST_COMMITS) {
    const [parent] = await parentsOf(git, commits.at(-1) ?? headCommit);
    if (parent === undefined || parent === event.baseCommit) break;
    commits.push(parent);
  }
  return commits;
}

/** A pull request that the event names must be what is checked out, and in the right state. */
async function assertInPlace(
  change: ProposedChange,
  { event, git, headCommit, environment }: Search,
): Promise<void> {
  const { kind, branch } = event;
  if (branch !== null && change.baseBranch !== branch)
    throw refused(environment, "the pull request goes to another branch");
  if (kind === "merge") {
    if (!change.mergeCommits.includes(headCommit))
      throw otherCheckout(headCommit, change.mergeCommits[0] ?? null);
    return;
  }
  if (change.state !== "open")
    throw refused(environment, `the pull request is ${change.state}`);
  if (kind === "queue") return;
  if (change.isFork) throw fork(environment);
  const parents = await parentsOf(git, headCommit);
  if (headCommit !== change.headCommit && parents[1] !== change.headCommit)
    throw otherCheckout(headCommit, change.headCommit);
}

/** Our own comment on a pull request, of its newest commit. */
async function markOn(
  change: ProposedChange,
  { place, prefix, reviewName, environment, io }: Search,
): Promise<CommentMark | undefined> {
  const name = reviewName ?? REVIEW_NAME;
  const keys = [
    reviewKey({ name, prefix }),
    reviewKey({ name, prefix, environment }),
  ];
  const forge = openForge({ ...place, pullRequest: change.number }, io, "read");
  try {
    const { comments } = await forge.read(io.interrupt.signal);
    return currentMark(comments, { keys, change, environment });
  } finally {
    await forge.close();
  }
}

async function checkedOut(git: Git): Promise<string> {
  const { status, stdout } = await git.run(["rev-parse", "--verify", "HEAD"]);
  const commit = new TextDecoder().decode(stdout).trim();
  if (status === 0 && isObjectName(commit)) return commit;
  throw otherCheckout("nothing", null);
}

function otherCheckout(found: string, expected: string | null): ConflictError {
  return new ConflictError("REV002", "the checkout is not what was approved", {
    why: `${shortCommit(found)} is checked out, and ${expected === null ? "another commit" : shortCommit(expected)} is to be applied`,
    fix: "check out the commit of the event: for a comment, the pull request or its merge",
    notDone: "nothing was changed",
  });
}

function fork(environment: string): RefusedError {
  return new RefusedError(
    "REV003",
    `"${environment}" is not applied for a fork`,
    {
      why: "the commits come from another repository, and are not merged",
      fix: "merge it, and apply what was merged",
      notDone: "nothing was changed",
    },
  );
}

function refused(environment: string, why: string): RefusedError {
  return new RefusedError(
    "PLN223",
    `nobody approved a plan for "${environment}"`,
    {
      why,
      fix: `review and approve it in a pull request, and apply its merge: tieline apply ${shellWord(environment)} --expect-approved`,
      notDone: "nothing was changed",
    },
  );
}
