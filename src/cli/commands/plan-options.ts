import type { OptionDefinition } from "../command.ts";

/** Another API than the environment names. */
export const TARGET_OPTION: OptionDefinition = {
  flags: "--target <origin>",
  description: "use another API than the environment names",
};

/** Permissions for one plan, with their reason. */
export const APPROVAL_OPTIONS: readonly OptionDefinition[] = [
  {
    flags: "--approve <guard:connection>",
    description:
      "let a guard or policy pass for a connection (PLN104:gmail, policy/naming:gmail); may be repeated",
    isRepeatable: true,
  },
  { flags: "--reason <text>", description: "why, for --approve" },
];

/** Answers the confirmation. */
export const YES_OPTION: OptionDefinition = {
  flags: "--yes",
  description: "answer the confirmation; lifts no guard",
};

/** Where the plan file goes, and who signs it. */
export const PLAN_FILE_OPTIONS: readonly OptionDefinition[] = [
  { flags: "--out <file>", description: "write the plan file" },
  {
    flags: "--sign-key-file <file>",
    description: "sign the plan with this private key",
  },
];
