import { describe, expect, it } from "vitest";
import {
  ConflictError,
  TransientError,
} from "../../src/domain/problem/error.ts";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import { Secret } from "../../src/domain/secret/secret.ts";
import { createScalekitDriver } from "../../src/drivers/scalekit/index.ts";
import {
  startEmbedded,
  type EmbeddedApi,
  type FaultRule,
} from "../../src/embedded/index.ts";
import { createHttpClient } from "../../src/http/client.ts";
import type {
  ConnectionsWriter,
  StepRequest,
} from "../../src/ports/connections-api.ts";
import { createFakeClock, type FakeClock } from "../support/clock.ts";

const signal = new AbortController().signal;
const COUNT = 12;

/**
 * Each kind of trouble strikes so often that no run gets by without it, and so rarely that every
 * run ends.
 */
const SCHEDULES: readonly (readonly [string, readonly FaultRule[]])[] = [
  ["resets before the effect", [{ kind: "reset-before", probability: 0.3 }]],
  ["resets after the effect", [{ kind: "reset-after", probability: 0.3 }]],
  [
    "429 with seconds",
    [
      {
        kind: "429",
        probability: 0.4,
        retryAfter: { kind: "seconds", seconds: 2 },
      },
    ],
  ],
  [
    "429 with a date",
    [
      {
        kind: "429",
        probability: 0.4,
        retryAfter: { kind: "date", seconds: 3 },
      },
    ],
  ],
  [
    "failures that took effect",
    [{ kind: "status", status: 502, commits: true, probability: 0.3 }],
  ],
  [
    "failures that did not",
    [{ kind: "status", status: 503, probability: 0.3 }],
  ],
  ["cut bodies", [{ kind: "truncated", commits: true, probability: 0.3 }]],
  ["web pages", [{ kind: "html", probability: 0.3 }]],
  [
    "tokens that expire",
    [{ kind: "token-expired", probability: 0.2, times: 3 }],
  ],
  [
    "everything at once",
    [
      { kind: "reset-before", probability: 0.1 },
      { kind: "reset-after", probability: 0.1 },
      { kind: "429", probability: 0.1 },
      { kind: "html", probability: 0.1 },
      { kind: "token-expired", probability: 0.05, times: 3 },
    ],
  ],
];

describe("scalekit driver under faults", () => {
  it.each(SCHEDULES)(
    "reaches the wanted state without a duplicate: %s",
    async (_title, faults) => {
      const clock = createFakeClock();
      const api = await startEmbedded({
        clientId: "client",
        clientSecret: "client-secret",
        clock,
        catalogue: CATALOGUE,
        faults,
        seed: 7,
      });
      const { driver, close } = connect(api, clock);
      try {
        const keys = Array.from(
          { length: COUNT },
          (_, i) => `mail-${String(i)}`,
        );
        await Promise.all(keys.map((key) => reach(driver, key)));
        expect(liveKeys(api)).toEqual([...keys].sort());
        for (const connection of api.snapshot().connections)
          expect(connection).toMatchObject({
            enabled: false,
            oauth_config: { client_id: "1234", scopes: ["a", "b"] },
          });
        for (const key of keys) await remove(driver, key);
        expect(liveKeys(api)).toEqual([]);
      } finally {
        await close();
        await api.close();
      }
    },
  );
});

function connect(
  api: EmbeddedApi,
  clock: FakeClock,
): { driver: ConnectionsWriter; close: () => Promise<void> } {
  const http = createHttpClient({
    origin: api.origin,
    clock,
    limits: { concurrency: 4, requestsPerSecond: 1_000, timeoutMs: 5_000 },
    scrub: (text) => text,
    userAgent: "tieline/test",
  });
  const driver = createScalekitDriver({
    http,
    clock,
    catalogue: CATALOGUE,
    apiHost: "embedded",
    credentials: {
      clientId: "client",
      clientSecret: new Secret("client-secret"),
    },
  });
  return { driver, close: () => http.close() };
}

function liveKeys(api: EmbeddedApi): string[] {
  return api
    .snapshot()
    .connections.map(({ key_id }) => (typeof key_id === "string" ? key_id : ""))
    .sort();
}

/** What a resumed run does: look what is there, then go on from it. */
async function reach(driver: ConnectionsWriter, key: string): Promise<void> {
  const remoteId = await persist(async () => {
    const live = await driver.find(key, signal);
    if (live !== null) return live.remoteId;
    return (await driver.execute(step("create", key, null), signal)).remoteId;
  });
  for (const name of ["configure", "disable"] as const)
    await persist(() => driver.execute(step(name, key, remoteId), signal));
}

async function remove(driver: ConnectionsWriter, key: string): Promise<void> {
  await persist(async () => {
    const live = await driver.find(key, signal);
    if (live !== null)
      await driver.execute(step("delete", key, live.remoteId), signal);
  });
}

/** Tries until it works, as often as it takes; what is no passing trouble ends it. */
async function persist<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const isPassing =
        error instanceof TransientError || error instanceof ConflictError;
      if (!isPassing || attempt > 20) throw error;
    }
  }
}

function step(
  name: StepRequest["step"],
  key: string,
  remoteId: string | null,
): StepRequest {
  return {
    step: name,
    key,
    provider: "gmail",
    authType: "oauth2",
    remoteId,
    fields: { "/credentials/client_id": "1234", "/scopes": ["a", "b"] },
    secrets: new Map([["/credentials/client_secret", new Secret("s")]]),
  };
}
