import type { AppError } from "./problem/error.ts";

/** Where documents came from, as far as git could tell. */
export interface Provenance {
  readonly commit: string | null;
  readonly dirty: boolean | null;
  /** First line of the commit's message; `null` where there is no commit. */
  readonly subject?: string | null;
  /** Why git told nothing, although there is a repository. */
  readonly problem?: AppError | null;
}

/**
 * Whether a text is the whole name of a commit, or of another object: nothing else of what others
 * wrote ever reaches git.
 */
export function isObjectName(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u.test(text);
}

/** A commit's name as people read it, and git still finds it by. */
export function shortCommit(commit: string): string {
  return commit.slice(0, 12);
}
