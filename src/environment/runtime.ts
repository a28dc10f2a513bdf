import { isLoopbackHost } from "../domain/address.ts";
import { ENVIRONMENTS_FOLDER } from "../domain/document-folders.ts";
import type { ProcessEnv } from "../domain/environment-access.ts";
import { join } from "node:path";
import type { ReplyFacts } from "../ports/http-client.ts";
import type { EnvironmentRules } from "../domain/environment.ts";
import { UserError } from "../domain/problem/error.ts";
import { VERSION } from "../domain/generated/version.ts";
import type { Scrubber } from "../domain/secret/scrubber.ts";
import { createHttpClient } from "../http/client.ts";
import { proxyFromEnv } from "../http/proxy.ts";
import { createTokenProbe } from "../http/token-probe.ts";
import type { Clock } from "../ports/clock.ts";
import type { ConnectionsWriter } from "../ports/connections-api.ts";
import type { TokenShelf } from "../ports/driver.ts";
import type { DocumentSource } from "../ports/document-source.ts";
import type { HttpClient, Paces, RequestFact } from "../ports/http-client.ts";
import type { SecretProbe } from "../ports/secret-probe.ts";
import type { SecretStore } from "../ports/secret-store.ts";
import type { LeaseHolder, StateStore } from "../ports/state-store.ts";
import { shellWord } from "../util/shell-word.ts";
import { createSecretStore } from "../secrets/store.ts";
import { openEndpoint, type Endpoint } from "./api/endpoint.ts";
import { registerToken } from "./secrets/known-tokens.ts";
import { openState, thisHolder } from "./state.ts";
import { systemClock } from "./system-clock.ts";
import { assertUntracked } from "./documents/untracked.ts";

/** What a runtime is made from. */
export interface RuntimeOptions {
  /** Absolute folder of the workspace. */
  readonly root: string;
  /** Reads the workspace's files, SOPS files included. */
  readonly source: DocumentSource;
  readonly rules: EnvironmentRules;
  readonly env: ProcessEnv;
  readonly scrubber: Scrubber;
  /** Replaces the target of the environment; comes from outside the repository. */
  readonly target?: string;
  /**
   * True when the run reaches several hosts: then credentials that are bound to none serve none.
   */
  readonly isOneOfSeveral?: boolean;
  /** Takes one scrubbed line per request. */
  readonly trace?: (line: string) => void;
  /** Takes what every request told of the API. */
  readonly observe?: (fact: RequestFact) => void;
  /** Paces that several environments share, by host. */
  readonly paces?: Paces;
  /** Where tokens are kept that outlive this runtime. */
  readonly tokens?: TokenShelf | undefined;
  readonly clock?: Clock;
}

/** Everything a use case needs, made from names in the configuration. */
export interface Runtime {
  readonly api: ConnectionsWriter;
  /** Where the credentials come from, for people. */
  readonly credentialsFrom: string;
  /** What the latest answer of the API told beside its body; `undefined` before the first. */
  readonly lastReply: () => ReplyFacts | undefined;
  /** Asks providers about clients; nobody uses it unless the user asked for it. */
  readonly secretProbe: SecretProbe;
  readonly state: StateStore;
  readonly secrets: SecretStore;
  readonly clock: Clock;
  readonly holder: LeaseHolder;
  readonly toolVersion: string;
  /** Takes what is known to be secret out of a text. */
  readonly scrub: (text: string) => string;
  /** Closes sockets and the embedded API. Nothing is left running. */
  close(): Promise<void>;
}

/**
 * @throws UserError DRV080 and DRV081 for a target that is not allowed or has no credentials,
 * before any request.
 */
export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { root, rules, env, scrubber } = options;
  const clock = options.clock ?? systemClock;
  await assertUntracked(root, env);
  const state = openState({
    root,
    environment: rules.name,
    settings: rules.state,
    env,
    scrubber,
    clock,
  });
  const endpoint = await openEndpoint({
    root,
    rules,
    target: options.target ?? rules.target,
    isChosen: options.target !== undefined,
    isOneOfSeveral: options.isOneOfSeveral ?? false,
    environments: await options.source.listFolders(ENVIRONMENTS_FOLDER),
    env,
    clock,
    scrubber,
    tokens: options.tokens,
  });
  const { http, lastReply } = openHttp(options, endpoint, clock);
  const secrets = createSecretStore({
    environment: rules.name,
    root,
    files: rules.secretFiles,
    pinned: rules.secretRecipients,
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
    api: endpoint.createDriver(http),
    credentialsFrom: endpoint.credentialsFrom,
    lastReply,
    secretProbe: createTokenProbe({
      clock,
      userAgent: `tieline/${VERSION}`,
      proxy: proxyFromEnv(env),
      allowsLoopback: isOnLoopback(endpoint.apiHost),
    }),
    state,
    secrets,
    clock,
    holder: thisHolder(env),
    toolVersion: VERSION,
    scrub: (text) => scrubber.scrub(text),
    async close() {
      await http.close();
      await endpoint.close();
    },
  };
}

/** The client of the endpoint, which learns every token it is given. */
function openHttp(
  options: RuntimeOptions,
  endpoint: Endpoint,
  clock: Clock,
): { readonly http: HttpClient } & Pick<Runtime, "lastReply"> {
  const { rules, env, scrubber } = options;
  let lastReply: ReplyFacts | undefined;
  const client = createHttpClient({
    origin: endpoint.origin,
    clock,
    limits: limitsFor(rules, endpoint),
    scrub: (text) => scrubber.scrub(text),
    userAgent: `tieline/${VERSION}`,
    proxy: proxyFromEnv(env),
    ...(options.trace === undefined ? {} : { trace: options.trace }),
    ...(options.observe === undefined ? {} : { observe: options.observe }),
    ...(options.paces === undefined ? {} : { paces: options.paces }),
  });
  return {
    lastReply: () => lastReply,
    http: {
      ...client,
      async send(request, signal) {
        const reply = await client.send(request, signal);
        registerToken(reply.body, scrubber);
        lastReply = { headers: reply.headers, receivedAt: clock.now() };
        return reply;
      },
    },
  };
}

/** The embedded API is nobody else's: there is no one to be gentle with. */
function limitsFor(
  { limits }: Pick<EnvironmentRules, "limits">,
  { apiHost }: Pick<Endpoint, "apiHost">,
): EnvironmentRules["limits"] {
  if (apiHost !== "embedded") return limits;
  return { ...limits, requestsPerSecond: Number.MAX_SAFE_INTEGER };
}

/**
 * A key in the repository protects nothing, so it opens nothing but demo data for the embedded API.
 */
export function demoKeyFiles(
  options: Pick<RuntimeOptions, "root" | "rules">,
  apiHost: string,
): readonly string[] {
  const { demoKeyFile } = options.rules;
  if (demoKeyFile === null) return [];
  if (isOnLoopback(apiHost)) return [join(options.root, demoKeyFile)];
  throw new UserError(
    "SEC090",
    `the demo key ${demoKeyFile} is not used for ${apiHost}`,
    {
      why: "a key that is in the repository protects nothing",
      fix: `make a real environment with a key of its own: tieline init --environment ${options.rules.name === "prod" ? "production" : "prod"} --target ${shellWord(`https://${apiHost}`)}`,
      notDone: "nothing was sent",
    },
  );
}

/** True for the embedded API, in this process or served on loopback. */
function isOnLoopback(apiHost: string): boolean {
  return (
    apiHost === "embedded" || isLoopbackHost(apiHost.replace(/:\d+$/u, ""))
  );
}

/**
 * Whether a run reaches more than one host, so that one pair of credentials cannot belong to all:
 * environments have one each, unless the caller names one for them all.
 */
export function reachesSeveralHosts(
  rules: readonly Pick<EnvironmentRules, "target">[],
  { target: chosen }: Pick<RuntimeOptions, "target">,
): boolean {
  if (chosen !== undefined) return false;
  const hosts = rules.flatMap(({ target }) =>
    URL.canParse(target) && target !== "embedded:"
      ? [new URL(target).host]
      : [],
  );
  return new Set(hosts).size > 1;
}
