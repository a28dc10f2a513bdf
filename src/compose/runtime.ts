import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { EnvironmentRules } from "../domain/environment.ts";
import { UserError } from "../domain/error.ts";
import { CATALOGUE } from "../domain/generated/catalogue.ts";
import { VERSION } from "../domain/generated/version.ts";
import type { Scrubber } from "../domain/scrubber.ts";
import { Secret } from "../domain/secret.ts";
import { checkTarget } from "../drivers/host-rule.ts";
import { createScalekitDriver } from "../drivers/scalekit/index.ts";
import { startEmbedded } from "../embedded/index.ts";
import { createHttpClient } from "../http/client.ts";
import { proxyFromEnv } from "../http/proxy.ts";
import type { Clock } from "../ports/clock.ts";
import type { ConnectionsWriter } from "../ports/connections-api.ts";
import type { DocumentSource } from "../ports/document-source.ts";
import type { SecretStore } from "../ports/secret-store.ts";
import type { LeaseHolder, StateStore } from "../ports/state-store.ts";
import { createSecretStore } from "../secrets/store.ts";
import { LOCAL_FOLDER } from "./local-folder.ts";
import { isProcessAlive } from "./process-alive.ts";
import { openState, thisHolder } from "./state.ts";
import { systemClock } from "./system-clock.ts";

/** What a runtime is made from. */
export interface RuntimeOptions {
  /** Absolute folder of the workspace. */
  readonly root: string;
  /** Reads the workspace's files, SOPS files included. */
  readonly source: DocumentSource;
  readonly rules: EnvironmentRules;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly scrubber: Scrubber;
  /** Replaces the target of the environment; comes from outside the repository. */
  readonly target?: string;
  /** Takes one scrubbed line per request. */
  readonly trace?: (line: string) => void;
  readonly clock?: Clock;
}

/** Everything a use case needs, made from names in the configuration. */
export interface Runtime {
  readonly api: ConnectionsWriter;
  readonly state: StateStore;
  readonly secrets: SecretStore;
  readonly clock: Clock;
  readonly holder: LeaseHolder;
  readonly toolVersion: string;
  /** Closes sockets and the embedded API. Nothing is left running. */
  close(): Promise<void>;
}

/** @throws UserError DRV080–DRV082 for a target that is not allowed or has no credentials, before any request. */
export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { root, rules, env, scrubber } = options;
  const clock = options.clock ?? systemClock;
  const state = openState({
    root,
    environment: rules.name,
    settings: rules.state,
    env,
    clock,
  });
  const endpoint = await openEndpoint(options, clock);
  const http = createHttpClient({
    origin: endpoint.origin,
    clock,
    limits: rules.limits,
    scrub: (text) => scrubber.scrub(text),
    userAgent: `tieline/${VERSION}`,
    proxy: proxyFromEnv(env),
    ...(options.trace === undefined ? {} : { trace: options.trace }),
  });
  scrubber.register(endpoint.clientSecret, "API client secret");
  const api = createScalekitDriver({
    http,
    clock,
    catalogue: CATALOGUE,
    apiHost: endpoint.apiHost,
    credentials: {
      clientId: endpoint.clientId,
      clientSecret: new Secret(endpoint.clientSecret),
    },
  });
  const secrets = createSecretStore({
    environment: rules.name,
    files: rules.secretFiles,
    readFile: async (path) =>
      (await options.source.readFile(path))?.bytes ?? null,
    env,
    keyFiles: demoKeyFiles(options, endpoint.apiHost),
    fingerprintKey: () => state.fingerprintKey(),
    register: (value, name) => {
      scrubber.register(value, name);
    },
  });
  return {
    api,
    state,
    secrets,
    clock,
    holder: thisHolder(env),
    toolVersion: VERSION,
    async close() {
      await http.close();
      await endpoint.close();
    },
  };
}

interface Endpoint {
  readonly origin: string;
  /** As plans and state record it. */
  readonly apiHost: string;
  readonly clientId: string;
  readonly clientSecret: string;
  close(): Promise<void>;
}

async function openEndpoint(
  options: RuntimeOptions,
  clock: Clock,
): Promise<Endpoint> {
  const { root, rules, env } = options;
  const target = options.target ?? rules.target;
  if (rules.driver === "agent-auth") throw unsupportedDriver(rules);
  if (target !== "embedded:") return remoteEndpoint(target, env);
  const clientId = "embedded";
  const clientSecret = randomBytes(24).toString("base64url");
  const server = await startEmbedded({
    dataFile: embeddedDataFile(root, rules.name),
    clientId,
    clientSecret,
    clock,
    catalogue: CATALOGUE,
    isAlive: isProcessAlive,
  });
  return {
    origin: server.origin,
    apiHost: "embedded",
    clientId,
    clientSecret,
    close: () => server.close(),
  };
}

/** Where the embedded API of an environment keeps its data. */
export function embeddedDataFile(root: string, environment: string): string {
  return join(root, LOCAL_FOLDER, "embedded", `${environment}.json`);
}

function remoteEndpoint(target: string, env: RuntimeOptions["env"]): Endpoint {
  const refusal = checkTarget(target, { isEmbedded: false, env });
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
  const clientId = env["SCALEKIT_CLIENT_ID"];
  const clientSecret = env["SCALEKIT_CLIENT_SECRET"];
  if (
    clientId === undefined ||
    clientId === "" ||
    clientSecret === undefined ||
    clientSecret === ""
  ) {
    throw new UserError("DRV080", `there are no credentials for ${target}`, {
      why: "SCALEKIT_CLIENT_ID and SCALEKIT_CLIENT_SECRET are not both set",
      fix: "set them in the environment of this command; never in a file of the repository",
      notDone: "nothing was sent",
    });
  }
  const url = new URL(target);
  return {
    origin: url.origin,
    apiHost: url.host,
    clientId,
    clientSecret,
    close: () => Promise.resolve(),
  };
}

function unsupportedDriver(rules: EnvironmentRules): UserError {
  return new UserError(
    "DRV082",
    `the driver "${rules.driver}" is not part of this version`,
    {
      why: "the older dialect was withdrawn by the vendor; only documents can be checked and rendered for it today",
      fix: 'set driver: scalekit in environment.yaml, or use only "tieline validate" and "tieline render"',
      notDone: "nothing was sent",
    },
  );
}

/** A key in the repository protects nothing, so it opens nothing but demo data for the embedded API. */
function demoKeyFiles(
  options: RuntimeOptions,
  apiHost: string,
): readonly string[] {
  const { demoKeyFile } = options.rules;
  if (demoKeyFile === null) return [];
  const isLoopback = /^(127\.0\.0\.1|localhost|\[::1\])(:|$)/u.test(apiHost);
  if (apiHost === "embedded" || isLoopback)
    return [join(options.root, demoKeyFile)];
  throw new UserError(
    "SEC090",
    `the demo key ${demoKeyFile} is not used for ${apiHost}`,
    {
      why: "a key that is in the repository protects nothing",
      fix: "encrypt the environment's secrets to a real key and remove secrets.demo_key_file from environment.yaml",
      notDone: "nothing was sent",
    },
  );
}
