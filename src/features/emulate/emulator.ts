import { ENVIRONMENTS_FOLDER } from "../../domain/document-folders.ts";
import { assertEnvironments } from "../../environment/documents/known-names.ts";
import { randomBytes } from "node:crypto";
import { systemProcesses } from "../../environment/processes.ts";
import { systemClock } from "../../environment/system-clock.ts";
import { embeddedDataFile } from "../../environment/api/endpoint.ts";
import { UserError } from "../../domain/problem/error.ts";
import { CATALOGUE } from "../../domain/generated/catalogue.ts";
import {
  parseAccounts,
  parseFault,
  parseSwitch,
  PERMISSIONS,
  startEmbedded,
} from "../../embedded/index.ts";
import type { Switches } from "../../embedded/index.ts";
import { Scratch } from "../../platform/files/index.ts";
import type { CommonInput } from "../../command/input.ts";
import type { Io } from "../../command/io.ts";
import { openWorkspace } from "../../command/workspace.ts";

/** How the embedded API is to be served, as given on the command line. */
export interface EmulatorRequest {
  readonly environment: string | undefined;
  readonly port: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecretEnv: string | undefined;
  readonly faults: readonly string[];
  readonly switches: readonly string[];
  readonly accounts: readonly string[];
  readonly apiTokenEnv: string | undefined;
  readonly seed: string | undefined;
  /** Names with commas between them; everything when absent. */
  readonly permissions: string | undefined;
  readonly isTls: boolean;
}

/** A running embedded API. */
export interface Emulator {
  readonly origin: string;
  readonly clientId: string;
  /** The secret when it was made up for this run; `undefined` when it came from a variable. */
  readonly shownSecret: string | undefined;
  /**
   * File with the certificate that clients must trust; `undefined` without TLS. Removed at the end.
   */
  readonly certificateFile: string | undefined;
  /** Resolves after the first interrupt, when the server has closed. */
  untilInterrupted(): Promise<void>;
}

/**
 * Where the embedded API of an environment keeps its data. @throws UserError CLI041 for an
 * environment there is none of.
 */
async function dataFileOf(
  environment: string,
  input: CommonInput,
  io: Io,
): Promise<string> {
  const source = await openWorkspace(input, io);
  assertEnvironments(
    [environment],
    await source.listFolders(ENVIRONMENTS_FOLDER),
    {
      fix: "name one of them, or none for an API that forgets everything at its end",
      notDone: "nothing was started",
    },
  );
  return embeddedDataFile(source.root, environment);
}

/**
 * Serves the embedded API on loopback. @throws UserError CLI001 for a port, seed or variable that
 * cannot be used.
 */
export async function startEmulator(
  request: EmulatorRequest,
  input: CommonInput,
  io: Io,
): Promise<Emulator> {
  const given = readVariable(
    "--client-secret-env",
    request.clientSecretEnv,
    io,
  );
  const apiToken = readVariable("--api-token-env", request.apiTokenEnv, io);
  const permissions = readPermissions(request.permissions);
  const clientId = request.clientId ?? "embedded";
  const clientSecret = given ?? randomBytes(24).toString("base64url");
  const dataFile =
    request.environment === undefined
      ? undefined
      : await dataFileOf(request.environment, input, io);
  const server = await startEmbedded({
    clientId,
    clientSecret,
    clock: systemClock,
    processes: systemProcesses,
    catalogue: CATALOGUE,
    faults: request.faults.map(parseFault),
    switches: request.switches
      .map(parseSwitch)
      .reduce<Partial<Switches>>((all, one) => ({ ...all, ...one }), {}),
    accounts: request.accounts.map(parseAccounts),
    port: numberOf("--port", request.port, 65535) ?? 0,
    seed: numberOf("--seed", request.seed, Number.MAX_SAFE_INTEGER) ?? 1,
    isTls: request.isTls,
    ...(permissions === undefined ? {} : { permissions }),
    ...(dataFile === undefined ? {} : { dataFile }),
    ...(apiToken === undefined ? {} : { apiToken }),
  });
  const trust =
    server.authority === undefined
      ? undefined
      : new Scratch("authority.pem", Buffer.from(server.authority));
  return {
    origin: server.origin,
    clientId,
    shownSecret: given === undefined ? clientSecret : undefined,
    certificateFile: trust?.file,
    untilInterrupted: async () => {
      const { signal } = io.interrupt;
      if (!signal.aborted) {
        await new Promise<void>((resolve) => {
          signal.addEventListener(
            "abort",
            () => {
              resolve();
            },
            { once: true },
          );
        });
      }
      await server.close();
      trust?.dispose();
    },
  };
}

/** @throws UserError CLI001 for a name no call asks for. */
function readPermissions(
  text: string | undefined,
): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const names = text.split(",").map((name) => name.trim());
  const given = names.filter((name) => name !== "");
  const strange = given.find((name) => !PERMISSIONS.includes(name));
  if (strange === undefined) return given;
  throw new UserError(
    "CLI001",
    `no call asks for the permission "${strange}"`,
    {
      fix: `write some of ${PERMISSIONS.join(", ")}, with commas between them`,
      notDone: "nothing was started",
    },
  );
}

function readVariable(
  flag: string,
  name: string | undefined,
  io: Io,
): string | undefined {
  if (name === undefined) return undefined;
  const value = io.env[name];
  if (value !== undefined && value !== "") return value;
  throw new UserError("CLI001", `the variable ${name} is not set`, {
    fix: `set it, or leave ${flag} out`,
  });
}

function numberOf(
  flag: string,
  text: string | undefined,
  max: number,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/u.test(text) && value <= max) return value;
  throw new UserError(
    "CLI001",
    `${flag} takes a whole number from 0 to ${String(max)}, not "${text}"`,
    {},
  );
}
