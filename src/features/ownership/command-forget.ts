import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { required, several, type InputOf } from "../../command/input.ts";
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
    connection: several("connections to let go of"),
  },
  options: {
    ...PLAN_FILE_OPTIONS,
    ...YES_OPTION,
    ...APPROVAL_OPTIONS,
    ...TARGET_OPTION,
  },
};

/** What it was given. */
export type ForgetInput = InputOf<typeof INPUT>;

/** `tieline forget <environment> <connection…>` */
export const forgetCommand: CommandDefinition = defineCommand({
  name: "forget",
  place: 180,
  summary:
    "Let go of connections: they leave the inventory and stay on the platform as they are.",
  examples: [
    ["forget prod gmail-old", "stop managing it without touching it"],
    [
      "forget prod gmail-old --out plan.json",
      "plan it for review, apply it later",
    ],
  ],
  ...INPUT,
  load: () => import("./run-forget.ts"),
});
