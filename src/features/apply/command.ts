import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { outputOption } from "../../command/forms.ts";
import {
  choice,
  flag,
  required,
  text,
  type InputOf,
} from "../../command/input.ts";
import {
  APPROVAL_OPTIONS,
  SECRET_OPTIONS,
  TARGET_OPTION,
  YES_OPTION,
} from "../../command/plan-options.ts";

/** What it takes. */
const INPUT = {
  args: {
    what: required("environment, or plan file (a name that ends in .json)"),
  },
  options: {
    ...YES_OPTION,
    ...APPROVAL_OPTIONS,
    ...SECRET_OPTIONS,
    expect: text(
      "digest",
      "refuse unless the plan has this digest or intent_digest, as a reviewed plan showed it",
    ),
    expectApproved: flag(
      "in a job: refuse unless the plan was reviewed and approved in the pull request of the commit",
    ),
    reviewName: text(
      "name",
      "name of that review, as tieline review --name has it (default: tieline)",
    ),
    environment: text("name", "refuse a plan file of another environment", {
      short: "e",
    }),
    resume: flag(
      "finish what a cut-off run left; does not ask again for what was approved",
    ),
    onError: choice(
      "what",
      ["continue", "stop"],
      "after a change that fails: go on (default) or stop",
    ),
    jsonEvents: flag("follow the run as JSON lines on stdout"),
    ...TARGET_OPTION,
    ...outputOption("markdown", "html", "github"),
  },
};

/** What it was given. */
export type ApplyInput = InputOf<typeof INPUT>;

/** `tieline apply <environment | plan file>` */
export const applyCommand: CommandDefinition = defineCommand({
  name: "apply",
  place: 110,
  summary:
    "Make the platform agree: apply a plan file, or plan now and apply after confirmation.",
  examples: [
    ["apply dev", "plan, ask, apply"],
    ["apply dev --yes", "plan and apply without asking (guards still hold)"],
    ["apply plan.json", "apply exactly the plan that was reviewed"],
    [
      "apply prod --expect-approved",
      "in a job on merge: apply what was approved in the pull request, or nothing",
    ],
    ["apply prod --resume", "finish a run that was cut off"],
    [
      "apply plan.json --output github",
      "what failed as annotations, all of it in the summary of the step",
    ],
  ],
  ...INPUT,
  load: () => import("./run.ts"),
});
