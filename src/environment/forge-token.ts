import type { ProcessEnv } from "../domain/environment-access.ts";

/** Forges there are. */
export type ForgeName = "github" | "gitlab";

/** Variables that the token of a forge is read from: the first that is set. */
export const FORGE_TOKENS: Readonly<Record<ForgeName, readonly string[]>> = {
  github: ["GITHUB_TOKEN", "GH_TOKEN"],
  gitlab: ["GITLAB_TOKEN", "CI_JOB_TOKEN"],
};

/** A token, and the variable that it was in. */
export interface ForgeToken {
  readonly token: string;
  readonly variable: string;
  /** GitLab takes those of jobs in a header of their own. */
  readonly isJobToken: boolean;
}

/** The token that the surroundings give for a forge; `undefined` where they give none. */
export function forgeToken(
  forge: ForgeName,
  env: ProcessEnv,
): ForgeToken | undefined {
  for (const variable of FORGE_TOKENS[forge]) {
    const token = env[variable] ?? "";
    if (token !== "")
      return { token, variable, isJobToken: variable === "CI_JOB_TOKEN" };
  }
  return undefined;
}
