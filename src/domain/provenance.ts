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

/** A commit's name as people read it, and git still finds it by. */
export function shortCommit(commit: string): string {
  return commit.slice(0, 12);
}
