/**
 * One apply of a process of its own, or of this one: with the machine's clock, over a real
 * connection, and a lease that ends soon.
 */
import { planEnvironment } from "../../src/features/plan/plan.ts";
import { applyPlan, type RunResult } from "../../src/features/apply/apply.ts";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import { Secret } from "../../src/domain/secret/secret.ts";
import { createScalekitDriver } from "../../src/drivers/scalekit/index.ts";
import { systemProcesses } from "../../src/environment/processes.ts";
import { systemClock } from "../../src/environment/system-clock.ts";
import { createHttpClient } from "../../src/http/client.ts";
import type { StateStore } from "../../src/ports/state-store.ts";
import { createFileState } from "../../src/state/file/index.ts";
import { parseDatabaseUrl } from "../../src/state/postgres/address.ts";
import { openDatabase } from "../../src/state/postgres/database.ts";
import { createPostgresState } from "../../src/state/postgres/index.ts";
import { aDesired, someRules } from "./engine-builders.ts";
import { NO_CHECKOUT } from "./environment.ts";

/** What the run is given; one line of JSON for a process. */
export interface LeaseRun {
  readonly origin: string;
  /** Of the state in files; or the address of a database that has our tables. */
  readonly folder: string;
  readonly database?: string;
  /** How the server tells whose requests are whose. */
  readonly name: string;
  readonly leaseTtlMs: number;
  readonly requestsPerSecond: number;
  readonly keys: readonly string[];
}

/** The state of a run. */
export function stateOf({
  folder,
  database,
  leaseTtlMs,
}: Pick<LeaseRun, "folder" | "database" | "leaseTtlMs">): StateStore {
  const common = {
    place: "state",
    clock: systemClock,
    processes: systemProcesses,
    leaseTtlMs,
  };
  if (database === undefined) return createFileState({ ...common, folder });
  return createPostgresState({
    ...common,
    environment: "dev",
    schema: "tieline",
    database: openDatabase({
      address: () => parseDatabaseUrl(database),
      schema: "tieline",
      clock: systemClock,
    }),
  });
}

/** Plans and applies connections of these names. */
export async function runUnderLease(run: LeaseRun): Promise<RunResult> {
  const http = createHttpClient({
    origin: run.origin,
    clock: systemClock,
    limits: {
      concurrency: 2,
      requestsPerSecond: run.requestsPerSecond,
      timeoutMs: 5_000,
    },
    scrub: (text) => text,
    userAgent: run.name,
  });
  const state = stateOf(run);
  const rules = someRules();
  const context = {
    api: createScalekitDriver({
      http,
      clock: systemClock,
      catalogue: CATALOGUE,
      apiHost: "embedded",
      credentials: {
        clientId: "test",
        clientSecret: new Secret("test-only-secret"),
      },
    }),
    state,
    secrets: {
      describe: () => Promise.reject(new Error("there are no secrets here")),
      resolve: () => Promise.reject(new Error("there are no secrets here")),
      checkFiles: () =>
        Promise.resolve({ diagnostics: [], openers: new Map() }),
    },
    clock: systemClock,
    sink: { emit: () => undefined },
    signal: new AbortController().signal,
    toolVersion: "0.1.0",
    provenance: { commit: null, dirty: null },
    approvals: [],
    checkout: NO_CHECKOUT,
    shouldStop: () => false,
    holder: {
      actor: run.name,
      host: "here",
      pid: process.pid,
      ...(systemProcesses.self === null ? {} : { mark: systemProcesses.self }),
      runId: `${run.name}-${String(Date.now())}`,
    },
    concurrency: 2,
    rules,
    scrub: (text: string) => text,
  };
  try {
    const desired = {
      rules,
      connections: run.keys.map((key) => aDesired({ key })),
      documentsDigest: `sha256:${"1".repeat(64)}`,
      diagnostics: [],
    };
    const { plan } = await planEnvironment(desired, context);
    return await applyPlan(plan, context);
  } finally {
    await http.close();
  }
}
