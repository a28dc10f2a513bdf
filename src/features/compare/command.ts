import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { outputOption } from "../../command/forms.ts";
import {
  anyNumber,
  flag,
  required,
  type InputOf,
} from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: {
    environment: required("environment to start from"),
    other: required("environment to compare it with"),
    connection: anyNumber("connections to compare (default: all)"),
  },
  options: {
    all: flag("show what is meant to differ too"),
    detailedExitcode: flag(
      "exit 2 when they differ in something nobody declared",
    ),
    ...outputOption("markdown", "html"),
  },
};

/** What it was given. */
export type CompareInput = InputOf<typeof INPUT>;

/** `tieline compare <environment> <other> [connection…]` */
export const compareCommand: CommandDefinition = defineCommand({
  name: "compare",
  place: 130,
  summary:
    "How two environments differ in what they ask for. Leaves out what is meant to differ; needs no network and no key.",
  examples: [
    ["compare staging prod", "every connection"],
    ["compare staging prod gmail-support", "one connection"],
    ["compare staging prod --all", "what is meant to differ too"],
    ["compare staging prod --detailed-exitcode", "exit 2 when they differ"],
  ],
  ...INPUT,
  load: () => import("./run.ts"),
});
