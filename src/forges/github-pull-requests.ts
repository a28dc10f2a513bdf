import { isJsonObject } from "../domain/json.ts";
import { strangeAnswer } from "./forge-error.ts";
import { repositoryPath } from "./github-request.ts";
import { GithubReader } from "./github-rest.ts";
import type { GithubOptions } from "./options.ts";

/** Looks up which pull request a commit is proposed by. */
export interface PullRequests {
  /** The number of the open one with this head, or `null`. */
  numberOf(
    of: { readonly headCommit: string; readonly head: string },
    signal: AbortSignal,
  ): Promise<number | null>;
  close(): Promise<void>;
}

/**
 * Pull requests of a repository of GitHub by their head. @throws UserError CLI001 for an address
 * that is not used.
 */
export function openGithubPullRequests(options: GithubOptions): PullRequests {
  const reader = new GithubReader(options);
  const repository = repositoryPath(options.repository);
  return {
    async numberOf({ headCommit, head }, signal) {
      const what = "looking the pull request up";
      const body = await reader.read(
        {
          what,
          permission: "pull-requests: read",
          path: `${repository}/pulls`,
          route: "GET /repos/{owner}/{repo}/pulls",
        },
        signal,
        { state: "open", head, per_page: "100" },
      );
      if (!Array.isArray(body))
        throw strangeAnswer(what, "the answer is no list of pull requests");
      const pulls: readonly unknown[] = body;
      const numbers = pulls.flatMap((pull) => {
        const found = isJsonObject(pull) ? pull["head"] : undefined;
        if (!isJsonObject(pull) || !isJsonObject(found)) return [];
        const { number } = pull;
        return found["sha"] === headCommit && typeof number === "number"
          ? [number]
          : [];
      });
      return numbers[0] ?? null;
    },
    close: () => reader.close(),
  };
}
