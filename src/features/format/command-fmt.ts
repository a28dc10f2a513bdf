import type { CommandDefinition } from "../../command/command.ts";

/** `tieline fmt [path…]` */
export const fmtCommand: CommandDefinition = {
  name: "fmt",
  place: 50,
  summary:
    "Bring documents into one form: order of fields, indentation, quotes. Keeps comments, the order of lists and the meaning.",
  examples: [
    ["fmt", "every document"],
    ["fmt connections/gmail-support.yaml", "one file"],
    ["fmt --check", "write nothing; exit 3 when a file is in another form"],
  ],
  args: [
    {
      name: "path",
      description: "files or folders (default: all documents)",
      isRequired: false,
      isVariadic: true,
    },
  ],
  options: [
    {
      flags: "--check",
      description: "write nothing, and exit 3 when something would be written",
    },
    { flags: "--dry-run", description: "write nothing, and list the files" },
  ],
  run: () => import("./run-fmt.ts"),
};
