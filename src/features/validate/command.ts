import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { anyNumber, type InputOf } from "../../command/input.ts";
import { FINDINGS_OUTPUT } from "../../command/findings-option.ts";

/** What it takes. */
const INPUT = {
  args: { environment: anyNumber("environments to check (default: all)") },
  options: { ...FINDINGS_OUTPUT },
};

/** What it was given. */
export type ValidateInput = InputOf<typeof INPUT>;

/** `tieline validate [environment…]` */
export const validateCommand: CommandDefinition = defineCommand({
  name: "validate",
  place: 40,
  summary:
    "Check documents: every problem of every file in one run. Needs no network and no key.",
  examples: [
    ["validate", "every environment and the shared connections"],
    ["validate prod", "one environment"],
    ["validate --json", "for machines"],
    ["validate --output github", "annotations of a workflow run"],
  ],
  ...INPUT,
  load: () => import("./run.ts"),
});
