import type { CommandDefinition } from "../../command/command.ts";

/** `tieline doctor [environment…]` */
export const doctorCommand: CommandDefinition = {
  name: "doctor",
  place: 210,
  summary:
    "Look at everything a run needs: Node.js, documents, keys, API, clock, state, git. Each finding with its fix; changes nothing.",
  examples: [
    ["doctor", "this machine and every environment"],
    ["doctor prod --json", "one environment, for machines"],
  ],
  args: [
    {
      name: "environment",
      description: "environments to look at (default: all)",
      isRequired: false,
      isVariadic: true,
    },
  ],
  options: [
    {
      flags: "--target <origin>",
      description: "use another API than the environments name",
    },
  ],
  run: () => import("./run-doctor.ts"),
};
