import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { flag, required, type InputOf } from "../../command/input.ts";
import {
  EXIT_STYLE_OPTION,
  PLAN_OUTPUT,
  TARGET_OPTION,
} from "../../command/plan-options.ts";

/** What it takes. */
const INPUT = {
  args: { environment: required("environment to look at") },
  options: {
    detailedExitcode: flag("exit 2 when there is drift"),
    ...EXIT_STYLE_OPTION,
    ...TARGET_OPTION,
    ...PLAN_OUTPUT,
  },
};

/** What it was given. */
export type DriftInput = InputOf<typeof INPUT>;

/** `tieline drift <environment>` */
export const driftCommand: CommandDefinition = defineCommand({
  name: "drift",
  place: 120,
  summary:
    "Compare the platform with what was last applied: what someone changed there, field by field. Needs no key.",
  examples: [
    ["drift prod", "what moved on the platform"],
    ["drift prod --output github", "annotations, and the summary of a step"],
    ["drift prod --detailed-exitcode", "exit 2 when something did"],
  ],
  ...INPUT,
  load: () => import("./run.ts"),
});
