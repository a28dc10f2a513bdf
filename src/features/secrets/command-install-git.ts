import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import type { InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: {},
  options: {},
};

/** What it was given. */
export type InstallGitInput = InputOf<typeof INPUT>;

/** `tieline secrets install-git` */
export const installGitCommand: CommandDefinition = defineCommand({
  name: "install-git",
  summary:
    "Teach this clone to diff and merge files of secrets: lines of .gitattributes and settings of git. Repeating it changes nothing.",
  examples: [["secrets install-git", "once per clone"]],
  ...INPUT,
  load: () => import("./run-install-git.ts"),
});
