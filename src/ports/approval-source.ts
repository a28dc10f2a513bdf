import type { StandingReview } from "../domain/approval.ts";

/** A pull request as far as it matters who let it pass. */
export interface ProposedChange {
  readonly number: number;
  readonly author: string;
  readonly state: "open" | "merged" | "closed";
  readonly headCommit: string;
  /** Branch it goes to. */
  readonly baseBranch: string;
  /** Commit of that branch that the forge holds it against; `null` where it does not say. */
  readonly baseCommit: string | null;
  /** Commits that merging it made; empty before. */
  readonly mergeCommits: readonly string[];
  readonly isFork: boolean;
}

/**
 * Where approvals are given: the pull requests of one repository and who may do what there.
 *
 * Obligations: as of a `Forge`; reads every page, and says `null` rather than guess where the forge
 * does not tell, or stops telling.
 */
export interface ApprovalSource {
  /** Pull requests whose merge made this commit; those that merely hold it do not count. */
  mergedBy(commit: string, signal: AbortSignal): Promise<readonly number[]>;
  change(number: number, signal: AbortSignal): Promise<ProposedChange>;
  /** The last word of each reviewer who approved or asked for changes. */
  reviews(
    change: ProposedChange,
    signal: AbortSignal,
  ): Promise<readonly StandingReview[]>;
  /** Paths that it changes, old names too; `null` where there are more than the forge tells. */
  files(
    change: ProposedChange,
    signal: AbortSignal,
  ): Promise<readonly string[] | null>;
  mayWrite(login: string, signal: AbortSignal): Promise<boolean>;
  /** Whether a user is in `owner/team`; `null` where that cannot be told. */
  isMember(
    team: string,
    login: string,
    signal: AbortSignal,
  ): Promise<boolean | null>;
  close(): Promise<void>;
}
