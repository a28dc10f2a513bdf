/**
 * `tieline secrets …`, one file per verb.
 * Nothing here may be slow to load, and no verb takes a value as an argument.
 */
import type { CommandGroup } from "../../command.ts";
import { checkCommand } from "./check.ts";
import { editCommand } from "./edit.ts";
import { installGitCommand } from "./install-git.ts";
import { listCommand } from "./list.ts";
import { mergeCommand } from "./merge.ts";
import { rotateCommand } from "./rotate.ts";
import { setCommand } from "./set.ts";
import { textconvCommand } from "./textconv.ts";
import { unsetCommand } from "./unset.ts";
import { updatekeysCommand } from "./updatekeys.ts";

/** Everything about files of secrets. */
export const secretsGroup: CommandGroup = {
  name: "secrets",
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
