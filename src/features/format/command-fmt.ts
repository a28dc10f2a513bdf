import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import { FINDINGS_OUTPUT } from "../../command/findings-option.ts";
import { anyNumber, flag, type InputOf } from "../../command/input.ts";

/** What it takes. */
const INPUT = {
  args: { path: anyNumber("files or folders (default: all documents)") },
  options: {
    check: flag("write nothing, and exit 3 when something would be written"),
    dryRun: flag("write nothing, and list the files"),
    ...FINDINGS_OUTPUT,
  },
};

/** What it was given. */
export type FmtInput = InputOf<typeof INPUT>;

/** `tieline fmt [path…]` */
export const fmtCommand: CommandDefinition = defineCommand({
  name: "fmt",
  place: 50,
  summary:
    "Bring documents into one form: order of fields, indentation, quotes. Keeps comments, the order of lists and the meaning.",
  examples: [
    ["fmt", "every document"],
    ["fmt connections/gmail-support.yaml", "one file"],
    ["fmt --check", "write nothing; exit 3 when a file is in another form"],
    ["fmt --check --output gitlab", "a Code Quality report of such files"],
  ],
  ...INPUT,
  load: () => import("./run-fmt.ts"),
});
