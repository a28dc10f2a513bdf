import type { ProcessEnv } from "../../domain/environment-access.ts";
import { randomBytes } from "node:crypto";
import type { EnvironmentRules } from "../../domain/environment.ts";
import { UserError } from "../../domain/problem/error.ts";
import { CATALOGUE } from "../../domain/generated/catalogue.ts";
import type { Scrubber } from "../../domain/secret/scrubber.ts";
import { Secret } from "../../domain/secret/secret.ts";
import { checkTarget } from "../../drivers/host-rule.ts";
import { startEmbedded } from "../../embedded/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ConnectionsWriter } from "../../ports/connections-api.ts";
import type { TokenShelf } from "../../ports/driver.ts";
import type { HttpClient } from "../../ports/http-client.ts";
import { credentialForm, ownForm, variablePart } from "./credential-form.ts";
import {
  noCredentials,
  readCredentials,
  sourceOf,
  type Credentials,
} from "./credentials.ts";
import { DRIVERS } from "../generated/drivers.ts";
import { localPath } from "../local-folder.ts";
import { systemProcesses } from "../processes.ts";

/** What an endpoint is opened from. */
export interface EndpointOptions {
  readonly root: string;
  readonly rules: Pick<EnvironmentRules, "name" | "driver">;
  /** `embedded:` or an origin. */
  readonly target: string;
  readonly env: ProcessEnv;
  readonly clock: Clock;
  /** Where tokens for real hosts are kept; by default they end with the driver. */
  readonly tokens?: TokenShelf | undefined;
  /** Learns every credential before it is used. */
  readonly scrubber: Scrubber;
  /** True when the one who runs the command named the target, and no document did. */
  readonly isChosen?: boolean;
  /**
   * True when the run reaches several hosts: then credentials that are bound to none serve none.
   */
  readonly isOneOfSeveral?: boolean;
  /** Names of all environments, for telling whose variables are meant. */
  readonly environments?: readonly string[];
}

/** Where an environment's API is, with what proves who we are inside. */
export interface Endpoint {
  readonly origin: string;
  /** As plans and state record it. */
  readonly apiHost: string;
  /** Where the credentials come from, for people. */
  readonly credentialsFrom: string;
  createDriver(http: HttpClient): ConnectionsWriter;
  /** Stops the embedded API, where there is one. */
  close(): Promise<void>;
}

/**
 * @throws UserError DRV080 and DRV081 for a target without credentials or one that is not allowed,
 * before any request.
 */
export async function openEndpoint(
  options: EndpointOptions,
): Promise<Endpoint> {
  return options.target === "embedded:"
    ? embeddedEndpoint(options)
    : remoteEndpoint(options);
}

async function embeddedEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const { root, rules, clock } = options;
  const { id } = DRIVERS[rules.driver].variables(null);
  const secret = randomBytes(24).toString("base64url");
  const server = await startEmbedded({
    dataFile: embeddedDataFile(root, rules.name),
    clientId: EMBEDDED_CLIENT,
    clientSecret: secret,
    ...(id === null ? { apiToken: secret } : {}),
    clock,
    catalogue: CATALOGUE,
    processes: systemProcesses,
  });
  return endpointOf(options, {
    origin: server.origin,
    apiHost: "embedded",
    credentialsFrom: "made for this run",
    credentials: { id: id === null ? null : EMBEDDED_CLIENT, secret },
    close: () => server.close(),
  });
}

/** The host of a target as plans and state record it, without reaching it. */
export function apiHostOf(target: string): string {
  if (target === "embedded:") return "embedded";
  return URL.canParse(target) ? new URL(target).host : target;
}

/** Where the embedded API of an environment keeps its data. */
export function embeddedDataFile(root: string, environment: string): string {
  return localPath(root, "embedded", `${environment}.json`);
}

/**
 * Client id of the embedded API, which no real one has: who holds its credentials has nothing to
 * lose.
 */
const EMBEDDED_CLIENT = "embedded";

async function remoteEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const { target, env, rules, isOneOfSeveral = false } = options;
  const form = credentialForm({
    environment: rules.name,
    driver: rules.driver,
    env,
    environments: options.environments ?? [],
  });
  const isDemo = form.id !== null && env[form.id] === EMBEDDED_CLIENT;
  const refusal = checkTarget(target, {
    isEmbedded: false,
    env,
    boundBy: form.boundBy,
    isChosen: options.isChosen ?? false,
    isDemo,
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
  const bound = form.boundBy.find((name) => (env[name] ?? "") !== "");
  if (bound === undefined && !isDemo && !form.isOwn && isOneOfSeveral)
    throw noCredentials(
      target,
      `several hosts are reached, and ${sourceOf(form, env)} do not say which of them they belong to`,
      ownForm(rules.driver, variablePart(rules.name)),
    );
  const url = new URL(target);
  return endpointOf(options, {
    origin: url.origin,
    apiHost: url.host,
    credentials: await readCredentials({
      form,
      env,
      root: options.root,
      target,
    }),
    credentialsFrom: `${sourceOf(form, env)}, ${bound === undefined ? "bound to no host" : `bound to ${url.host} by ${bound}`}`,
    close: () => Promise.resolve(),
  });
}

function endpointOf(
  options: EndpointOptions,
  made: Omit<Endpoint, "createDriver"> & { readonly credentials: Credentials },
): Endpoint {
  const { clock, rules, scrubber } = options;
  const { credentials, ...endpoint } = made;
  const { id, secret } = credentials;
  scrubber.register(secret, id === null ? "API token" : "API client secret");
  return {
    ...endpoint,
    createDriver: (http) =>
      DRIVERS[rules.driver].create({
        http,
        clock,
        // The embedded API is another one each time: its tokens serve nobody later.
        ...(endpoint.apiHost === "embedded" || options.tokens === undefined
          ? {}
          : { tokens: options.tokens }),
        catalogue: CATALOGUE,
        apiHost: endpoint.apiHost,
        credentials: { id, secret: new Secret(secret) },
      }),
  };
}
