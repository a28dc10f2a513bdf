import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { choice, flag, required, type InputOf } from "../../command/input.ts";
import { TARGET_OPTION } from "../../command/plan-options.ts";

/** What it takes. */
const INPUT = {
  args: { environment: required("environment to look at") },
  options: {
    detailedExitcode: flag("exit 2 when there is drift"),
    ...TARGET_OPTION,
    output: choice(
      "format",
      ["text", "json", "markdown"],
      "how drift is written; markdown: for a comment or a job summary, within 60,000 bytes",
    ),
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
    ["drift prod --output markdown", "for the summary of a job"],
    ["drift prod --detailed-exitcode", "exit 2 when something did"],
  ],
  ...INPUT,
  load: () => import("./run.ts"),
});
