import type { CommandDefinition } from "../../command/command.ts";

/** `tieline secrets install-git` */
export const installGitCommand: CommandDefinition = {
  name: "install-git",
  summary:
    "Teach this clone to diff and merge files of secrets: lines of .gitattributes and settings of git. Repeating it changes nothing.",
  examples: [["secrets install-git", "once per clone"]],
  args: [],
  options: [],
  run: () => import("./run-install-git.ts"),
};
