import { auditConnections } from "../../src/environment/documents/audit.ts";
import { onTestFinished } from "vitest";
import type { RunResult } from "../../src/features/apply/apply.ts";
import {
  hasErrors,
  type Diagnostic,
} from "../../src/domain/problem/diagnostic.ts";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import type { Plan } from "../../src/domain/generated/plan.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import { Secret } from "../../src/domain/secret/secret.ts";
import { createAgentAuthDriver } from "../../src/drivers/agent-auth/index.ts";
import { createScalekitDriver } from "../../src/drivers/scalekit/index.ts";
import { startEmbedded } from "../../src/embedded/index.ts";
import type { EmbeddedApi, Switches } from "../../src/embedded/index.ts";
import { createHttpClient } from "../../src/http/client.ts";
import type { ConnectionsWriter } from "../../src/ports/connections-api.ts";
import type { HttpClient, HttpRequest } from "../../src/ports/http-client.ts";
import { createFakeClock } from "./clock.ts";
import { resolveTexts } from "./documents.ts";
import { someRules } from "./engine-builders.ts";
import { aTestEnvironment, type TestEnvironment } from "./environment.ts";

const SECRET = "client-secret-of-the-test";

/** One exchange as it was on the wire, the token request aside. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: NonNullable<HttpRequest["query"]>;
  readonly body: unknown;
  readonly reply: unknown;
}

/** A driver over an embedded API, with everything that crosses the wire. */
export interface DriverOverApi {
  readonly api: EmbeddedApi;
  readonly driver: ConnectionsWriter;
  readonly exchanges: Exchange[];
}

/** How the API behaves and which driver speaks to it. */
export interface WorldOptions {
  readonly driver?: "scalekit" | "agent-auth";
  readonly switches?: Partial<Switches>;
  /** Stands between driver and API: gives the address the driver speaks to. */
  readonly through?: (origin: string) => Promise<string>;
  /** Whether what is no longer declared is deleted. */
  readonly prunes?: boolean;
}

/** Starts an embedded API with a driver on it; both are closed with the test. */
export async function aDriverOverApi({
  driver = "scalekit",
  switches = {},
  through = (origin) => Promise.resolve(origin),
}: WorldOptions = {}): Promise<DriverOverApi> {
  const clock = createFakeClock();
  const api = await startEmbedded({
    clientId: "client",
    clientSecret: SECRET,
    apiToken: SECRET,
    clock,
    catalogue: CATALOGUE,
    switches,
  });
  onTestFinished(() => api.close());
  const http = createHttpClient({
    origin: await through(api.origin),
    clock,
    limits: { concurrency: 4, requestsPerSecond: 100_000, timeoutMs: 5_000 },
    scrub: (text) => text,
    userAgent: "tieline/test",
  });
  onTestFinished(() => http.close());
  const exchanges: Exchange[] = [];
  const recording: HttpClient = {
    ...http,
    async send(request, signal) {
      const reply = await http.send(request, signal);
      if (request.path !== "/oauth/token")
        exchanges.push({ ...partsOf(request), reply: reply.body });
      return reply;
    },
  };
  const shared = {
    http: recording,
    clock,
    catalogue: CATALOGUE,
    apiHost: "embedded",
  };
  const clientSecret = new Secret(SECRET);
  return {
    api,
    exchanges,
    driver:
      driver === "agent-auth"
        ? createAgentAuthDriver({ ...shared, token: clientSecret })
        : createScalekitDriver({
            ...shared,
            credentials: { clientId: "client", clientSecret },
          }),
  };
}

function partsOf(request: HttpRequest): Omit<Exchange, "reply"> {
  const { method, path, query = {}, body } = request;
  return {
    method,
    path,
    query,
    body: body === undefined ? undefined : JSON.parse(body.text),
  };
}

/** An environment over an embedded API, from documents to what is live. */
export interface World extends DriverOverApi {
  /** Errors of these documents, as `validate` finds them. */
  refusals(documents: readonly JsonObject[]): readonly Diagnostic[];
  /** Pointers of a document that the API has no place for. */
  leftLocal(document: JsonObject): readonly string[];
  plan(documents: readonly JsonObject[]): Promise<Plan>;
  apply(documents: readonly JsonObject[]): Promise<RunResult>;
}

/** Makes one. Fields the API has no place for stay local. */
export async function aWorld(options: WorldOptions = {}): Promise<World> {
  const { driver = "scalekit" } = options;
  const over = await aDriverOverApi(options);
  const rules = someRules({
    driver,
    unrepresentable: "local",
    prunes: options.prunes ?? true,
    limits: { ...someRules().limits, maxDeletes: 1e6, maxChangeRatio: 1 },
  });
  const environment: TestEnvironment = aTestEnvironment(rules);
  const read = (
    documents: readonly JsonObject[],
  ): ReturnType<typeof resolveTexts> =>
    resolveTexts({
      base: Object.fromEntries(
        documents.map((document) => [
          `${JSON.stringify(document["connection_id"])}.yaml`,
          JSON.stringify(document),
        ]),
      ),
      environment: "unrepresentable: local\n",
    });
  const plan = (documents: readonly JsonObject[]): Promise<Plan> => {
    const { connections, diagnostics } = read(documents);
    if (hasErrors(diagnostics))
      throw new TypeError(JSON.stringify(diagnostics.slice(0, 3)));
    return environment.plan(connections, { api: over.driver });
  };
  return {
    ...over,
    refusals(documents) {
      const { connections, diagnostics } = read(documents);
      return [
        ...diagnostics,
        ...auditConnections(over.driver, rules, connections).diagnostics,
      ].filter(({ severity }) => severity === "error");
    },
    leftLocal: (document) => {
      const { connections } = read([document]);
      const { local } = auditConnections(over.driver, rules, connections);
      return [...local.values()].flatMap((pointers) => [...pointers]);
    },
    plan,
    apply: async (documents) =>
      environment.apply(await plan(documents), { api: over.driver }),
  };
}
