import type { StandingReview } from "../../domain/approval.ts";
import type { ApprovalRules } from "../../domain/environment.ts";
import { countOf } from "../../util/count.ts";
import { quoteNames } from "../meaning/wording.ts";
import type { OwnerGroup, OwnersOf } from "./codeowners.ts";

/** The word in `by` for the owners of the files that change. */
export const CODEOWNERS_WORD = "codeowners";

/** What approvals are judged by. */
export interface ApprovalFacts {
  readonly author: string;
  readonly reviews: readonly StandingReview[];
  /** Those of the change that the environment is made from. */
  readonly files: readonly string[];
  readonly ownersOf: OwnersOf;
  /** Whether somebody is in a team; `null` where that cannot be told. */
  readonly isMember: (team: string, login: string) => boolean | null;
}

/** What became of it: who approved, and what is missing. Nothing missing means approved. */
export interface Judgement {
  readonly approvers: readonly string[];
  readonly problems: readonly string[];
}

/** Names of files in one sentence. */
const MOST_NAMED = 5;

/**
 * Whether a change was approved under a rule. Somebody counts who approved the newest commit, may
 * write, is no program and not the author, and whom `by` lists; each file is approved by somebody
 * whom `by` names or by its owners. What cannot be told counts for nothing. Pure.
 */
export function judgeApprovals(
  { count, by }: ApprovalRules,
  facts: ApprovalFacts,
): Judgement {
  const standing = candidates(facts);
  const listed = standing.approvers.map((login) => ({
    login,
    ...listing(login, by, facts),
  }));
  const approvers = listed
    .filter(({ isNamed, isOwner }) => isNamed || isOwner)
    .map(({ login }) => login);
  const named = new Set(
    listed.filter(({ isNamed }) => isNamed).map(({ login }) => login),
  );
  const unlisted = listed.filter(({ login }) => !approvers.includes(login));
  const problems = [
    ...standing.objections,
    ...(approvers.length < count
      ? [
          `${countOf(approvers.length, "approval")} of ${String(count)}${approvers.length === 0 ? "" : ` (${approvers.join(", ")})`}`,
          ...standing.passedOver,
          ...unlisted.map(
            ({ login, why }) => `${login} approved it, and ${why}`,
          ),
        ]
      : []),
    ...(count > 0 && named.size === 0 && by?.includes(CODEOWNERS_WORD) === true
      ? missingOwners(facts, approvers)
      : []),
  ];
  return { approvers, problems };
}

interface Candidates {
  readonly approvers: readonly string[];
  readonly objections: readonly string[];
  /** Why others do not count. */
  readonly passedOver: readonly string[];
}

function candidates({ author, reviews }: ApprovalFacts): Candidates {
  const found = reviews.map((review) => ({
    ...review,
    problem: problemOf(review, author),
  }));
  const approved = found.filter(({ verdict }) => verdict === "approved");
  return {
    approvers: approved.flatMap(({ reviewer, problem }) =>
      problem === undefined ? [reviewer] : [],
    ),
    objections: found
      .filter(({ verdict, mayWrite }) => verdict === "objected" && mayWrite)
      .map(({ reviewer }) => `${reviewer} asks for changes`),
    passedOver: approved.flatMap(({ reviewer, problem }) =>
      problem === undefined ? [] : [`${reviewer} approved it, and ${problem}`],
    ),
  };
}

function problemOf(
  { reviewer, isOfHead, isPerson, mayWrite }: StandingReview,
  author: string,
): string | undefined {
  if (isSame(reviewer, author)) return "is its author";
  if (!isPerson) return "is no person";
  if (isOfHead === null) return "the forge does not say of which commit";
  if (!isOfHead) return "that was an earlier commit";
  return mayWrite ? undefined : "may not write to the repository";
}

interface Listing {
  readonly isNamed: boolean;
  readonly isOwner: boolean;
  readonly why: string;
}

function listing(
  login: string,
  by: ApprovalRules["by"],
  facts: ApprovalFacts,
): Listing {
  if (by === null) return { isNamed: true, isOwner: false, why: "" };
  const named = by.filter((entry) => entry !== CODEOWNERS_WORD);
  const groups = by.includes(CODEOWNERS_WORD)
    ? facts.files.flatMap(facts.ownersOf)
    : [];
  const owners = groups.flatMap((group) => group.owners);
  const isNamed = named.some((entry) => stands(entry, login, facts));
  const isOwner = owners.some((entry) => stands(entry, login, facts));
  const untold = [...named, ...owners].filter((entry) => {
    const team = teamOf(entry);
    return team !== undefined && facts.isMember(team, login) === null;
  });
  return {
    isNamed,
    isOwner,
    why:
      untold.length > 0
        ? `it cannot be told who is in ${quoteNames([...new Set(untold)])}`
        : "is none of those whose approvals count",
  };
}

/** Whether an entry of `by` or an owner is this user, or a team the user is known to be in. */
function stands(
  entry: string,
  login: string,
  { isMember }: Pick<ApprovalFacts, "isMember">,
): boolean {
  const team = teamOf(entry);
  return team === undefined
    ? isSame(entry.replace(/^@/u, ""), login)
    : isMember(team, login) === true;
}

/** `owner/team` of an entry that names one. */
export function teamOf(entry: string): string | undefined {
  const name = entry.replace(/^@/u, "");
  return name.includes("/") ? name : undefined;
}

/** Files that none of their owners approved. */
function missingOwners(
  facts: ApprovalFacts,
  approvers: readonly string[],
): string[] {
  const isMissing = ({ owners, count }: OwnerGroup): boolean =>
    approvers.filter((login) =>
      owners.some((entry) => stands(entry, login, facts)),
    ).length < count;
  const open = facts.files.filter((path) => {
    const groups = facts.ownersOf(path);
    return groups.length === 0 || groups.some(isMissing);
  });
  if (open.length === 0) return [];
  const rest = open.length - MOST_NAMED;
  return [
    `no owner approved ${quoteNames(open.slice(0, MOST_NAMED))}${rest > 0 ? ` and ${countOf(rest, "more file")}` : ""}`,
  ];
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
