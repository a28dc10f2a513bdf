import type { StandingReview } from "../../domain/approval.ts";
import type { ApprovalRules } from "../../domain/environment.ts";
import { ConflictError, RefusedError } from "../../domain/problem/error.ts";
import { shortCommit } from "../../domain/provenance.ts";
import {
  judgeApprovals,
  CODEOWNERS_WORD,
  teamOf,
  type ApprovalFacts,
} from "../../engine/approvals/judge.ts";
import { requiredApprovals } from "../../engine/approvals/required.ts";
import type { OwnersOf } from "../../engine/approvals/codeowners.ts";
import type { ProposedChange } from "../../ports/approval-source.ts";
import { shellWord } from "../../util/shell-word.ts";
import { approvalsAt, filesOf, isInClone, ownersAt } from "./base-facts.ts";
import type { Search } from "./search.ts";

/** Questions who is in a team; one more, and nothing more is known. */
const MOST_QUESTIONS = 200;

/** A change that was approved under each of these rules. */
export interface JudgedChange {
  readonly rules: readonly ApprovalRules[];
  readonly approvers: readonly string[];
}

/**
 * Holds a change against every rule about approvals. @throws RefusedError PLN223 with all that is
 * missing.
 */
export async function judgeChange(
  change: ProposedChange,
  search: Search,
): Promise<JudgedChange> {
  const rules = await requiredAt(change, search);
  const problems = await commandProblems(search);
  const facts = await factsOf(change, rules, search);
  const judged = rules.map((rule) => judgeApprovals(rule, facts));
  const all = [...problems, ...judged.flatMap((each) => each.problems)];
  if (all.length > 0)
    throw new RefusedError(
      "PLN223",
      `pull request ${String(change.number)} is not approved for "${search.environment}"`,
      {
        why: [...new Set(all)].join("; "),
        fix: `have its newest commit ${shortCommit(change.headCommit)} approved, and run the job again: tieline apply ${shellWord(search.environment)} --expect-approved`,
        notDone: "nothing was changed",
      },
    );
  const approvers = judged.flatMap((each) => each.approvers);
  return { rules, approvers: [...new Set(approvers)] };
}

/**
 * Every rule that holds: of the checkout, of the last apply, and of the commit that the change goes
 * to. Where none asks for anything, one approval is asked for, as it is before a merge.
 * @throws ConflictError REV002 where the clone does not hold that commit and nothing was recorded.
 */
async function requiredAt(
  change: ProposedChange,
  search: Search,
): Promise<readonly ApprovalRules[]> {
  const { event, git, root, environment, io, required, isRecorded } = search;
  const base = event.baseCommit ?? change.baseCommit;
  const isHere = base !== null && (await isInClone(git, base));
  if (!isHere && !isRecorded) throw noBase(environment);
  const before = isHere
    ? await approvalsAt(git, { root, commit: base, environment, env: io.env })
    : null;
  const found = requiredApprovals([...required, before], undefined);
  const isEnough =
    event.kind === "merge"
      ? found.length > 0
      : found.some(({ count }) => count > 0);
  return isEnough ? found : [...found, { count: 1, by: null }];
}

/** Whoever asks in a comment must be a person who may write. */
async function commandProblems({
  event: { comment },
  source,
  io,
}: Search): Promise<readonly string[]> {
  if (comment === null) return [];
  const mayAsk =
    comment.isPerson &&
    (await source.mayWrite(comment.author, io.interrupt.signal));
  return mayAsk
    ? []
    : [`${comment.author} asked for it, and may not write to the repository`];
}

async function factsOf(
  change: ProposedChange,
  rules: readonly ApprovalRules[],
  search: Search,
): Promise<ApprovalFacts> {
  const { source, environment, prefix, io } = search;
  const { signal } = io.interrupt;
  const asksOwners = rules.some(({ by }) => by?.includes(CODEOWNERS_WORD));
  const reviews = await source.reviews(change, signal);
  const changed = asksOwners ? await source.files(change, signal) : [];
  if (changed === null) throw tooManyFiles(environment);
  const files = filesOf(environment, changed, prefix);
  const ownersOf = asksOwners ? await ownersFor(change, search) : () => [];
  const entries = [
    ...rules.flatMap(({ by }) => by ?? []),
    ...files.flatMap((path) => ownersOf(path).flatMap(({ owners }) => owners)),
  ];
  return {
    author: change.author,
    reviews,
    files,
    ownersOf,
    isMember: await membership(entries, reviews, search),
  };
}

async function ownersFor(
  change: ProposedChange,
  { event, git, place, environment }: Search,
): Promise<OwnersOf> {
  const base = event.baseCommit ?? change.baseCommit;
  if (base === null || !(await isInClone(git, base))) throw noBase(environment);
  return ownersAt(git, base, place.forge ?? "github");
}

/** Who is in which team, asked for every pair that matters. */
async function membership(
  entries: readonly string[],
  reviews: readonly StandingReview[],
  { source, io }: Search,
): Promise<ApprovalFacts["isMember"]> {
  const teams = new Set(entries.flatMap((entry) => teamOf(entry) ?? []));
  const people = reviews.filter(
    ({ verdict, isPerson, mayWrite }) =>
      verdict === "approved" && isPerson && mayWrite,
  );
  const known = new Map<string, boolean | null>();
  const pairs = [...teams].flatMap((team) =>
    people.map(({ reviewer }) => ({ team, reviewer })),
  );
  for (const { team, reviewer } of pairs.slice(0, MOST_QUESTIONS)) {
    const { signal } = io.interrupt;
    const isIn = await source.isMember(team, reviewer, signal);
    known.set(pairName(team, reviewer), isIn);
  }
  return (team, login) => known.get(pairName(team, login)) ?? null;
}

function pairName(team: string, login: string): string {
  return JSON.stringify([team, login]);
}

function noBase(environment: string): ConflictError {
  return new ConflictError(
    "REV002",
    `it cannot be told whose approval "${environment}" needs`,
    {
      why: "the clone does not hold the commit that the change was merged into, whose rules and CODEOWNERS count",
      fix: "fetch the whole history: fetch-depth: 0 for actions/checkout, GIT_DEPTH: 0 for GitLab",
      notDone: "nothing was changed",
    },
  );
}

function tooManyFiles(environment: string): RefusedError {
  return new RefusedError(
    "PLN223",
    `nobody can be told to have approved this plan for "${environment}"`,
    {
      why: "approvals.by asks for owners, and the pull request has more files than the forge lists",
      fix: "split it, or name people in approvals.by",
      notDone: "nothing was changed",
    },
  );
}
