import type { ProcessEnv } from "../../domain/environment-access.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../../domain/json.ts";
import { UserError } from "../../domain/problem/error.ts";
import { commitIn, eventIn, isPullNumber } from "../review/job-payload.ts";

/** What asked for an apply, as the job and its event tell. */
export interface ApprovalEvent {
  /**
   * `merge`: something was merged, and its commit is to be applied. `queue`: it is about to be.
   * `command`: somebody asked for it in a comment, before the merge.
   */
  readonly kind: "merge" | "queue" | "command";
  /** Commit that is to be applied; `null`: the one that is checked out. */
  readonly commit: string | null;
  /** Branch that it was merged into; `null` where the event does not say. */
  readonly branch: string | null;
  /** What that branch was before. */
  readonly baseCommit: string | null;
  /** `null`: the one whose merge made the commit. */
  readonly pullRequest: number | null;
  readonly comment: CommandComment | null;
}

/** A comment as the event tells it: anybody can write one. */
export interface CommandComment {
  readonly body: string;
  readonly author: string;
  readonly isPerson: boolean;
}

/**
 * Finds out what asked for the apply. `event` is the text of the event file, where there is one.
 * @throws UserError CLI001 for an event that nothing is applied for.
 */
export function approvalEvent(
  env: ProcessEnv,
  event: string | undefined,
  pullRequest: number | null,
): ApprovalEvent {
  if (pullRequest !== null) return { ...NOTHING, pullRequest };
  if (env["GITHUB_ACTIONS"] === "true") return onGithub(env, event);
  if (env["GITLAB_CI"] === "true") return onGitlab(env);
  return NOTHING;
}

const NOTHING: ApprovalEvent = {
  kind: "merge",
  commit: null,
  branch: null,
  baseCommit: null,
  pullRequest: null,
  comment: null,
};

/** @remarks Source: GitHub, "Webhook events and payloads". */
function onGithub(env: ProcessEnv, text: string | undefined): ApprovalEvent {
  const name = env["GITHUB_EVENT_NAME"] ?? "";
  const event = eventOf(text);
  switch (name) {
    case "push":
      return {
        ...NOTHING,
        commit: commitIn(event["after"]) ?? refuse("it names no commit"),
        branch: branchOf(event["ref"]) ?? refuse("it is of no branch"),
        baseCommit: commitIn(event["before"]),
      };
    case "merge_group":
      return ofQueue(objectOf(event["merge_group"]));
    case "pull_request":
    case "pull_request_target":
      return ofMerge(event, objectOf(event["pull_request"]));
    case "issue_comment":
      return ofComment(event);
    default:
      return NOTHING;
  }
}

/** @remarks Source: GitHub, "merge_group": the branch of a group ends in `pr-<number>-<commit>`. */
function ofQueue(group: JsonObject): ApprovalEvent {
  const ref = group["head_ref"];
  const [, number] =
    typeof ref === "string"
      ? (/\/pr-([1-9]\d{0,9})-[0-9a-f]{40,64}$/u.exec(ref) ?? [])
      : [];
  return {
    ...NOTHING,
    kind: "queue",
    commit: commitIn(group["head_sha"]) ?? refuse("it names no commit"),
    branch: branchOf(group["base_ref"]) ?? refuse("it is of no branch"),
    baseCommit: commitIn(group["base_sha"]),
    pullRequest:
      number === undefined
        ? refuse("it does not say which pull request it is of")
        : Number(number),
  };
}

function ofMerge(event: JsonObject, pull: JsonObject): ApprovalEvent {
  if (event["action"] !== "closed" || pull["merged"] !== true)
    refuse("nothing was merged");
  return {
    ...NOTHING,
    commit: commitIn(pull["merge_commit_sha"]) ?? refuse("it names no commit"),
    branch: textOf(objectOf(pull["base"])["ref"]),
    baseCommit: commitIn(objectOf(pull["base"])["sha"]),
    pullRequest: numberOf(pull["number"]) ?? refuse("it names no pull request"),
  };
}

/** A comment that was changed later was not written by whoever the event names alone. */
function ofComment(event: JsonObject): ApprovalEvent {
  const issue = objectOf(event["issue"]);
  const comment = objectOf(event["comment"]);
  const user = objectOf(comment["user"]);
  if (event["action"] !== "created") refuse("the comment is not new");
  if (!isJsonObject(issue["pull_request"]))
    refuse("the comment is on no pull request");
  return {
    ...NOTHING,
    kind: "command",
    branch: textOf(objectOf(event["repository"])["default_branch"]),
    pullRequest:
      numberOf(issue["number"]) ?? refuse("it names no pull request"),
    comment: {
      body: textOf(comment["body"]) ?? "",
      author: textOf(user["login"]) ?? refuse("the comment has no author"),
      isPerson: user["type"] === "User",
    },
  };
}

/** @remarks Source: GitLab, "Predefined CI/CD variables". */
function onGitlab(env: ProcessEnv): ApprovalEvent {
  if ((env["CI_MERGE_REQUEST_IID"] ?? "") !== "") refuse("nothing was merged");
  return {
    ...NOTHING,
    commit: commitIn(env["CI_COMMIT_SHA"]) ?? refuse("it names no commit"),
    branch: textOf(env["CI_COMMIT_BRANCH"]) ?? refuse("it is of no branch"),
    baseCommit: commitIn(env["CI_COMMIT_BEFORE_SHA"]),
  };
}

function eventOf(text: string | undefined): JsonObject {
  if (text === undefined) return refuse("there is none");
  return eventIn(text) ?? refuse("it is not a JSON object");
}

function refuse(why: string): never {
  throw new UserError(
    "CLI001",
    "nothing is applied for the event of this job",
    {
      why,
      fix: "apply when something was merged (push to the branch that is applied) or for a comment: docs/guides/approvals.md shows both",
      notDone: "nothing was changed",
    },
  );
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function numberOf(value: JsonValue | undefined): number | null {
  return isPullNumber(value) ? value : null;
}

function branchOf(ref: JsonValue | undefined): string | null {
  const start = "refs/heads/";
  const text = textOf(ref);
  return text?.startsWith(start) === true ? text.slice(start.length) : null;
}
