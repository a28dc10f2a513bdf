import type { FileChange } from "../domain/source-file.ts";

/** Files as a branch is to have them: those of a commit, with some changes. */
export interface BranchContent {
  /** The commit whose files the others are. */
  readonly base: string;
  /** By path in the repository; never empty. */
  readonly changes: readonly FileChange[];
}

/** What a pull request says. */
export interface ProposalText {
  readonly title: string;
  /** Markdown. */
  readonly body: string;
}

/** A pull request that is open. */
export interface OpenProposal {
  readonly number: number;
  /** Where people see it; `null` where the forge gave no address that can be shown. */
  readonly url: string | null;
}

/**
 * Branches and pull requests of one repository of a forge, as far as proposing a change of files
 * takes them.
 *
 * Obligations: speaks to one origin, sends its token nowhere else and shows it nowhere; writes to
 * no branch but the one it is given, and takes away no commit that was not named as expected; a
 * pull request from another repository is none of ours, whatever its branch is called; says of
 * nothing that it was done when the forge did not confirm it. Throws `RemoteError` or
 * `TransientError`.
 */
export interface ProposalForge {
  /** The commit that a branch stands at; `null` where there is no such branch. */
  headOf(branch: string, signal: AbortSignal): Promise<string | null>;
  /** Whether the files of a commit are exactly this content. */
  holds(
    commit: string,
    content: BranchContent,
    signal: AbortSignal,
  ): Promise<boolean>;
  /**
   * Gives a branch one more commit with this content. @returns its name; `null` where the branch
   * does not stand at `expected` any more (`null`: is there already), and nothing was written.
   */
  write(
    branch: string,
    expected: string | null,
    content: BranchContent & { readonly message: string },
    signal: AbortSignal,
  ): Promise<string | null>;
  /** The one that asks to merge a branch of this repository into another one of it. */
  findOpen(
    branch: string,
    into: string,
    signal: AbortSignal,
  ): Promise<OpenProposal | null>;
  open(
    branch: string,
    into: string,
    text: ProposalText,
    signal: AbortSignal,
  ): Promise<OpenProposal>;
  update(
    number: number,
    text: ProposalText,
    signal: AbortSignal,
  ): Promise<void>;
  /** Closes it without merging; branch and commits stay. */
  closeProposal(number: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
