import type { CommandDefinition } from "../../command/command.ts";

/** `tieline emulate [environment]` */
export const emulateCommand: CommandDefinition = {
  name: "emulate",
  place: 290,
  summary: "Run the embedded API by itself on loopback, until interrupted.",
  examples: [
    ["emulate dev", "with the data of dev's embedded API"],
    [
      "emulate --port 8080 --fault 'latency:*:ms=50'",
      "empty, in memory, slow on purpose",
    ],
    [
      "emulate --tls --permissions sso:read,agent_connectors:read",
      "over TLS, with a client that may only read",
    ],
  ],
  args: [
    {
      name: "environment",
      description:
        "serve this environment's embedded data (default: empty, in memory)",
      isRequired: false,
    },
  ],
  options: [
    {
      flags: "--port <number>",
      description: "port on 127.0.0.1 (default: a free one)",
    },
    {
      flags: "--client-id <id>",
      description: "client id to accept (default: embedded)",
    },
    {
      flags: "--client-secret-env <name>",
      description:
        "variable that holds the client secret to accept (default: a new random one, printed)",
    },
    {
      flags: "--fault <rule>",
      description:
        "misbehave on request, such as reset-after:PATCH*:p=0.2; may be repeated",
      isRepeatable: true,
    },
    {
      flags: "--switch <setting>",
      description:
        "be the vendor one way or another, such as maskStyle=last4; may be repeated",
      isRepeatable: true,
    },
    {
      flags: "--accounts <count>",
      description:
        "connected accounts of a connection, such as gmail-support=12; may be repeated",
      isRepeatable: true,
    },
    {
      flags: "--api-token-env <name>",
      description:
        "variable that holds the token of the older dialect (default: not served)",
    },
    {
      flags: "--permissions <names>",
      description:
        "what the client may do, such as sso:read,agent_connectors:read (default: everything)",
    },
    {
      flags: "--tls",
      description:
        "speak TLS; the certificate to trust is written to a file, which is printed",
    },
    {
      flags: "--seed <number>",
      description: "seed of everything random in faults",
    },
  ],
  run: () => import("./run.ts"),
};
