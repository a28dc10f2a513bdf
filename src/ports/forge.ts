/**
 * Most characters of a comment that every forge takes. @remarks Source: GitHub's limit; GitLab's is
 * far above it.
 */
export const MAX_COMMENT_CHARACTERS = 65_536;

/** A comment on a pull request. */
export interface ForgeComment {
  /** The forge's own name of it. */
  readonly id: string;
  /** As the forge keeps it: anybody may have written it. */
  readonly body: string;
  /** True only when the forge says that whoever we are there wrote it. */
  readonly isOwn: boolean;
  /** Folded away by the forge itself. */
  readonly isHidden: boolean;
  /** True where the forge says that somebody else changed it last. Not every forge says it. */
  readonly isEdited: boolean;
}

/** A pull request as the forge knows it now. */
export interface PullRequest {
  /** The commit that it proposes; a later push changes it. */
  readonly headCommit: string;
  /** True when the commits come from another repository. */
  readonly isFork: boolean;
  /** In the order in which they were written. */
  readonly comments: readonly ForgeComment[];
}

/** What stands at a commit. */
export interface CommitVerdict {
  readonly commit: string;
  /** What others can require by name. */
  readonly name: string;
  readonly isSuccess: boolean;
  /** One line; what is beyond the forge's limit is cut. */
  readonly description: string;
  /** Is shown where the forge can show it, and we may have it do so. */
  readonly detail?: VerdictDetail;
}

/** What a verdict says beside its line. */
export interface VerdictDetail {
  /** The same for each run of the same review, and for nothing else. */
  readonly key: string;
  readonly title: string;
  /** Markdown; what is beyond the forge's limit is cut. */
  readonly summary: string;
  /** What matters most comes first: a forge takes only so many. */
  readonly annotations: readonly VerdictAnnotation[];
  /** Where more is to be read. */
  readonly detailsUrl: string | null;
  /** Whose verdict of the same review does not count any more. */
  readonly previousCommit: string | null;
  /** Takes a sentence about what became of it otherwise than was meant. */
  readonly tell: (sentence: string) => void;
}

/** A remark beside a line. */
export interface VerdictAnnotation {
  /** In the repository. */
  readonly path: string;
  readonly line: number;
  readonly level: "failure" | "warning" | "notice";
  readonly title: string;
  readonly message: string;
}

/**
 * One pull request of a forge, which is where a repository's pull requests are: GitHub, GitLab.
 *
 * Obligations: speaks to one origin, sends its token nowhere else and shows it nowhere; reads every
 * page; waits where the forge asks for it and the wait is bearable; says of nothing that it was
 * done when the forge did not confirm it. Throws `RemoteError` or `TransientError`.
 */
export interface Forge {
  /** The pull request with all of its comments. */
  read(signal: AbortSignal): Promise<PullRequest>;
  createComment(body: string, signal: AbortSignal): Promise<void>;
  updateComment(
    comment: ForgeComment,
    body: string,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Folds a comment away. `folded` is what stands there instead, where the forge itself can fold
   * nothing.
   */
  hideComment(
    comment: ForgeComment,
    folded: string,
    signal: AbortSignal,
  ): Promise<void>;
  setVerdict(verdict: CommitVerdict, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
