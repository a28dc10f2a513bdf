import { isJsonObject } from "../../domain/json.ts";
import { UserError } from "../../domain/problem/error.ts";
import { commitIn, eventIn } from "./job-payload.ts";

/** The run of another workflow, as the event of this job tells it. */
export interface WorkflowRun {
  readonly headCommit: string;
  /** `owner:branch`, as the forge looks pull requests up by. */
  readonly head: string;
}

/**
 * What the event tells of the run that wrote an artifact. @remarks Source: GitHub, "Webhook events
 * and payloads": workflow_run. @throws UserError CLI001 for any other event.
 */
export function workflowRun(text: string | undefined): WorkflowRun {
  const run = at(eventIn(text ?? ""), "workflow_run");
  const owner = at(at(run, "head_repository"), "owner")?.["login"];
  const headCommit = commitIn(run?.["head_sha"]);
  const { head_branch: branch, event } = run ?? {};
  if (
    headCommit !== null &&
    typeof branch === "string" &&
    branch !== "" &&
    typeof owner === "string" &&
    /^[\w-]{1,100}$/u.test(owner) &&
    event === "pull_request"
  )
    return { headCommit, head: `${owner}:${branch}` };
  throw new UserError(
    "CLI001",
    "an artifact is posted after the workflow that wrote it",
    {
      why: "which pull request it is about is told by the event alone, and this job was begun by another one",
      fix: "run it on workflow_run after a workflow that runs on pull_request, as docs/guides/forks.md shows",
      notDone: "nothing was posted",
    },
  );
}

function at(
  value: unknown,
  name: string,
): Readonly<Record<string, unknown>> | undefined {
  const found = isJsonObject(value) ? value[name] : undefined;
  return isJsonObject(found) ? found : undefined;
}
