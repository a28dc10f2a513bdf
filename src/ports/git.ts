/** What git answered. */
export interface GitAnswer {
  /** Exit status; 0 is success. */
  readonly status: number;
  readonly stdout: Uint8Array;
  /** What git printed for people, without credentials in addresses. For messages, never for decisions. */
  readonly stderr: string;
}

/** What a git command is given besides its arguments. */
export interface GitOptions {
  readonly input?: string | Uint8Array;
  /** Added to the environment of the command. */
  readonly env?: Readonly<Record<string, string>>;
  /** Speaks to a remote, so it gets the long time limit. */
  readonly isRemote?: boolean;
}

/**
 * The git program in one repository.
 *
 * Obligations: no shell, no hook, no file system monitor, no prompt, a time limit; never the credentials of the API in its environment.
 */
export interface Git {
  /** Folder git works in. */
  readonly folder: string;
  /** Runs a command to its end. A status other than 0 is an answer. @throws UserError STA011 when git cannot be run or does not end. */
  run(args: readonly string[], options?: GitOptions): Promise<GitAnswer>;
}
