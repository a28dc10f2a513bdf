import { isJsonObject } from "../domain/json.ts";
import { asForge, strangeAnswer } from "./forge-error.ts";
import { githubToken } from "./github-app.ts";
import { githubHeaders, repositoryPath } from "./github-request.ts";
import { apiPlace, type GithubOptions } from "./options.ts";

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
  const { origin, prefix } = apiPlace(options.apiUrl);
  const http = options.connect(origin);
  const token = githubToken(options, http);
  const repository = repositoryPath(options.repository);
  return {
    async numberOf({ headCommit, head }, signal) {
      const what = "looking the pull request up";
      const { text } = await token.take(signal);
      const { body } = await asForge(what, "pull-requests: read", () =>
        http.send(
          {
            method: "GET",
            path: `${prefix}${repository}/pulls`,
            route: "GET /repos/{owner}/{repo}/pulls",
            query: { state: "open", head, per_page: "100" },
            headers: githubHeaders(text),
            isIdempotent: true,
          },
          signal,
        ),
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
    close: () => http.close(),
  };
}
