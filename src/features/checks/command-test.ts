import type { CommandDefinition } from "../../command/command.ts";

/** `tieline test <environment> [connection…]` */
export const testCommand: CommandDefinition = {
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
  args: [
    {
      name: "environment",
      description: "environment to test",
      isRequired: true,
    },
    {
      name: "connection",
      description: "connections to test (default: all)",
      isRequired: false,
      isVariadic: true,
    },
  ],
  options: [
    {
      flags: "--probe",
      description:
        "send client id and secret with a made-up code to the provider's token endpoint; needs the key of the secrets",
    },
    {
      flags: "--target <origin>",
      description: "use another API than the environment names",
    },
  ],
  run: () => import("./run-test.ts"),
};
