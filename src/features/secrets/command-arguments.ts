import type {
  ArgumentDefinition,
  OptionDefinition,
} from "../../command/command.ts";

/** The file most of these commands work on. */
export const TARGET: ArgumentDefinition = {
  name: "file",
  description: "file of secrets, or an environment that has one",
  isRequired: true,
};

/** A place in the file. */
export const PATH: ArgumentDefinition = {
  name: "path",
  description: "keys separated by slashes, as in secret://gmail/client_secret",
  isRequired: true,
};

/** Confirms, for scripts, who is given the data key. */
export const RECIPIENT_OPTION: OptionDefinition = {
  flags: "--recipient <name>",
  description:
    "confirm one who will be able to open the file beside you, by the public key in .sops.yaml; may be repeated",
  isRepeatable: true,
};

/** Where a value comes from when nobody is asked. */
export const VALUE_OPTIONS: readonly OptionDefinition[] = [
  {
    flags: "--stdin",
    description:
      "read the value from standard input; one line break at its end is left out, except for binary files",
  },
  {
    flags: "--value-file <file>",
    description: "read the value from a file, in the same way",
  },
  {
    flags: "--type <type>",
    description: "type of the value (default: str)",
    choices: ["str", "int", "float", "bool"],
  },
];
