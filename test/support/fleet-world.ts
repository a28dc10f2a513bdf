/**
 * Environments that several processes of the built program share: a platform for each, watched for
 * whose writes arrive when; one PostgreSQL; one repository.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { systemClock } from "../../src/environment/system-clock.ts";
import { startEmbedded, type EmbeddedApi } from "../../src/embedded/index.ts";
import { isJsonObject, type JsonObject } from "../../src/domain/json.ts";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import { anApiFront } from "./api-front.ts";
import { connectionText, PROGRAM, tieline } from "./cli.ts";
import { sql, startPostgres, type Cluster } from "./postgres.ts";
import { aRepository, type Repositories } from "./repository.ts";

/** A write that arrived. */
export interface Arrival {
  readonly environment: string;
  /** Of which process, by its client id. */
  readonly writer: string;
}

/** A tick that a process told of. */
export interface ToldTick {
  readonly environment: string;
  readonly process: string;
  readonly startedMs: number;
  readonly line: JsonObject;
}

/** Whose writes get no answer. */
interface Held {
  readonly writers: Set<string>;
  onWrite: (writer: string) => void;
}

/** A process of the fleet. */
export interface FleetProcess {
  readonly name: string;
  readonly child: ChildProcess;
  readonly stderr: () => string;
  readonly ended: Promise<number | null>;
}

/** How large the fleet is. */
export interface FleetSize {
  readonly environments: number;
  readonly connections: number;
  readonly interval: string;
}

const CLIENT_SECRET = "test-only-secret";

/** Remembers who took which lease: the state keeps the last one only. */
const WATCH_FENCES = [
  "CREATE TABLE public.fences (environment text, fence bigint, holder text)",
  `CREATE FUNCTION public.note_fence() RETURNS trigger AS $$ BEGIN
    IF NEW.fence <> OLD.fence THEN
      INSERT INTO public.fences VALUES (NEW.name, NEW.fence, NEW.lease_holder);
    END IF;
    RETURN NEW;
  END $$ LANGUAGE plpgsql`,
  `CREATE TRIGGER note_fence AFTER UPDATE ON tieline.environments
    FOR EACH ROW EXECUTE FUNCTION public.note_fence()`,
];

function textOf(from: JsonObject, member: string): string {
  const value = from[member];
  return typeof value === "string" ? value : "";
}

const clientOf = (writer: string): URLSearchParams =>
  new URLSearchParams({
    grant_type: "client_credentials",
    client_id: "test",
    client_secret: CLIENT_SECRET,
    writer,
  });

/**
 * Stands before an API: gives each process a token of its own, so that it is known whose requests
 * arrive.
 */
function aFront(
  environment: string,
  api: EmbeddedApi,
  arrivals: Arrival[],
  held: Held,
): Promise<string> {
  const writers = new Map<string, string>();
  return anApiFront(api.origin, ({ incoming, outgoing, handOn }) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      const { method, url, headers } = incoming;
      if (url === "/oauth/token") {
        const writer =
          new URLSearchParams(body.toString()).get("client_id") ?? "";
        const answer = await fetch(new URL(url, api.origin), {
          method: "POST",
          body: clientOf(writer),
        });
        const text = await answer.text();
        const token: unknown = JSON.parse(text);
        if (isJsonObject(token))
          writers.set(`Bearer ${textOf(token, "access_token")}`, writer);
        outgoing
          .writeHead(answer.status, { "content-type": "application/json" })
          .end(text);
        return;
      }
      const writer = writers.get(headers.authorization ?? "") ?? "?";
      const isWrite = method !== "GET";
      if (isWrite) {
        arrivals.push({ environment, writer });
        held.onWrite(writer);
      }
      // Of those that are held it is carried out, and nobody is told.
      handOn(body, () => !isWrite || !held.writers.has(writer));
    })();
  });
}

/** A fleet's world. Everything of it ends with the test. */
export interface FleetWorld {
  readonly names: readonly string[];
  readonly apis: ReadonlyMap<string, EmbeddedApi>;
  readonly arrivals: readonly Arrival[];
  readonly ticks: readonly ToldTick[];
  /**
   * From the next write on, what its process writes is carried out and never answered. Resolves to
   * the name of the process when that write arrives.
   */
  holdNext(): Promise<string>;
  /** Answers everybody again. */
  release(): void;
  readonly cluster: Cluster;
  readonly databaseUrl: string;
  readonly repository: Repositories;
  /** Starts a process, with a clone of its own. */
  start(name: string): Promise<FleetProcess>;
  /** Process ids of those who took the lease of an environment, in the order of their fences. */
  holders(environment: string): Promise<readonly number[]>;
  /** Changes a connection by hand. */
  move(environment: string, key: string): Promise<void>;
  commit(files: Readonly<Record<string, string>>): Promise<void>;
}

export const keyOf = (index: number): string =>
  `mail-${String(index).padStart(3, "0")}`;

function environmentOf(
  name: string,
  origin: string,
  { interval }: FleetSize,
): string {
  return [
    `environment: ${name}`,
    `target: "${origin}"`,
    "state: {backend: postgres}",
    "limits: {concurrency: 8, requests_per_second: 10000, max_change_ratio: 1, max_updates: 10000}",
    `reconcile: {mode: enforce, interval: ${interval}, retry_interval: 2s, max_heals_per_hour: 10000, fighting_after: 1000, full_read_every: 1}`,
    "",
  ].join("\n");
}

/** Makes the world; no process of the fleet runs yet. */
export async function aFleetWorld(size: FleetSize): Promise<FleetWorld> {
  const cluster = await startPostgres();
  onTestFinished(() => cluster.stop());
  const databaseUrl = await cluster.database();
  const repository = await aRepository();
  const work = await repository.clone();
  const arrivals: Arrival[] = [];
  const held: Held = { writers: new Set(), onWrite: () => undefined };
  const ticks: ToldTick[] = [];
  const apis = new Map<string, EmbeddedApi>();
  const origins = new Map<string, string>();
  const names = Array.from(
    { length: size.environments },
    (_, index) => `e-${String(index).padStart(3, "0")}`,
  );
  for (const name of names) {
    const api = await startEmbedded({
      clientId: "test",
      clientSecret: CLIENT_SECRET,
      clock: systemClock,
      catalogue: CATALOGUE,
    });
    onTestFinished(() => api.close());
    apis.set(name, api);
    origins.set(name, await aFront(name, api, arrivals, held));
  }
  const commit = async (
    files: Readonly<Record<string, string>>,
  ): Promise<void> => {
    await repository.commit(work, files);
  };
  await commit({
    ".gitignore": ".tieline/\n",
    ...Object.fromEntries(
      names.map((name) => [
        `environments/${name}/environment.yaml`,
        environmentOf(name, origins.get(name) ?? "", size),
      ]),
    ),
    ...Object.fromEntries(
      Array.from({ length: size.connections }, (_, index) => [
        `connections/${keyOf(index)}.yaml`,
        connectionText(keyOf(index), ["a"]),
      ]),
    ),
  });
  const env = (writer: string): Record<string, string> => ({
    TIELINE_DATABASE_URL: databaseUrl,
    ...Object.fromEntries(
      [...origins].flatMap(([name, origin]) => {
        const prefix = `SCALEKIT_${name.toUpperCase().replace("-", "_")}`;
        return [
          [`${prefix}_CLIENT_ID`, writer],
          [`${prefix}_CLIENT_SECRET`, CLIENT_SECRET],
          [`${prefix}_ENVIRONMENT_URL`, origin],
        ];
      }),
    ),
  });
  const first = names[0] ?? "";
  const migrated = await tieline(["state", "migrate", first], {
    cwd: work,
    env: env("migrate"),
  });
  if (migrated.status !== 0) throw new Error(migrated.stderr);
  for (const statement of WATCH_FENCES) await sql(databaseUrl, statement);
  return {
    names,
    apis,
    arrivals,
    ticks,
    holdNext: () =>
      new Promise((resolve) => {
        held.onWrite = (writer) => {
          held.onWrite = () => undefined;
          held.writers.add(writer);
          resolve(writer);
        };
      }),
    release: () => {
      held.writers.clear();
    },
    cluster,
    databaseUrl,
    repository,
    commit,
    async start(name) {
      const cwd = await repository.clone();
      const child = spawn(
        process.execPath,
        [
          PROGRAM,
          "reconcile",
          "e-*",
          "--follow",
          "origin/main",
          "--poll",
          "10s",
          "--fleet",
          "--log-format",
          "json",
        ],
        {
          cwd,
          env: { PATH: process.env["PATH"] ?? "", HOME: cwd, ...env(name) },
          stdio: ["ignore", "pipe", "pipe"],
        },
      );
      onTestFinished(() => {
        child.kill("SIGKILL");
      });
      let rest = "";
      let stderr = "";
      const take = (chunk: string): void => {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const text of lines) {
          if (!text.startsWith("{")) continue;
          const line: unknown = JSON.parse(text);
          if (!isJsonObject(line) || line["message"] !== "tick") continue;
          ticks.push({
            environment: textOf(line, "environment"),
            process: name,
            startedMs:
              Date.parse(textOf(line, "time")) - Number(line["duration_ms"]),
            line,
          });
        }
      };
      child.stdout.setEncoding("utf8").on("data", take);
      child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
        stderr += chunk;
      });
      const ended = once(child, "close").then(([status]) =>
        typeof status === "number" ? status : null,
      );
      return { name, child, stderr: () => stderr, ended };
    },
    async holders(environment) {
      const rows = await sql(
        databaseUrl,
        `SELECT holder::json->>'pid' AS pid FROM public.fences WHERE environment = '${environment}' ORDER BY fence`,
      );
      return rows.map(({ pid }) => Number(pid));
    },
    async move(environment, key) {
      const api = apis.get(environment);
      const found = api
        ?.snapshot()
        .connections.find((each) => each["key_id"] === key);
      if (api === undefined || found === undefined)
        throw new Error(`no ${key} in ${environment}`);
      const token = await fetch(new URL("/oauth/token", api.origin), {
        method: "POST",
        body: clientOf("hand"),
      }).then((answer) => answer.json() as Promise<{ access_token: string }>);
      const answer = await fetch(
        new URL(`/api/v1/connections/${textOf(found, "id")}`, api.origin),
        {
          method: "PATCH",
          headers: {
            authorization: `Bearer ${token.access_token}`,
            "content-type": "application/json",
          },
          body: JSON.stringify({
            key_id: key,
            provider_key: "GMAIL",
            type: "OAUTH",
            oauth_config: { scopes: ["moved"] },
          }),
        },
      );
      if (!answer.ok) throw new Error(await answer.text());
    },
  };
}
