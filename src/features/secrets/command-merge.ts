import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";

/** What git users see when both sides changed the same value. */
const CONFLICT = "SEC030";

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
  run: async (tools, input, io) => {
    const ours = textOf(input.args["ours"]) ?? "";
    const path = textOf(input.args["path"]) ?? ours;
    const result = await tools.secrets.mergeFiles(
      {
        base: textOf(input.args["base"]) ?? "",
        ours,
        theirs: textOf(input.args["theirs"]) ?? "",
        path,
      },
      io,
    );
    const exitCode =
      result.kind === "merged" ? tools.EXIT.done : tools.EXIT.failed;
    const conflicts = result.kind === "merged" ? [] : result.paths;
    if (io.isJson)
      io.out(
        tools.jsonText({
          kind: "secrets-merge",
          path,
          conflicts,
          exit_code: exitCode,
        }),
      );
    else if (conflicts.length > 0)
      io.err(
        `${CONFLICT}: ${tools.plainText(path)}: both sides changed ${conflicts.map((one) => tools.plainText(one)).join(", ")}; ours was kept, set the right values with tieline secrets set\n`,
      );
    return exitCode;
  },
};
