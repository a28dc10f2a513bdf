import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import {
  anyNumber,
  choice,
  flag,
  list,
  text,
  type InputOf,
} from "../../command/input.ts";
import { SNAPSHOT_OPTIONS } from "../../command/plan-options.ts";

/** What it takes. */
const INPUT = {
  args: {
    environment: anyNumber(
      "environments to plan; without any, those that the change touches",
    ),
  },
  options: {
    expectEnvironments: list(
      "names",
      "environments that must be planned, touched or not; may be repeated",
    ),
    comment: choice(
      "mode",
      ["update", "hide-and-new", "new"],
      "what becomes of the earlier comment (default: update)",
    ),
    commentPer: choice(
      "what",
      ["pull-request", "environment"],
      "one comment for all environments, or one for each (default: pull-request)",
    ),
    name: text(
      "name",
      "name of the commit status, and of the comment among several (default: tieline)",
    ),
    dryRun: flag("print what would be posted, and send nothing to the forge"),
    ...SNAPSHOT_OPTIONS,
    snapshot: text(
      "path",
      "plan from a snapshot, or from those of a folder, <environment>.json each: for jobs of forks",
    ),
    artifact: text(
      "file",
      "write what was found for another job, and post nothing; with --snapshot",
    ),
    fromArtifact: text(
      "file",
      "post what the job of a fork found; in a job that runs on workflow_run",
    ),
    base: text(
      "commit",
      "compare with this commit, tag or branch (default: what the pull request goes to)",
    ),
    forge: choice(
      "kind",
      ["github", "gitlab"],
      "where the pull request is (default: what the job runs on)",
    ),
    apiUrl: text("address", "address of the forge's API"),
    repository: text("name", "repository of the pull request, owner/name"),
    pullRequest: text("number", "number of the pull request"),
  },
};

/** What it was given. */
export type ReviewInput = InputOf<typeof INPUT>;

/** `tieline review [environment…]` */
export const reviewCommand: CommandDefinition = defineCommand({
  name: "review",
  place: 105,
  summary:
    "Plan what a pull request changes, in one comment and one commit status. For CI jobs of GitHub and GitLab.",
  examples: [
    ["review", "plan every environment that the pull request touches"],
    ["review --dry-run --base main", "what it would say about this branch"],
    [
      "review --expect-environments prod",
      "fail unless prod is planned, touched or not",
    ],
    [
      "review --snapshot snapshots",
      "plan without credentials, such as in the job of a fork",
    ],
    ["review --from-artifact review.json", "post what the job of a fork found"],
    [
      "review --comment hide-and-new",
      "fold the earlier comment away and notify with a new one",
    ],
  ],
  ...INPUT,
  load: () => import("./run.ts"),
});
