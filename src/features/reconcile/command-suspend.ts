import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { required, text, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: {
    environment: required("environment to leave alone"),
  },
  options: {
    reason: text("text", "why, for whoever finds it suspended"),
    until: text(
      "time",
      "when it ends by itself: a duration such as 2h, or a time such as 2026-12-01T08:00:00Z (default: when it is resumed)",
    ),
  },
};

/** What it was given. */
export type SuspendInput = InputOf<typeof INPUT>;

/** `tieline suspend <environment>` */
export const suspendCommand: CommandDefinition = defineCommand({
  name: "suspend",
  place: 206,
  summary:
    "Keep the reconciler away from an environment until somebody resumes it, or until a time.",
  examples: [
    [
      "suspend prod --reason 'incident 42' --until 2h",
      "leave prod alone for two hours",
    ],
  ],
  ...INPUT,
  load: () => import("./run-suspend.ts"),
});
