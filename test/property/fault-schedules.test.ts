import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../../src/domain/generated/catalogue.ts";
import { AppError } from "../../src/domain/problem/error.ts";
import { Secret } from "../../src/domain/secret/secret.ts";
import { createScalekitDriver } from "../../src/drivers/scalekit/index.ts";
import { startEmbedded, type FaultRule } from "../../src/embedded/index.ts";
import { createHttpClient } from "../../src/http/client.ts";
import { PROPERTY_RUNS } from "../support/arbitraries.ts";
import { aTestEnvironment } from "../support/environment.ts";
import {
  anyWishes,
  desiredOf,
  held,
  wanted,
  WISHED_RULES,
} from "../support/wishes.ts";

const CLIENT = { clientId: "client", clientSecret: "client-secret" };
/**
 * Enough for trouble that strikes less than every second request; a run that needs more does not
 * converge.
 */
const MOST_RUNS = 25;

const anyFault: fc.Arbitrary<FaultRule> = fc.oneof(
  fc.record({
    kind: fc.constantFrom(
      "reset-before",
      "reset-after",
      "token-expired",
      "duplicate",
      "slow-body" as const,
    ),
    probability: fc.double({ min: 0.02, max: 0.3, noNaN: true }),
  }),
  fc.record({
    kind: fc.constantFrom("status", "html", "truncated", "429" as const),
    probability: fc.double({ min: 0.02, max: 0.3, noNaN: true }),
    commits: fc.boolean(),
  }),
);

describe("an apply under random faults, run again until it is done", () => {
  it("ends in the wanted state: no duplicate, nothing lost, nothing foreign touched, every outcome true", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyWishes,
        anyWishes,
        fc.array(anyFault, { minLength: 1, maxLength: 3 }),
        fc.nat(),
        async (first, second, faults, seed) => {
          const environment = aTestEnvironment(WISHED_RULES);
          const { clock } = environment;
          const server = await startEmbedded({
            ...CLIENT,
            clock,
            catalogue: CATALOGUE,
            seed,
          });
          const http = createHttpClient({
            origin: server.origin,
            clock,
            limits: {
              concurrency: 3,
              requestsPerSecond: 1000,
              timeoutMs: 5000,
            },
            scrub: (text) => text,
            userAgent: "tieline/test",
          });
          const api = createScalekitDriver({
            http,
            clock,
            catalogue: CATALOGUE,
            apiHost: "embedded",
            credentials: {
              clientId: CLIENT.clientId,
              clientSecret: new Secret(CLIENT.clientSecret),
            },
          });
          try {
            server.seedConnection({
              key_id: "foreign",
              provider_key: "GMAIL",
              type: "OAUTH",
              patch: { oauth_config: { client_id: "theirs", scopes: ["z"] } },
            });
            const { foreign } = held(server).connections;
            for (const wishes of [first, second]) {
              server.setFaults(faults);
              const desired = desiredOf(wishes);
              let isDone = false;
              for (let run = 0; run < MOST_RUNS && !isDone; run += 1) {
                try {
                  const plan = await environment.plan(desired, { api });
                  isDone = plan.changes.length === 0;
                  if (isDone) break;
                  const { outcomes } = await environment.apply(plan, { api });
                  // What is said to be applied is there; the server is asked directly.
                  const now = held(server).connections;
                  for (const { key, status } of outcomes)
                    if (status === "applied")
                      expect(now[key]).toEqual(wanted(wishes).connections[key]);
                } catch (error) {
                  // The API could not even be read: the next run tries again. Anything but a named
                  // failure is a bug.
                  expect(error).toBeInstanceOf(AppError);
                }
              }
              server.setFaults([]);
              if (!isDone) {
                await environment.apply(
                  await environment.plan(desired, { api }),
                  { api },
                );
                expect(
                  (await environment.plan(desired, { api })).changes,
                ).toEqual([]);
              }
              const { connections, providers } = wanted(wishes);
              expect(held(server)).toEqual({
                connections: { ...connections, foreign },
                providers,
              });
              const owned = (
                await environment.state.readInventory()
              )?.entries.map(({ key, phase }) => [key, phase]);
              expect(owned).toEqual(
                Object.keys(wishes.connections)
                  .sort()
                  .map((key) => [key, "applied"]),
              );
            }
          } finally {
            await http.close();
            await server.close();
          }
        },
      ),
      { numRuns: Math.min(PROPERTY_RUNS, 500) },
    );
  }, 600_000);
});
