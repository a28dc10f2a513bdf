import type { ProcessEnv } from "../domain/environment-access.ts";
import type { Scrubber } from "../domain/secret/scrubber.ts";
import { openGithubProposals } from "../forges/github-proposals.ts";
import { openGitlabProposals } from "../forges/gitlab-proposals.ts";
import { isForkJob } from "../platform/jobs/fork-job.ts";
import type { Clock } from "../ports/clock.ts";
import type { ProposalForge } from "../ports/proposal-forge.ts";
import { connectAside } from "./connect-aside.ts";
import { forgeSettings } from "./forge-settings.ts";
import { unusable } from "./process-secret.ts";

const PROPOSE = "TIELINE_PROPOSE";

/** Drift is no hurry. */
const LIMITS = { concurrency: 1, requestsPerSecond: 5, timeoutMs: 20_000 };

/**
 * Opens the repository that drift is proposed to, as the variables of the process name it: a
 * document could name a stranger's. Sends nothing. `null` where none is named, and in the job of a
 * fork.
 * @param followed - the branch that is followed; `null` where none is.
 * @throws UserError CLI110 for a value that cannot be used, and without a branch to propose to.
 */
export function openProposals(
  followed: { readonly ref: string } | null,
  {
    env,
    scrubber,
    clock,
  }: {
    readonly env: ProcessEnv;
    readonly scrubber: Scrubber;
    readonly clock: Clock;
  },
): { readonly forge: ProposalForge; readonly into: string } | null {
  const forge = env[PROPOSE] ?? "";
  if (forge === "" || isForkJob(env)) return null;
  if (forge !== "github" && forge !== "gitlab")
    throw unusable(PROPOSE, "it takes github or gitlab");
  const into = /^refs\/heads\/(.+)$/u.exec(followed?.ref ?? "")?.[1];
  if (into === undefined || into.startsWith("tieline/drift-"))
    throw unusable(
      PROPOSE,
      "there is no branch that a change could be proposed to",
      `follow one, with --follow origin/main, or unset ${PROPOSE}`,
    );
  const use = {
    variable: PROPOSE,
    right: "that may write branches and pull requests",
  };
  const { isJobToken, ...settings } = forgeSettings(forge, use, {
    env,
    scrubber,
  });
  if (isJobToken)
    throw unusable(
      PROPOSE,
      "the token of a job of GitLab may write neither branches nor merge requests",
      `set GITLAB_TOKEN to a token of the project with the scope api, or unset ${PROPOSE}`,
    );
  const options = {
    ...settings,
    connect: connectAside(LIMITS, { env, scrubber }, clock),
  };
  return {
    forge:
      forge === "github"
        ? openGithubProposals(options)
        : openGitlabProposals(options),
    into,
  };
}
