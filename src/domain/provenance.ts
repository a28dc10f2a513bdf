import type { AppError } from "./problem/error.ts";

/** Where documents came from, as far as git could tell. */
export interface Provenance {
  readonly commit: string | null;
  readonly dirty: boolean | null;
  /** Why git told nothing, although there is a repository. */
  readonly problem?: AppError | null;
}
