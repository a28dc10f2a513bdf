import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import {
  anyNumber,
  flag,
  list,
  required,
  type InputOf,
} from "../../command/input.ts";
import { TARGET_OPTION } from "../../command/plan-options.ts";

/** What it takes. */
const INPUT = {
  args: {
    from: required("environment to take from"),
    to: required("environment to edit"),
    connection: anyNumber("connections to carry over (default: all)"),
  },
  options: {
    field: list(
      "field",
      "carry over this field only, such as scopes or settings.timeout, also where it is meant to differ",
    ),
    dryRun: flag("write nothing"),
    ...TARGET_OPTION,
  },
};

/** What it was given. */
export type PromoteInput = InputOf<typeof INPUT>;

/** `tieline promote <from> <to> [connection…]` */
export const promoteCommand: CommandDefinition = defineCommand({
  name: "promote",
  place: 140,
  summary:
    "Carry what one environment asks for over to another, by editing its files, and show the plan. Writes nothing to the API.",
  examples: [
    [
      "promote staging prod --dry-run",
      "show what would be written, and the plan",
    ],
    [
      "promote staging prod",
      "every connection, without what is meant to differ",
    ],
    ["promote staging prod gmail-support", "one connection"],
    [
      "promote staging prod gmail-support --field scopes",
      "a field that prod's own file sets",
    ],
  ],
  ...INPUT,
  load: () => import("./run.ts"),
});
