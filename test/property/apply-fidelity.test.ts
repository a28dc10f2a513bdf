import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { DesiredConnection } from "../../src/domain/connection.ts";
import { AppError } from "../../src/domain/problem/error.ts";
import type { Plan } from "../../src/domain/generated/plan.ts";
import type { ConnectionsWriter } from "../../src/ports/connections-api.ts";
import { PROPERTY_RUNS } from "../support/arbitraries.ts";
import { aDesired, someRules } from "../support/engine-builders.ts";
import {
  aTestEnvironment,
  type TestEnvironment,
} from "../support/environment.ts";

const RUNS = { numRuns: PROPERTY_RUNS };
vi.setConfig({ testTimeout: 1000 * PROPERTY_RUNS });

const RULES = someRules({
  prunes: true,
  limits: { ...someRules().limits, maxDeletes: 100, maxChangeRatio: 1 },
});
const KEYS = ["a", "b", "c", "d", "e"];

const anyFields = fc.record(
  {
    "/scopes": fc.subarray(["read", "send", "admin"]),
    "/settings/timeout": fc.constantFrom(1, 2, 3),
    "/state": fc.constantFrom("active", "inactive"),
    "/description": fc.constantFrom("x", "y"),
  },
  { requiredKeys: [] },
);

/** Some of the five connections, each with some fields, some with a secret. */
const anyDocuments: fc.Arbitrary<readonly DesiredConnection[]> = fc
  .tuple(
    fc.subarray(KEYS, { minLength: 1 }),
    fc.array(fc.tuple(anyFields, fc.boolean()), {
      minLength: KEYS.length,
      maxLength: KEYS.length,
    }),
  )
  .map(([keys, parts]) =>
    keys.map((key) => {
      const [fields, hasSecret] = parts[KEYS.indexOf(key)] ?? [{}, false];
      const secrets = hasSecret
        ? { "/credentials/client_secret": `secret://${key}/secret` }
        : {};
      return aDesired({ key, fields, secrets });
    }),
  );

const anyFaults = fc.array(
  fc.record({
    step: fc.integer({ min: 1, max: 12 }),
    when: fc.constantFrom("before" as const, "after" as const),
  }),
  { maxLength: 4 },
);

/** Steps a plan announces for each connection, in their order. */
function announced(plan: Plan): Map<string, string[]> {
  return new Map(
    plan.changes.map((change) => [
      change.key,
      change.steps.filter((step) => step !== "record"),
    ]),
  );
}

/** Steps the platform was asked for since then, for each connection. */
function asked(
  environment: TestEnvironment,
  since: number,
): Map<string, string[]> {
  const steps = new Map<string, string[]>();
  for (const { key, step } of environment.handle.steps().slice(since))
    steps.set(key, [...(steps.get(key) ?? []), step]);
  return steps;
}

async function applied(
  documents: readonly DesiredConnection[],
): Promise<TestEnvironment> {
  const environment = aTestEnvironment(RULES);
  await environment.apply(await environment.plan(documents));
  return environment;
}

describe("an apply", () => {
  it("asks the platform for exactly the steps of its plan", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyDocuments,
        anyDocuments,
        fc.integer({ min: 1, max: 8 }),
        async (before, after, concurrency) => {
          const environment = await applied(before);
          const plan = await environment.plan(after);
          const since = environment.handle.steps().length;
          const { outcomes } = await environment.apply(plan, { concurrency });
          expect(outcomes.every(({ status }) => status === "applied")).toBe(
            true,
          );
          const expected = [...announced(plan)].filter(
            ([, steps]) => steps.length > 0,
          );
          expect(asked(environment, since)).toEqual(new Map(expected));
        },
      ),
      RUNS,
    );
  });

  it("under faults asks for nothing but a beginning of them, says the truth about it, and is finished by the next one", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyDocuments,
        anyDocuments,
        anyFaults,
        fc.boolean(),
        async (before, after, faults, stopsOnError) => {
          const environment = await applied(before);
          const plan = await environment.plan(after);
          const since = environment.handle.steps().length;
          for (const fault of faults) environment.handle.failAt(fault);
          const { outcomes } = await environment.apply(plan, { stopsOnError });
          const steps = asked(environment, since);
          const plans = announced(plan);
          for (const [key, done] of steps)
            expect(plans.get(key)?.slice(0, done.length)).toEqual(done);
          for (const { key, status } of outcomes) {
            if (status === "applied")
              expect(verifiable(environment, plan, key)).toBe(true);
            if (status === "skipped") expect(steps.has(key)).toBe(false);
          }

          // A fault that was not met yet strikes one of the next runs; each strikes once, so they
          // come to an end.
          for (let i = 0; i <= faults.length; i += 1)
            await environment.apply(await environment.plan(after));
          expect((await environment.plan(after)).changes).toEqual([]);
          const undisturbed = await applied(before);
          await undisturbed.apply(await undisturbed.plan(after));
          expect(shown(environment)).toEqual(shown(undisturbed));
        },
      ),
      RUNS,
    );
  });

  it("writes nothing to a connection that somebody changed after the plan", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyDocuments,
        anyDocuments,
        fc.subarray(KEYS),
        async (before, after, touched) => {
          const environment = await applied(before);
          const plan = await environment.plan(after);
          for (const key of touched)
            environment.handle.mutate(key, (stored) => stored);
          const since = environment.handle.steps().length;
          await environment.apply(plan);
          const existed = new Set(before.map(({ key }) => key));
          for (const key of touched)
            if (existed.has(key))
              expect(asked(environment, since).get(key)).toBeUndefined();
        },
      ),
      RUNS,
    );
  });
});

describe("two appliers", () => {
  it("never both write, whoever comes first", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyDocuments,
        anyDocuments,
        anyDocuments,
        fc.boolean(),
        async (before, first, second, isSamePlan) => {
          const environment = await applied(before);
          const one = await environment.plan(first);
          const other = isSamePlan ? one : await environment.plan(second);
          const writers: string[] = [];
          const results = await Promise.allSettled([
            environment.apply(one, {
              api: watched(environment.driver, "one", writers),
            }),
            environment.apply(other, {
              api: watched(environment.driver, "other", writers),
            }),
          ]);
          expect(new Set(writers).size).toBeLessThanOrEqual(1);
          for (const result of results) {
            if (result.status === "fulfilled") continue;
            const reason: unknown = result.reason;
            expect(reason).toBeInstanceOf(AppError);
            expect(["STA003", "PLN204", "PLN205"]).toContain(
              reason instanceof AppError ? reason.code : reason,
            );
          }
        },
      ),
      RUNS,
    );
  });
});

function watched(
  api: ConnectionsWriter,
  name: string,
  writers: string[],
): ConnectionsWriter {
  return {
    ...api,
    execute: (request, signal) => {
      writers.push(name);
      return api.execute(request, signal);
    },
  };
}

/** Whether what an outcome calls applied is what the platform shows. */
function verifiable(
  environment: TestEnvironment,
  plan: Plan,
  key: string,
): boolean {
  const change = plan.changes.find((each) => each.key === key);
  const live = environment.handle.live().find((each) => each.key === key);
  if (change === undefined) return false;
  return (change.desired === null) === (live === undefined);
}

/** Names and fields as they are, without handles and versions. */
function shown(environment: TestEnvironment): unknown {
  return environment.handle
    .live()
    .map(({ key, provider, fields }) => ({ key, provider, fields }));
}
