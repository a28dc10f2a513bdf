import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import { Secret } from "../../src/domain/secret/secret.ts";
import { createScalekitDriver } from "../../src/drivers/scalekit/index.ts";
import { startEmbedded, type EmbeddedApi } from "../../src/embedded/index.ts";
import { createHttpClient } from "../../src/http/client.ts";
import type { ConnectionsWriter } from "../../src/ports/connections-api.ts";
import type { HttpClient } from "../../src/ports/http-client.ts";
import type { StateStore } from "../../src/ports/state-store.ts";
import { createMemoryState } from "../../src/state/memory.ts";
import { PROPERTY_RUNS } from "../support/arbitraries.ts";
import { createFakeClock } from "../support/clock.ts";
import {
  aTestEnvironment,
  type TestEnvironment,
} from "../support/environment.ts";
import {
  anyWishes,
  desiredOf,
  held,
  wanted,
  WISHED_RULES,
  type Wishes,
} from "../support/wishes.ts";

const CLIENT = { clientId: "client", clientSecret: "client-secret" };
/**
 * One that finishes what was cut off, one for what a settled conflict lets through, one that has
 * nothing to do.
 */
const MOST_RUNS = 4;

/** Ends a run as SIGKILL does: from here on nothing is sent and nothing is stored. */
class Killed extends Error {}

/**
 * When a process dies: at the nth request of its run, before the API has it or after it took
 * effect.
 */
interface Kill {
  readonly request: number;
  readonly when: "before" | "after";
}

const anyKill: fc.Arbitrary<Kill> = fc.record({
  request: fc.integer({ min: 1, max: 45 }),
  when: fc.constantFrom("before", "after"),
});

/** A process that may die; `life` is whether it still lives. */
interface Life {
  left: number;
  when: Kill["when"];
  isOver: boolean;
}

function mortalHttp(http: HttpClient, life: Life): HttpClient {
  return {
    ...http,
    async send(request, signal) {
      if (life.isOver) throw new Killed();
      life.left -= 1;
      const dies = life.left === 0;
      if (dies) life.isOver = true;
      if (dies && life.when === "before") throw new Killed();
      const reply = await http.send(request, signal);
      if (life.isOver) throw new Killed();
      return reply;
    },
  };
}

/**
 * A state that a dead process writes nothing to. Its lease ends: a second process finds the first
 * one gone.
 */
function mortalState(state: StateStore, life: Life): StateStore {
  const alive =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (life.isOver) throw new Killed();
      return work(...args);
    };
  return {
    ...state,
    writeInventory: alive((next, lease) => state.writeInventory(next, lease)),
    appendReceipt: alive((receipt, lease) =>
      state.appendReceipt(receipt, lease),
    ),
    appendJournal: alive((entry, lease) => state.appendJournal(entry, lease)),
    clearJournal: alive((lease) => state.clearJournal(lease)),
    storePlan: alive((plan) => state.storePlan(plan)),
  };
}

interface Scene {
  readonly server: EmbeddedApi;
  readonly environment: TestEnvironment;
  readonly api: ConnectionsWriter;
  readonly life: Life;
  close(): Promise<void>;
}

async function aScene(): Promise<Scene> {
  const life: Life = { left: Infinity, when: "after", isOver: false };
  const environment = aTestEnvironment(
    WISHED_RULES,
    mortalState(createMemoryState(), life),
  );
  const clock = createFakeClock();
  const server = await startEmbedded({
    ...CLIENT,
    clock,
    catalogue: CATALOGUE,
    seed: 1,
  });
  const http = createHttpClient({
    origin: server.origin,
    clock,
    limits: { concurrency: 3, requestsPerSecond: 10_000, timeoutMs: 5000 },
    scrub: (text) => text,
    userAgent: "tieline/test",
  });
  const api = createScalekitDriver({
    http: mortalHttp(http, life),
    clock,
    catalogue: CATALOGUE,
    apiHost: "embedded",
    credentials: {
      clientId: CLIENT.clientId,
      clientSecret: new Secret(CLIENT.clientSecret),
    },
  });
  return {
    server,
    environment,
    api,
    life,
    close: async () => {
      await http.close();
      await server.close();
    },
  };
}

/** One apply of a process that dies; what it was doing is lost with it. */
async function dies(scene: Scene, wishes: Wishes, kill: Kill): Promise<void> {
  const { environment, api, life } = scene;
  Object.assign(life, { left: kill.request, when: kill.when });
  try {
    const plan = await environment.plan(desiredOf(wishes), { api });
    await environment.apply(plan, { api });
  } catch (error) {
    if (!life.isOver) throw error;
  }
  Object.assign(life, { left: Infinity, isOver: false });
}

/** Applies until there is nothing left to do. */
async function settles(scene: Scene, wishes: Wishes): Promise<void> {
  const { environment, api } = scene;
  for (let run = 0; run < MOST_RUNS; run += 1) {
    const plan = await environment.plan(desiredOf(wishes), { api });
    if (plan.changes.length === 0) return;
    await environment.apply(plan, { api });
  }
  const { changes } = await environment.plan(desiredOf(wishes), { api });
  expect(changes).toEqual([]);
}

async function expectSettled(scene: Scene, wishes: Wishes): Promise<void> {
  expect(held(scene.server)).toEqual(wanted(wishes));
  const inventory = await scene.environment.state.readInventory();
  expect(inventory?.entries.map(({ key, phase }) => [key, phase])).toEqual(
    Object.keys(wishes.connections)
      .sort()
      .map((key) => [key, "applied"]),
  );
}

describe("a run that is killed at any request", () => {
  it("is finished by the next one: connections, providers and inventory are those of an undisturbed run", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyWishes,
        anyWishes,
        fc.array(anyKill, { minLength: 1, maxLength: 3 }),
        async (first, second, kills) => {
          const scene = await aScene();
          try {
            await settles(scene, first);
            await expectSettled(scene, first);
            for (const kill of kills) await dies(scene, second, kill);
            await settles(scene, second);
            await expectSettled(scene, second);
          } finally {
            await scene.close();
          }
        },
      ),
      { numRuns: Math.ceil(PROPERTY_RUNS / 4) },
    );
  }, 600_000);

  it("leaves nothing behind when the documents want something else by the time of the next one", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(anyWishes, anyKill), {
          minLength: 1,
          maxLength: 3,
        }),
        anyWishes,
        async (attempts, last) => {
          const scene = await aScene();
          try {
            for (const [wishes, kill] of attempts)
              await dies(scene, wishes, kill);
            await settles(scene, last);
            await expectSettled(scene, last);
          } finally {
            await scene.close();
          }
        },
      ),
      { numRuns: Math.ceil(PROPERTY_RUNS / 4) },
    );
  }, 600_000);
});
