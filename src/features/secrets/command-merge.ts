import type { CommandDefinition } from "../../command/command.ts";

/** `tieline secrets merge <base> <ours> <theirs> <path>` */
export const mergeCommand: CommandDefinition = {
  name: "merge",
  summary:
    "Merge files of secrets value by value, as git's merge driver. On a conflict ours stays, its path is told, and the status is 1.",
  examples: [
    ["secrets merge %O %A %B %P", "installed for git by: secrets install-git"],
  ],
  args: [
    { name: "base", description: "common ancestor", isRequired: true },
    {
      name: "ours",
      description: "ours, which takes the result",
      isRequired: true,
    },
    { name: "theirs", description: "theirs", isRequired: true },
    { name: "path", description: "name in the repository", isRequired: false },
  ],
  options: [],
  run: () => import("./run-merge.ts"),
};
