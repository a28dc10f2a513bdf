import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyRequests,
  planRequests,
  tickRequests,
} from "../../bench/minimum-requests.mjs";
import type { DesiredConnection } from "../../src/domain/connection.ts";
import type { Plan } from "../../src/domain/generated/plan.ts";
import {
  beginTick,
  createLiveMemory,
  rememberingReader,
} from "../../src/features/reconcile/remembered-reader.ts";
import { needsAccountCount } from "../../src/engine/meaning/risks.ts";
import { PROPERTY_RUNS } from "../support/arbitraries.ts";
import { aDriverOverApi } from "../support/embedded-world.ts";
import { aDesired, someRules } from "../support/engine-builders.ts";
import { aTestEnvironment } from "../support/environment.ts";

/*
 * The law: plan, apply and tick send as many requests as the API forces and no more, whatever the
 * connections are called, however many there are and whatever is to be done with each.
 */

const RULES = someRules({
  prunes: true,
  limits: { ...someRules().limits, maxDeletes: 1e6, maxChangeRatio: 1 },
});

/** What one connection should be; `null` for none of this name. */
const anyWish = fc.option(
  fc.record({
    scopes: fc.subarray(["a", "b", "c"]),
    state: fc.constantFrom("active", "inactive"),
    hasSecret: fc.boolean(),
  }),
  { freq: 4 },
);
type Wish = typeof anyWish extends fc.Arbitrary<infer T> ? T : never;

/** Names that the search of the list takes, and such that are too short or too long for it. */
const nameOf = (index: number): string =>
  index % 7 === 0
    ? `x${String(index)}`.slice(0, 2) + "-".repeat(Math.floor(index / 14) + 100)
    : index < 10
      ? `n${String(index)}`
      : `gmail-${String(index)}`;

const anyWorld = fc.array(anyWish, { minLength: 1, maxLength: 45 });

const desiredOf = (wishes: readonly Wish[]): DesiredConnection[] =>
  wishes.flatMap((wish, index) =>
    wish === null
      ? []
      : aDesired({
          key: nameOf(index),
          provider: index % 3 === 0 ? "slack" : "gmail",
          fields: {
            "/state": wish.state,
            ...(wish.scopes.length === 0 ? {} : { "/scopes": wish.scopes }),
          },
          secrets: wish.hasSecret
            ? { "/credentials/client_secret": `secret://${String(index)}` }
            : {},
        }),
  );

describe("requests", () => {
  it("are as many as the API forces for plan, apply and tick", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyWorld, { minLength: 2, maxLength: 3 }),
        fc.nat({ max: 35 }),
        fc.integer({ min: 1, max: 8 }),
        async (worlds, strangers, fullReadEvery) => {
          const { api, driver } = await aDriverOverApi();
          const environment = aTestEnvironment(RULES);
          const memory = createLiveMemory();
          const reader = rememberingReader(driver, memory);
          for (let index = 0; index < strangers; index += 1)
            api.seedConnection({
              key_id: `theirs-${String(index)}`,
              provider_key: "GMAIL",
              type: "OAUTH",
            });
          let seen = 0;
          const sent = (): number => {
            const all = api
              .requests()
              .filter(({ path }) => path !== "/oauth/token").length;
            const fresh = all - seen;
            seen = all;
            return fresh;
          };
          const listed = (): number => api.snapshot().connections.length;
          const planNow = (desired: readonly DesiredConnection[]) =>
            environment.plan(desired, { api: driver });
          for (const world of worlds) {
            const desired = desiredOf(world);
            if (desired.length === 0) continue;
            const wanted = new Set([
              ...desired.map(({ key }) => key),
              ...((await environment.state.readInventory())?.entries ?? []).map(
                ({ key }) => key,
              ),
            ]);
            const read = api
              .snapshot()
              .connections.filter(
                ({ key_id }) =>
                  typeof key_id === "string" && wanted.has(key_id),
              );
            const plan: Plan = await planNow(desired);
            expect(sent()).toBe(
              planRequests({
                listed: listed(),
                read: read.length,
                counted: plan.changes.filter(needsAccountCount).length,
              }),
            );

            const { outcomes } = await environment.apply(plan, { api: driver });
            expect(
              outcomes.filter(({ status }) => status !== "applied"),
            ).toEqual([]);
            expect(sent()).toBe(
              plan.changes.length === 0
                ? 0
                : applyRequests(plan.changes, listed()),
            );

            // The first look reads everything; of the next, each in its turn.
            memory.byKey.clear();
            beginTick(memory, fullReadEvery);
            await environment.plan(desired, { api: reader });
            sent();
            beginTick(memory, fullReadEvery);
            expect(
              (await environment.plan(desired, { api: reader })).changes,
            ).toEqual([]);
            expect(sent()).toBe(
              tickRequests({
                listed: listed(),
                remembered: desired.length,
                fullReadEvery,
              }),
            );
          }
        },
      ),
      { numRuns: Math.max(4, Math.ceil(PROPERTY_RUNS / 10)) },
    );
  }, 120_000);
});
