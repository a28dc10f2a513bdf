import type { CommandDefinition } from "../../command/command.ts";
import { TARGET_OPTION } from "../../command/plan-options.ts";

/** `tieline promote <from> <to> [connection…]` */
export const promoteCommand: CommandDefinition = {
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
  args: [
    { name: "from", description: "environment to take from", isRequired: true },
    { name: "to", description: "environment to edit", isRequired: true },
    {
      name: "connection",
      description: "connections to carry over (default: all)",
      isRequired: false,
      isVariadic: true,
    },
  ],
  options: [
    {
      flags: "--field <field>",
      description:
        "carry over this field only, such as scopes or settings.timeout, also where it is meant to differ",
      isRepeatable: true,
    },
    { flags: "--dry-run", description: "write nothing" },
    TARGET_OPTION,
  ],
  run: () => import("./run.ts"),
};
