import { randomBytes } from "node:crypto";
import type { EnvironmentRules } from "../domain/environment.ts";
import { UserError } from "../domain/error.ts";
import { CATALOGUE } from "../domain/generated/catalogue.ts";
import type { Scrubber } from "../domain/scrubber.ts";
import { Secret } from "../domain/secret.ts";
import { createAgentAuthDriver } from "../drivers/agent-auth/index.ts";
import { checkTarget } from "../drivers/host-rule.ts";
import { createScalekitDriver } from "../drivers/scalekit/index.ts";
import { startEmbedded } from "../embedded/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { ConnectionsWriter } from "../ports/connections-api.ts";
import type { HttpClient } from "../ports/http-client.ts";
import { localPath } from "./local-folder.ts";
import { systemProcesses } from "./processes.ts";

/** What an endpoint is opened from. */
export interface EndpointOptions {
  readonly root: string;
  readonly rules: Pick<EnvironmentRules, "name" | "driver">;
  /** `embedded:` or an origin. */
  readonly target: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Learns every credential before it is used. */
  readonly scrubber: Scrubber;
}

/** Where an environment's API is, with what proves who we are inside. */
export interface Endpoint {
  readonly origin: string;
  /** As plans and state record it. */
  readonly apiHost: string;
  createDriver(http: HttpClient): ConnectionsWriter;
  /** Stops the embedded API, where there is one. */
  close(): Promise<void>;
}

/** What a driver proves itself with. */
type Credentials =
  | {
      readonly driver: "scalekit";
      readonly clientId: string;
      readonly clientSecret: string;
    }
  | { readonly driver: "agent-auth"; readonly token: string };

/** @throws UserError DRV080 and DRV081 for a target without credentials or one that is not allowed, before any request. */
export async function openEndpoint(
  options: EndpointOptions,
): Promise<Endpoint> {
  return options.target === "embedded:"
    ? embeddedEndpoint(options)
    : remoteEndpoint(options);
}

async function embeddedEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const { root, rules, clock } = options;
  const clientId = "embedded";
  const secret = randomBytes(24).toString("base64url");
  const server = await startEmbedded({
    dataFile: embeddedDataFile(root, rules.name),
    clientId,
    clientSecret: secret,
    ...(rules.driver === "agent-auth" ? { apiToken: secret } : {}),
    clock,
    catalogue: CATALOGUE,
    processes: systemProcesses,
  });
  return endpointOf(options, {
    origin: server.origin,
    apiHost: "embedded",
    credentials:
      rules.driver === "scalekit"
        ? { driver: "scalekit", clientId, clientSecret: secret }
        : { driver: "agent-auth", token: secret },
    close: () => server.close(),
  });
}

/** Where the embedded API of an environment keeps its data. */
export function embeddedDataFile(root: string, environment: string): string {
  return localPath(root, "embedded", `${environment}.json`);
}

function remoteEndpoint(options: EndpointOptions): Endpoint {
  const { target, env, rules } = options;
  const refusal = checkTarget(target, {
    isEmbedded: false,
    env,
    boundBy: BINDINGS[rules.driver],
  });
  if (refusal !== undefined) {
    throw new UserError(
      "DRV081",
      `credentials are not sent to ${target}: ${refusal.reason}`,
      {
        why: "a target comes from the repository, credentials do not; they go only where they belong",
        fix: refusal.fix,
        notDone: "nothing was sent",
      },
    );
  }
  const url = new URL(target);
  return endpointOf(options, {
    origin: url.origin,
    apiHost: url.host,
    credentials: credentialsFrom(env, rules.driver, target),
    close: () => Promise.resolve(),
  });
}

/** Variables that say which host the credentials of a driver belong to. */
const BINDINGS: Readonly<
  Record<EnvironmentRules["driver"], readonly string[]>
> = {
  scalekit: ["SCALEKIT_ENVIRONMENT_URL", "SCALEKIT_ENV_URL"],
  "agent-auth": ["TIELINE_API_URL"],
};

function credentialsFrom(
  env: EndpointOptions["env"],
  driver: EnvironmentRules["driver"],
  target: string,
): Credentials {
  if (driver === "agent-auth") {
    const token = env["TIELINE_API_TOKEN"] ?? "";
    if (token === "")
      throw noCredentials(target, "TIELINE_API_TOKEN is not set");
    // What a header cannot carry would fail later, with the token in the library's message.
    if (/[^\u0021-\u007E]/u.test(token))
      throw noCredentials(
        target,
        "TIELINE_API_TOKEN holds a character that a token cannot have",
      );
    return { driver, token };
  }
  const clientId = env["SCALEKIT_CLIENT_ID"] ?? "";
  const clientSecret = env["SCALEKIT_CLIENT_SECRET"] ?? "";
  if (clientId === "" || clientSecret === "")
    throw noCredentials(
      target,
      "SCALEKIT_CLIENT_ID and SCALEKIT_CLIENT_SECRET are not both set",
    );
  return { driver, clientId, clientSecret };
}

function noCredentials(target: string, why: string): UserError {
  return new UserError("DRV080", `there are no credentials for ${target}`, {
    why,
    fix: "set them in the environment of this command; never in a file of the repository",
    notDone: "nothing was sent",
  });
}

function endpointOf(
  options: EndpointOptions,
  made: Omit<Endpoint, "createDriver"> & { readonly credentials: Credentials },
): Endpoint {
  const { clock, scrubber } = options;
  const { credentials, ...endpoint } = made;
  if (credentials.driver === "scalekit")
    scrubber.register(credentials.clientSecret, "API client secret");
  else scrubber.register(credentials.token, "API token");
  return {
    ...endpoint,
    createDriver(http) {
      const shared = {
        http,
        clock,
        catalogue: CATALOGUE,
        apiHost: endpoint.apiHost,
      };
      return credentials.driver === "scalekit"
        ? createScalekitDriver({
            ...shared,
            credentials: {
              clientId: credentials.clientId,
              clientSecret: new Secret(credentials.clientSecret),
            },
          })
        : createAgentAuthDriver({
            ...shared,
            token: new Secret(credentials.token),
          });
    },
  };
}
