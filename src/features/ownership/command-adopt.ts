import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { anyNumber, required, type InputOf } from "../../command/input.ts";
import {
  APPROVAL_OPTIONS,
  PLAN_FILE_OPTIONS,
  TARGET_OPTION,
  YES_OPTION,
} from "../../command/plan-options.ts";

/** What it takes. */
const INPUT = {
  args: {
    environment: required("environment to plan"),
    connection: anyNumber("connections to adopt (default: all that can be)"),
  },
  options: {
    ...PLAN_FILE_OPTIONS,
    ...YES_OPTION,
    ...APPROVAL_OPTIONS,
    ...TARGET_OPTION,
  },
};

/** What it was given. */
export type AdoptInput = InputOf<typeof INPUT>;

/** `tieline adopt <environment> [connection…]` */
export const adoptCommand: CommandDefinition = defineCommand({
  name: "adopt",
  place: 170,
  summary:
    "Take live connections that documents declare into ownership, and bring them to what is declared.",
  examples: [
    ["adopt prod", "everything declared that exists and is not owned yet"],
    ["adopt prod gmail-support", "one connection"],
    [
      "adopt prod gmail-support --out plan.json",
      "plan it for review, apply it later",
    ],
  ],
  ...INPUT,
  load: () => import("./run-adopt.ts"),
});
