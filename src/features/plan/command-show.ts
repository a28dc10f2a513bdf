import type { CommandDefinition } from "../../command/command.ts";

/** `tieline show <plan file>` */
export const showCommand: CommandDefinition = {
  name: "show",
  place: 100,
  summary: "Print a plan file, as it was shown when it was made.",
  examples: [
    ["show plan.json", "what the plan would do, and what it means"],
    ["show plan.json --verbose", "every change, with its steps and places"],
  ],
  args: [
    {
      name: "plan",
      description: "plan file that tieline plan --out wrote",
      isRequired: true,
    },
  ],
  options: [],
  run: () => import("./run-show.ts"),
};
