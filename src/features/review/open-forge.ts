import type { ProcessEnv } from "../../domain/environment-access.ts";
import { VERSION } from "../../domain/generated/version.ts";
import { UserError } from "../../domain/problem/error.ts";
import {
  FORGE_TOKENS,
  forgeToken,
  type ForgeName,
  type ForgeToken,
} from "../../environment/forge-token.ts";
import { systemClock } from "../../environment/system-clock.ts";
import { openGithub } from "../../forges/github.ts";
import { openGithubApprovals } from "../../forges/github-approvals.ts";
import { openGitlab } from "../../forges/gitlab.ts";
import { openGitlabApprovals } from "../../forges/gitlab-approvals.ts";
import {
  openGithubPullRequests,
  type PullRequests,
} from "../../forges/github-pull-requests.ts";
import type {
  GithubOptions,
  GitlabOptions,
  OfPullRequest,
} from "../../forges/options.ts";
import { createHttpClient } from "../../http/client.ts";
import { proxyFromEnv } from "../../http/proxy.ts";
import type { ApprovalSource } from "../../ports/approval-source.ts";
import type { Forge } from "../../ports/forge.ts";
import type { Io } from "../../command/io.ts";
import { readAppKey, type ForgeUse } from "./app-key.ts";
import type { ReviewPlace } from "./place.ts";

/** A forge is asked for a handful of things. */
const LIMITS = { concurrency: 2, requestsPerSecond: 10, timeoutMs: 30_000 };

/**
 * Opens the forge of a place. Sends nothing.
 * @throws UserError CLI001 where it is not known what to open or with which token.
 */
export function openForge(
  place: ReviewPlace,
  io: Io,
  use: ForgeUse = "post",
): Forge {
  const opened = forgeOptions(place, io, use);
  return opened.forge === "github"
    ? openGithub(opened.options)
    : openGitlab(opened.options);
}

/**
 * Opens what tells who approved. Sends nothing.
 * @throws UserError CLI001 where it is not known what to open or with which token.
 */
export function openApprovals(place: ReviewPlace, io: Io): ApprovalSource {
  const opened = forgeOptions(place, io, "read");
  return opened.forge === "github"
    ? openGithubApprovals(opened.options)
    : openGitlabApprovals(opened.options);
}

/** Opens the look-up of pull requests, which only GitHub needs. @throws as {@link openForge}. */
export function openPullRequests(place: ReviewPlace, io: Io): PullRequests {
  return openGithubPullRequests(forgeOptions(place, io, "read").options);
}

type Opened =
  | {
      readonly forge: "github";
      readonly options: GithubOptions & OfPullRequest;
    }
  | {
      readonly forge: "gitlab";
      readonly options: GitlabOptions & OfPullRequest;
    };

function forgeOptions(place: ReviewPlace, io: Io, use: ForgeUse): Opened {
  const { forge, apiUrl, repository, pullRequest } = place;
  if (forge === null || apiUrl === null || repository === null)
    throw new UserError("CLI001", "it is not known where the pull request is", {
      why: "this is no job of GitHub Actions or GitLab CI",
      fix: "name it with --forge, --repository and --pull-request, or see what would be posted with --dry-run",
      notDone: "nothing was posted",
    });
  const options = {
    apiUrl,
    repository,
    // A push has no pull request: then nothing but the commit's status is asked for.
    pullRequest: pullRequest ?? 0,
    connect: (origin: string) =>
      createHttpClient({
        origin,
        clock: systemClock,
        limits: LIMITS,
        scrub: (text) => io.scrubber.scrub(text),
        userAgent: `tieline/${VERSION}`,
        proxy: proxyFromEnv(io.env),
        ...(io.trace === undefined ? {} : { trace: io.trace }),
      }),
  };
  const app = forge === "github" ? readAppKey(io, use) : undefined;
  if (forge === "github" && app !== undefined)
    return { forge, options: { ...options, token: app } };
  const { token, variable, isJobToken } = tokenOf(forge, io.env);
  io.scrubber.register(token, variable);
  if (forge === "github") return { forge, options: { ...options, token } };
  return { forge, options: { ...options, token, isJobToken } };
}

function tokenOf(forge: ForgeName, env: ProcessEnv): ForgeToken {
  const found = forgeToken(forge, env);
  if (found !== undefined) return found;
  const names = FORGE_TOKENS[forge];
  throw new UserError("CLI001", "there is no token to post the review with", {
    why: `${names.join(" and ")} are not set`,
    fix: `give the step ${names[0] ?? ""}, as docs/guides/use-in-ci.md shows, or see what would be posted with --dry-run`,
    notDone: "nothing was posted",
  });
}
