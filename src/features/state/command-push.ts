import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { COPY_INPUT } from "./command-copy.ts";

/** `tieline state push <environment> <where>` */
export const statePushCommand: CommandDefinition = defineCommand({
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
  ...COPY_INPUT,
  load: () => import("./run-push.ts"),
});
