import { choice } from "./input.ts";

/**
 * `--output` of commands whose result is findings; it takes the place of the option every command
 * has.
 */
export const FINDINGS_OUTPUT = {
  output: choice(
    "format",
    ["text", "json", "sarif", "github"],
    "how findings are written; sarif: SARIF 2.1.0, github: annotations of a workflow run",
  ),
};
