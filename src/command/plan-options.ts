import type { OptionDefinition } from "./command.ts";
import { listOf, type Input } from "./input.ts";

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
  confirms: true,
};

/** Where the plan file goes, and who signs it. */
export const PLAN_FILE_OPTIONS: readonly OptionDefinition[] = [
  { flags: "--out <file>", description: "write the plan file" },
  {
    flags: "--sign-key-file <file>",
    description: "sign the plan with this private key",
  },
];

/** Secrets to send again although nothing tells that they changed. */
export const SECRET_OPTIONS: readonly OptionDefinition[] = [
  {
    flags: "--rotate <connection#field>",
    description:
      "send this secret again, whatever its fingerprint says; may be repeated",
    isRepeatable: true,
  },
  { flags: "--force-secrets", description: "send every secret again" },
];

/** What {@link SECRET_OPTIONS} ask for, as planning takes it. */
export function secretIntent(input: Input): {
  readonly rewrite?: "all" | readonly string[];
} {
  if (input.options["forceSecrets"] === true) return { rewrite: "all" };
  const named = listOf(input.options["rotate"]);
  return named.length === 0 ? {} : { rewrite: named };
}
