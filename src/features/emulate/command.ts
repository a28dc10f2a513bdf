import type { CommandDefinition } from "../../command/command.ts";
import { listOf, textOf } from "../../command/input.ts";

const TRUST_VARIABLES = [
  "NODE_EXTRA_CA_CERTS",
  "REQUESTS_CA_BUNDLE",
  "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
];

/** `tieline emulate [environment]` */
export const emulateCommand: CommandDefinition = {
  name: "emulate",
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
  run: async (tools, input, io) => {
    const server = await tools.startEmulator(
      {
        environment: textOf(input.args["environment"]),
        port: textOf(input.options["port"]),
        clientId: textOf(input.options["clientId"]),
        clientSecretEnv: textOf(input.options["clientSecretEnv"]),
        faults: listOf(input.options["fault"]),
        switches: listOf(input.options["switch"]),
        accounts: listOf(input.options["accounts"]),
        apiTokenEnv: textOf(input.options["apiTokenEnv"]),
        seed: textOf(input.options["seed"]),
        permissions: textOf(input.options["permissions"]),
        isTls: input.options["tls"] === true,
      },
      input,
      io,
    );
    const { origin, clientId, shownSecret, certificateFile } = server;
    if (io.isJson)
      io.out(
        tools.jsonLine({
          kind: "emulator",
          origin,
          client_id: clientId,
          client_secret: shownSecret ?? null,
          certificate: certificateFile ?? null,
        }),
      );
    else {
      io.out(
        `SCALEKIT_ENVIRONMENT_URL=${origin}\nSCALEKIT_CLIENT_ID=${clientId}\n`,
      );
      if (shownSecret !== undefined)
        io.out(`SCALEKIT_CLIENT_SECRET=${shownSecret}\n`);
      // By these names Node, Python's requests and gRPC learn whom to trust.
      if (certificateFile !== undefined)
        for (const name of TRUST_VARIABLES)
          io.out(`${name}=${certificateFile}\n`);
      io.err(
        "The embedded API is running; it protects nothing. Stop it with Ctrl-C.\n",
      );
    }
    await server.untilInterrupted();
    return tools.EXIT.done;
  },
};
