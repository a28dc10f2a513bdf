import {
  defineCommand,
  type CommandDefinition,
} from "../../command/command.ts";
import {
  anyNumber,
  flag,
  required,
  type InputOf,
} from "../../command/input.ts";
import { TARGET_OPTION } from "../../command/plan-options.ts";

/** What it takes. */
const INPUT = {
  args: {
    environment: required("environment to test"),
    connection: anyNumber("connections to test (default: all)"),
  },
  options: {
    probe: flag(
      "send client id and secret with a made-up code to the provider's token endpoint; needs the key of the secrets",
    ),
    ...TARGET_OPTION,
  },
};

/** What it was given. */
export type TestInput = InputOf<typeof INPUT>;

/** `tieline test <environment> [connection…]` */
export const testCommand: CommandDefinition = defineCommand({
  name: "test",
  place: 200,
  summary:
    "Test connections as far as it can be told from here: state, switches, scopes, endpoints, redirect URI, accounts. Changes nothing.",
  examples: [
    ["test dev", "every connection of dev; exit 1 when something is bad"],
    ["test prod gmail-support", "one connection"],
    [
      "test prod gmail-support --probe",
      "also ask the provider whether it knows the client secret",
    ],
  ],
  ...INPUT,
  load: () => import("./run-test.ts"),
});
