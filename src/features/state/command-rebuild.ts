import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { required, type InputOf } from "../../command/input.ts";
import { YES_OPTION } from "../../command/plan-options.ts";
import { TARGET_OPTION } from "../../command/plan-options.ts";

/** What it takes. */
const INPUT = {
  args: { environment: required("environment whose state it is") },
  options: { ...YES_OPTION, ...TARGET_OPTION },
};

/** What it was given. */
export type StateRebuildInput = InputOf<typeof INPUT>;

/** `tieline state rebuild <environment>` */
export const stateRebuildCommand: CommandDefinition = defineCommand({
  name: "rebuild",
  summary:
    "Make a lost inventory anew from live and the documents: takes in what is equal, writes nothing to the API.",
  examples: [
    ["state rebuild prod", "show what would be taken in, then ask"],
    ["state rebuild prod --yes", "without asking"],
  ],
  ...INPUT,
  load: () => import("./run-rebuild.ts"),
});
