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
    detailedExitcode: flag("exit 2 while someone lags or nobody knows"),
    ...TARGET_OPTION,
  },
};

/** What it was given. */
export type ConsentInput = InputOf<typeof INPUT>;

/** `tieline consent <environment>` */
export const consentCommand: CommandDefinition = defineCommand({
  name: "consent",
  place: 150,
  summary:
    "Show how many accounts may still hold the grant of before a scope or client changed. Reads lists only, and names nobody.",
  examples: [
    ["consent prod", "who has not consented again yet"],
    ["consent prod --detailed-exitcode", "exit 2 while someone lags"],
  ],
  ...INPUT,
  load: () => import("./run.ts"),
});
