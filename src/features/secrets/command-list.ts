import type { CommandDefinition } from "../../command/command.ts";
import { textOf } from "../../command/input.ts";
import { TARGET } from "./target-argument.ts";

/** `tieline secrets list <file>` */
export const listCommand: CommandDefinition = {
  name: "list",
  summary:
    "Show the names in a file of secrets and who can open it. Needs no key, shows no value.",
  examples: [["secrets list dev", "names and recipients"]],
  args: [TARGET],
  options: [],
  run: async (tools, input, io) => {
    const target = await tools.secrets.openTarget(
      textOf(input.args["file"]) ?? "",
      input,
      io,
    );
    const listing = await tools.secrets.listTarget(target);
    if (io.isJson)
      io.out(
        tools.jsonText({
          kind: "secrets-list",
          file: target.shown,
          values: listing.values,
          recipients: listing.recipients,
          last_modified: listing.lastModified,
          version: listing.version,
          exit_code: tools.EXIT.done,
        }),
      );
    else {
      const lines = listing.values.map(
        ({ path, encrypted }) =>
          `${tools.plainText(path)}${encrypted ? "" : " (not encrypted)"}\n`,
      );
      const names = listing.recipients.map(
        (name) => `  ${tools.plainText(name)}\n`,
      );
      io.out(
        `${lines.join("")}\nopened by:\n${names.join("")}last changed ${tools.plainText(listing.lastModified)}\n`,
      );
    }
    return tools.EXIT.done;
  },
};
