import type { CommandDefinition } from "../../command/command.ts";

/** `tieline secrets check` */
export const checkCommand: CommandDefinition = {
  name: "check",
  summary:
    "Look for secrets that are readable, and for files of secrets that are not as .sops.yaml says. Needs no key; with one, every file is verified.",
  examples: [
    ["secrets check", "the whole folder"],
    [
      "secrets check --staged",
      "what is about to be committed, as a pre-commit hook",
    ],
  ],
  args: [],
  options: [
    {
      flags: "--staged",
      description: "look at what is staged in git instead of the files",
    },
    {
      flags: "--second-engine",
      description: "have sops-decoder read files for AWS KMS too, and compare",
    },
  ],
  run: () => import("./run-check.ts"),
};
