import type { OptionDefinition } from "./command.ts";

/** `--output` of commands whose result is findings; it takes the place of the option every command has. */
export const FINDINGS_OUTPUT: OptionDefinition = {
  flags: "--output <format>",
  description:
    "how findings are written; sarif: SARIF 2.1.0, github: annotations of a workflow run",
  choices: ["text", "json", "sarif", "github"],
};
