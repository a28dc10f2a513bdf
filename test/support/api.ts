import { onTestFinished } from "vitest";
import { systemClock } from "../../src/environment/system-clock.ts";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import {
  startEmbedded,
  type EmbeddedApi,
  type RequestRecord,
} from "../../src/embedded/index.ts";
import { tieline, type CliOptions, type CliResult } from "./cli.ts";

/** What the program needs to speak to {@link anApi}. */
export const API_CREDENTIALS: Readonly<Record<string, string>> = {
  SCALEKIT_CLIENT_ID: "test",
  SCALEKIT_CLIENT_SECRET: "test-only-secret",
};

/**
 * The embedded API in this process, watched from outside the program. Closed when the test ends.
 */
export async function anApi(
  onRequest?: (record: RequestRecord) => void,
): Promise<EmbeddedApi> {
  const server = await startEmbedded({
    clientId: "test",
    clientSecret: "test-only-secret",
    clock: systemClock,
    catalogue: CATALOGUE,
    ...(onRequest === undefined ? {} : { onRequest }),
  });
  onTestFinished(() => server.close());
  return server;
}

/** Runs the program in a folder against an API; commands that ask no API do without `server`. */
export function runIn(
  cwd: string,
  server: EmbeddedApi | null,
  args: readonly string[],
  options: Partial<CliOptions> = {},
): Promise<CliResult> {
  const target = server === null ? [] : ["--target", server.origin];
  return tieline([...args, ...target], {
    cwd,
    env: API_CREDENTIALS,
    ...options,
  });
}
