import { choice, flag, list, required, text } from "../../command/input.ts";

/** The file most of these commands work on. */
export const TARGET = {
  file: required("file of secrets, or an environment that has one"),
};

/** A place in the file. */
export const PATH = {
  path: required(
    "keys separated by slashes, as in secret://gmail/client_secret",
  ),
};

/** Confirms, for scripts, who is given the data key. */
export const RECIPIENT_OPTION = {
  recipient: list(
    "name",
    "confirm one who will be able to open the file beside you, by the public key in .sops.yaml; may be repeated",
  ),
};

/** Where a value comes from when nobody is asked. */
export const VALUE_OPTIONS = {
  stdin: flag(
    "read the value from standard input; one line break at its end is left out, except for binary files",
  ),
  valueFile: text("file", "read the value from a file, in the same way"),
  type: choice(
    "type",
    ["str", "int", "float", "bool"],
    "type of the value (default: str)",
  ),
};
