import type { ProcessEnv } from "../../domain/environment-access.ts";
import {
  isOfGitlabFork,
  isSameRepository,
  mayComeFromFork,
} from "../../domain/fork-event.ts";
import { isJsonObject, type JsonObject } from "../../domain/json.ts";
import { UserError } from "../../domain/problem/error.ts";
import { isRepositoryName, USUAL_API } from "../../environment/forge-place.ts";
import type { ForgeName } from "../../environment/forge-token.ts";
import { commitIn, eventIn, isPullNumber } from "./job-payload.ts";

/**
 * Where a review runs, as the variables of the job and its event tell. Others may have chosen
 * branch names, but none of these.
 */
export interface ReviewPlace {
  readonly forge: ForgeName | null;
  readonly apiUrl: string | null;
  readonly repository: string | null;
  readonly pullRequest: number | null;
  /** The commit that is proposed; the checkout may be its merge with the base. */
  readonly headCommit: string | null;
  readonly baseCommit: string | null;
  /** True when the commits come from another repository. No option says otherwise. */
  readonly isFork: boolean;
  /**
   * True when only the forge can say whether it is a fork: a comment or a number that was given
   * tells nothing of the commits.
   */
  readonly isUntold: boolean;
}

/** What the command line says beside it. */
export interface PlaceOptions {
  readonly forge?: ForgeName | undefined;
  readonly apiUrl?: string | undefined;
  readonly repository?: string | undefined;
  readonly pullRequest?: string | undefined;
}

const NOWHERE: ReviewPlace = {
  forge: null,
  apiUrl: null,
  repository: null,
  pullRequest: null,
  headCommit: null,
  baseCommit: null,
  isFork: false,
  isUntold: false,
};

/**
 * Finds out where the review runs. `event` is the text of the event file, where there is one.
 * @throws UserError CLI001 for a number that is none, and for an event that is not what the forge
 * documents.
 */
export function reviewPlace(
  env: ProcessEnv,
  event: string | undefined,
  options: PlaceOptions,
): ReviewPlace {
  const found = detected(env, event);
  const forge = options.forge ?? found.forge;
  // What was found belongs to the forge the job runs on, and to no other.
  const place =
    forge === found.forge ? found : { ...NOWHERE, isFork: found.isFork };
  const given = options.pullRequest;
  const isOther = given !== undefined && numberOf(given) !== place.pullRequest;
  return {
    ...place,
    forge,
    apiUrl:
      options.apiUrl ??
      place.apiUrl ??
      (forge === null ? null : USUAL_API[forge]),
    repository: repositoryOf(options.repository ?? place.repository, forge),
    pullRequest: given === undefined ? place.pullRequest : numberOf(given),
    // Another pull request than the event's has other commits.
    ...(isOther
      ? {
          headCommit: null,
          baseCommit: null,
          isUntold: found.forge !== null,
        }
      : {}),
  };
}

function detected(env: ProcessEnv, event: string | undefined): ReviewPlace {
  if (env["GITHUB_ACTIONS"] === "true") return onGithub(env, event);
  if (env["GITLAB_CI"] === "true") return onGitlab(env);
  return NOWHERE;
}

/** @remarks Source: GitHub, "Webhook events and payloads" and "Variables". */
function onGithub(env: ProcessEnv, text: string | undefined): ReviewPlace {
  const name = env["GITHUB_EVENT_NAME"] ?? "";
  const event = eventOf(text, name);
  const place: ReviewPlace = {
    ...NOWHERE,
    forge: "github",
    apiUrl: filled(env["GITHUB_API_URL"]),
    repository: filled(env["GITHUB_REPOSITORY"]),
  };
  const pull = event["pull_request"];
  if (isJsonObject(pull)) return { ...place, ...pullRequestOf(pull) };
  const group = event["merge_group"];
  if (name === "merge_group" && isJsonObject(group))
    return {
      ...place,
      headCommit: commitIn(group["head_sha"]),
      baseCommit: commitIn(group["base_sha"]),
    };
  const run = event["workflow_run"];
  if (isJsonObject(run))
    return {
      ...place,
      headCommit: commitIn(run["head_sha"]),
      isFork: !isSameRepository(run["head_repository"], event["repository"]),
    };
  const issue = event["issue"];
  if (isJsonObject(issue) && isJsonObject(issue["pull_request"])) {
    const { number } = issue;
    if (!isPullNumber(number)) throw strangeEvent("its number is none");
    return { ...place, pullRequest: number, isUntold: true };
  }
  if (name === "push")
    return {
      ...place,
      headCommit: commitIn(event["after"]),
      baseCommit: commitIn(event["before"]),
    };
  if (name.startsWith("pull_request"))
    throw strangeEvent("it names no pull request");
  return place;
}

function pullRequestOf(
  pull: JsonObject,
): Pick<ReviewPlace, "pullRequest" | "headCommit" | "baseCommit" | "isFork"> {
  const { number, head, base } = pull;
  const headCommit = isJsonObject(head) ? commitIn(head["sha"]) : null;
  const baseCommit = isJsonObject(base) ? commitIn(base["sha"]) : null;
  if (!isPullNumber(number) || headCommit === null || baseCommit === null)
    throw strangeEvent("number or commits of its pull request are none");
  const isOwn =
    isJsonObject(head) &&
    isJsonObject(base) &&
    isSameRepository(head["repo"], base["repo"]);
  return { pullRequest: number, headCommit, baseCommit, isFork: !isOwn };
}

/** @remarks Source: GitLab, "Predefined CI/CD variables". */
function onGitlab(env: ProcessEnv): ReviewPlace {
  const project = filled(env["CI_MERGE_REQUEST_PROJECT_ID"]);
  const number = filled(env["CI_MERGE_REQUEST_IID"]);
  return {
    ...NOWHERE,
    forge: "gitlab",
    apiUrl: filled(env["CI_API_V4_URL"]),
    repository: project ?? filled(env["CI_PROJECT_ID"]),
    pullRequest: number === null ? null : numberOf(number),
    headCommit:
      commitIn(env["CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"]) ??
      commitIn(env["CI_COMMIT_SHA"]),
    baseCommit:
      commitIn(env["CI_MERGE_REQUEST_DIFF_BASE_SHA"]) ??
      commitIn(env["CI_COMMIT_BEFORE_SHA"]),
    isFork: isOfGitlabFork(env),
  };
}

function eventOf(text: string | undefined, name: string): JsonObject {
  if (text === undefined) {
    if (mayComeFromFork(name))
      throw strangeEvent("there is none to tell a fork from");
    return {};
  }
  const event = eventIn(text);
  if (event !== undefined) return event;
  throw strangeEvent("it is not a JSON object");
}

function strangeEvent(why: string): UserError {
  return new UserError(
    "CLI001",
    "the event of this job cannot be used: GITHUB_EVENT_PATH",
    {
      why,
      fix: "run the review on pull_request, as docs/guides/use-in-ci.md shows",
      notDone: "nothing was planned and nothing was sent",
    },
  );
}

function numberOf(text: string): number {
  const value = /^[1-9]\d{0,9}$/u.test(text) ? Number(text) : 0;
  if (isPullNumber(value)) return value;
  throw new UserError("CLI001", "this is no number of a pull request", {
    why: "a number of a pull request is a whole number of at least 1",
    fix: "write it like: --pull-request 12",
    notDone: "nothing was planned and nothing was sent",
  });
}

function filled(text: string | undefined): string | null {
  return text === undefined || text === "" ? null : text;
}

function repositoryOf(
  text: string | null,
  forge: ReviewPlace["forge"],
): string | null {
  if (text === null) return null;
  // Where no forge is known nothing is opened: the wider form of the two does.
  if (isRepositoryName(text, forge ?? "gitlab")) return text;
  throw new UserError("CLI001", "this is no name of a repository", {
    why: "it becomes part of the address that the token is sent to",
    fix: "write it like: --repository owner/name",
    notDone: "nothing was planned and nothing was sent",
  });
}
