import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { required, type InputOf } from "../../command/input.ts";

/** Shells there is a script for. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/** What it takes. */
const INPUT = {
  args: { shell: required("bash, zsh, fish or powershell") },
  options: {},
};

/** What it was given. */
export type CompletionInput = InputOf<typeof INPUT>;

/** `tieline completion <shell>` */
export const completionCommand: CommandDefinition = defineCommand({
  name: "completion",
  place: 980,
  isForPrograms: true,
  summary:
    "Print what makes a shell complete commands, options, and the names in your files.",
  examples: [
    [
      "completion bash > ~/.local/share/bash-completion/completions/tieline",
      "",
    ],
    ["completion zsh > ~/.zfunc/_tieline", "a folder of your fpath"],
    ["completion fish > ~/.config/fish/completions/tieline.fish", ""],
    ["completion powershell >> $PROFILE", ""],
  ],
  ...INPUT,
  load: () => import("./run.ts"),
});
