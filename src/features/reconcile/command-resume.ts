import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { required, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: {
    environment: required("environment that was suspended"),
  },
  options: {},
};

/** What it was given. */
export type ResumeInput = InputOf<typeof INPUT>;

/** `tieline resume <environment>` */
export const resumeCommand: CommandDefinition = defineCommand({
  name: "resume",
  place: 207,
  summary:
    "Let the reconciler look at an environment again that was suspended.",
  examples: [["resume prod", "look at it again at once"]],
  ...INPUT,
  load: () => import("./run-resume.ts"),
});
