import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { COPY_INPUT } from "./command-copy.ts";

/** `tieline state pull <environment> <where>` */
export const statePullCommand: CommandDefinition = defineCommand({
  name: "pull",
  summary:
    "Copy the state to the other backend or into a JSON file; what is newer there is never overwritten.",
  examples: [
    ["state pull prod prod-state.json", "a copy to keep"],
    ["state pull prod file", "from the git ref into files of this machine"],
  ],
  ...COPY_INPUT,
  load: () => import("./run-pull.ts"),
});
