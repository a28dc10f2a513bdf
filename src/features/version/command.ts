import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";

/** `tieline version` */
export const versionCommand: CommandDefinition = defineCommand({
  name: "version",
  place: 990,
  summary: "Print the version, that of Node.js, and the formats that are read.",
  examples: [
    ["version", "for people"],
    ["version --json", "for a bug report or a script"],
  ],
  args: {},
  options: {},
  load: () => import("./run.ts"),
});
