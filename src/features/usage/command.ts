import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { list, several, type InputOf } from "../../command/input.ts";
import { FINDINGS_OUTPUT } from "../../command/findings-option.ts";

/** What it takes. */
const INPUT = {
  args: {
    path: several("folders or files of TypeScript, JavaScript or Python"),
  },
  options: {
    environment: list("name", "environment the code runs in (default: all)", {
      short: "e",
    }),
    ...FINDINGS_OUTPUT,
  },
};

/** What it was given. */
export type UsageInput = InputOf<typeof INPUT>;

/** `tieline usage <path…>` */
export const usageCommand: CommandDefinition = defineCommand({
  name: "usage",
  place: 260,
  summary:
    "Hold the connection names in your code against the environments: missing is an error, unused a note.",
  examples: [
    ["usage src", "all environments"],
    ["usage src services/mail --environment prod", "one environment"],
    ["usage . --json", "for machines"],
    ["usage src --output github", "annotations in a pull request"],
  ],
  ...INPUT,
  load: () => import("./run.ts"),
});
