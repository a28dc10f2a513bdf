import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { required, type InputOf } from "../../command/input.ts";
import { TARGET_OPTION } from "../../command/plan-options.ts";

/** What it takes. */
const INPUT = {
  args: { environment: required("environment to look at") },
  options: { ...TARGET_OPTION },
};

/** What it was given. */
export type StatusInput = InputOf<typeof INPUT>;

/** `tieline status <environment>` */
export const statusCommand: CommandDefinition = defineCommand({
  name: "status",
  place: 190,
  summary:
    "Show what tieline owns in an environment, the last runs, and whether one was cut off.",
  examples: [
    ["status dev", "connections, runs, unfinished work"],
    ["status prod --json", "for machines"],
  ],
  ...INPUT,
  load: () => import("./run.ts"),
});
