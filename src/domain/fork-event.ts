import type { ProcessEnv } from "./environment-access.ts";
import { isJsonObject } from "./json.ts";

/** Events that a fork can begin, so that one without its text is not believed. */
const MAY_COME_FROM_FORKS = /^(?:pull_request|workflow_run)/u;

/** Whether an event of this name may be one that a fork began. */
export function mayComeFromFork(name: string): boolean {
  return MAY_COME_FROM_FORKS.test(name);
}

/**
 * Whether the commits of a job come from another repository, as the variables of the job and its
 * event tell. What should tell it and does not counts as a fork.
 * @param readEvent - gives the parsed event; `undefined` where there is none to be read.
 * @remarks Source: GitHub, "Webhook events and payloads" and "Variables"; GitLab, "Predefined CI/CD
 * variables".
 */
export function isForkEvent(
  env: ProcessEnv,
  readEvent: () => unknown,
): boolean {
  if (env["GITLAB_CI"] === "true" && isOfGitlabFork(env)) return true;
  if (env["GITHUB_ACTIONS"] !== "true") return false;
  const name = env["GITHUB_EVENT_NAME"] ?? "";
  if (!mayComeFromFork(name)) return false;
  const event = readEvent();
  if (!isJsonObject(event)) return true;
  const { pull_request: pull, workflow_run: run } = event;
  if (isJsonObject(pull)) {
    const { head, base } = pull;
    return !(
      isJsonObject(head) &&
      isJsonObject(base) &&
      isSameRepository(head["repo"], base["repo"])
    );
  }
  return !(
    isJsonObject(run) &&
    isSameRepository(run["head_repository"], event["repository"])
  );
}

/** Whether a merge request comes from another project than it goes to. */
export function isOfGitlabFork(env: ProcessEnv): boolean {
  const { CI_MERGE_REQUEST_IID: number = "" } = env;
  const { CI_MERGE_REQUEST_PROJECT_ID: project = "" } = env;
  const { CI_MERGE_REQUEST_SOURCE_PROJECT_ID: source = "" } = env;
  return number !== "" && (source === "" || source !== project);
}

/** The repository of a fork that is gone is null, which is no repository of ours. */
export function isSameRepository(one: unknown, other: unknown): boolean {
  return (
    isJsonObject(one) &&
    isJsonObject(other) &&
    typeof one["id"] === "number" &&
    one["id"] === other["id"]
  );
}
