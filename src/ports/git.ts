/** What git answered. */
export interface GitAnswer {
  /** Exit status; 0 is success. */
  readonly status: number;
  readonly stdout: Uint8Array;
  /**
   * What git printed for people, without credentials in addresses. For messages, never for
   * decisions.
   */
  readonly stderr: string;
}

/** What a git command is given besides its arguments. */
export interface GitOptions {
  readonly input?: string | Uint8Array;
  /** Added to the environment of the command. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Name of the remote it speaks to. Without one, git reaches no other repository at all. With one
   * it has the long time limit, and the variables that reaching a remote takes.
   */
  readonly remote?: string;
}

/** Where a folder lies in its repository. */
export interface GitPlace {
  /** Real path of the top level of the working tree; commands run here. */
  readonly topLevel: string;
  /** The folder below it: empty, or with a slash at its end. */
  readonly prefix: string;
  /** Real path of the git folder: `.git`, or where a `.git` file leads. */
  readonly gitFolder: string;
}

/** Something that git's index holds. */
export interface IndexEntry {
  /** From the top level, without a slash at its end. */
  readonly path: string;
  readonly object: string;
  /** `folder`: a sparse checkout leaves out everything below it. */
  readonly kind: "file" | "submodule" | "folder";
  /** False for a side of a merge that is not finished. */
  readonly isMerged: boolean;
  /** True when this checkout is told to do without it. */
  readonly isLeftOut: boolean;
  /** True when git is told to take it as unchanged without looking. */
  readonly isUnwatched: boolean;
  /** True when it was never written to this working tree. */
  readonly isUnwritten: boolean;
}

/** What git tracks, and where. */
export interface GitIndex {
  readonly topLevel: string;
  /** Of the folder that was asked about: empty, or with a slash at its end. */
  readonly prefix: string;
  readonly entries: readonly IndexEntry[];
}

/** A setting of git, and the file it stands in. */
export interface GitSetting {
  readonly key: string;
  readonly value: string;
  /** Absolute path; `null` for a setting that came with a variable or the command line. */
  readonly file: string | null;
}

/**
 * The git program in the repository that holds a folder.
 *
 * Obligations: the repository is the nearest folder upward that holds a `.git`, which no commit can
 * hold, and never a folder that merely looks like a repository; git is told which one it is. No
 * shell, hook, file system monitor, pager, editor or prompt; no program that a file of the working
 * tree chose; an environment without credentials; a time limit.
 */
export interface Git {
  /**
   * Where the folder lies, or `null` in no repository. @throws UserError STA011 when git refuses
   * the repository or cannot be run.
   */
  place(): Promise<GitPlace | null>;
  /**
   * Runs a command to its end, at the top level. A status other than 0 is an answer.
   * @throws UserError STA011 when there is no repository, or git cannot be run or does not end;
   * STA030 for a remote that is not used.
   */
  run(args: readonly string[], options?: GitOptions): Promise<GitAnswer>;
  /**
   * What the index holds, or `null` in no repository. It is read from its file: for that git need
   * not be there, nor trust the repository.
   * @throws UserError STA011 when the repository cannot be found out, or neither we nor git can
   * read the index.
   */
  index(): Promise<GitIndex | null>;
  /** Settings whose key the pattern matches, in the order git reads them. */
  settings(pattern: RegExp): Promise<readonly GitSetting[]>;
}
