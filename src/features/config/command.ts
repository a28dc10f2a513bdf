/** The commands under `config`. They change nothing: settings stand in documents and variables. */
import type { CommandGroup } from "../../command/command.ts";
import { viewCommand } from "./command-view.ts";

/** `tieline config …` */
export const configCommands: CommandGroup = {
  name: "config",
  place: 215,
  summary: "What counts here: settings, and where each comes from.",
  examples: [
    ["config view", "how commands run here"],
    ["config view prod --show-origin", "and the rules of an environment"],
  ],
  subcommands: [viewCommand],
};
