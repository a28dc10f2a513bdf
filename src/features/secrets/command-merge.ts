import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { optional, required, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: {
    base: required("common ancestor"),
    ours: required("ours, which takes the result"),
    theirs: required("theirs"),
    path: optional("name in the repository"),
  },
  options: {},
};

/** What it was given. */
export type MergeInput = InputOf<typeof INPUT>;

/** `tieline secrets merge <base> <ours> <theirs> <path>` */
export const mergeCommand: CommandDefinition = defineCommand({
  name: "merge",
  isForPrograms: true,
  summary:
    "Merge files of secrets value by value, as git's merge driver. On a conflict ours stays, its path is told, and the status is 1.",
  examples: [
    ["secrets merge %O %A %B %P", "installed for git by: secrets install-git"],
  ],
  ...INPUT,
  load: () => import("./run-merge.ts"),
});
