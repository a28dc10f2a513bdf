import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { flag, required, type InputOf } from "../../command/input.ts";
import { TARGET_OPTION } from "../../command/plan-options.ts";

/** What it takes. */
const INPUT = {
  args: { environment: required("environment to look at") },
  options: {
    accounts: flag(
      "count connected accounts by status, too: a request for each 20 connections, and more where they have many",
    ),
    ...TARGET_OPTION,
  },
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
    ["status prod --accounts", "with who has to consent again"],
  ],
  ...INPUT,
  load: () => import("./run.ts"),
});
