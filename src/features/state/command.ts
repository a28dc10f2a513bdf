/**
 * The commands of stored state: look at it, copy it, make it anew, end a dead run's lease, make its
 * tables.
 * None of them writes to the API, and none overwrites newer state.
 */
import type { CommandGroup } from "../../command/command.ts";
import { stateMigrateCommand } from "./command-migrate.ts";
import { statePullCommand } from "./command-pull.ts";
import { statePushCommand } from "./command-push.ts";
import { stateRebuildCommand } from "./command-rebuild.ts";
import { stateShowCommand } from "./command-show.ts";
import { stateUnlockCommand } from "./command-unlock.ts";

/** `tieline state` */
export const stateCommands: CommandGroup = {
  name: "state",
  place: 230,
  summary:
    "Look at the stored state, copy it, make it anew, end a lease, make its tables.",
  examples: [
    ["state show prod", "what we own, and who holds the lease"],
    ["state push prod file", "move from files to a git ref"],
    ["state rebuild prod", "after the state was lost"],
  ],
  subcommands: [
    stateShowCommand,
    statePullCommand,
    statePushCommand,
    stateRebuildCommand,
    stateUnlockCommand,
    stateMigrateCommand,
  ],
};
