/**
 * `tieline secrets …`, one file per verb.
 * Nothing here may be slow to load, and no verb takes a value as an argument.
 */
import type { CommandGroup } from "../../command/command.ts";
import { checkCommand } from "./command-check.ts";
import { editCommand } from "./command-edit.ts";
import { installGitCommand } from "./command-install-git.ts";
import { listCommand } from "./command-list.ts";
import { mergeCommand } from "./command-merge.ts";
import { rotateCommand } from "./command-rotate.ts";
import { setCommand } from "./command-set.ts";
import { textconvCommand } from "./command-textconv.ts";
import { unsetCommand } from "./command-unset.ts";
import { updatekeysCommand } from "./command-updatekeys.ts";

/** Everything about files of secrets. */
export const secretsCommands: CommandGroup = {
  name: "secrets",
  place: 250,
  summary: "Set, edit, re-key, check and merge files of secrets (SOPS).",
  examples: [
    [
      "secrets set dev gmail-support/client_secret",
      "ask for a value and encrypt it",
    ],
    ["secrets check", "is anything readable that should not be?"],
  ],
  subcommands: [
    setCommand,
    editCommand,
    unsetCommand,
    rotateCommand,
    updatekeysCommand,
    checkCommand,
    listCommand,
    textconvCommand,
    mergeCommand,
    installGitCommand,
  ],
};
