import type { CommandDefinition } from "../../command/command.ts";
import { copyCommand } from "./command-copy.ts";

/** `tieline state push <environment> <where>` */
export const statePushCommand: CommandDefinition = copyCommand(
  {
    name: "push",
    summary:
      "Copy a state from the other backend or a JSON file to where the environment keeps it; what is newer here is never overwritten.",
    examples: [
      [
        "state push prod file",
        "from files into the git ref, after changing state.backend",
      ],
      ["state push prod prod-state.json", "put a copy back"],
    ],
  },
  () => import("./run-push.ts"),
);
