import { EXIT } from "../../command/exit-codes.ts";
import type { EmulateInput } from "./command.ts";
import type { Io } from "../../command/io.ts";
import { jsonLine } from "../../output/json.ts";
import { startEmulator } from "./emulator.ts";

/** Carries out `tieline emulate [environment]`. Resolves to the exit status. */
export async function run(input: EmulateInput, io: Io): Promise<number> {
  const server = await startEmulator(
    {
      environment: input.args.environment,
      port: input.options.port,
      clientId: input.options.clientId,
      clientSecretEnv: input.options.clientSecretEnv,
      faults: input.options.fault,
      switches: input.options.switch,
      accounts: input.options.accounts,
      apiTokenEnv: input.options.apiTokenEnv,
      seed: input.options.seed,
      permissions: input.options.permissions,
      isTls: input.options.tls,
    },
    input,
    io,
  );
  const { origin, clientId, shownSecret, certificateFile } = server;
  if (io.isJson)
    io.out(
      jsonLine({
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
  return EXIT.done;
}

const TRUST_VARIABLES = [
  "NODE_EXTRA_CA_CERTS",
  "REQUESTS_CA_BUNDLE",
  "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
];
