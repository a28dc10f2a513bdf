/** The commands under `keys`. Nothing here prints a private key. */
import type { CommandGroup } from "../../command/command.ts";
import { keysGenerateCommand } from "./command-generate.ts";

/** `tieline keys …` */
export const keysCommands: CommandGroup = {
  name: "keys",
  place: 300,
  summary: "Keys that sign plans.",
  examples: [["keys generate --out plan-signing.pem", "make a key pair"]],
  subcommands: [keysGenerateCommand],
};
