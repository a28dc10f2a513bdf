import fc from "fast-check";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { verifyLedger } from "../../src/features/ledger/ledger-verify.ts";
import { AppError } from "../../src/domain/problem/error.ts";
import { createFileState } from "../../src/state/file/index.ts";
import { PROPERTY_RUNS } from "../support/arbitraries.ts";
import { createFakeClock } from "../support/clock.ts";
import { aDesired, someRules } from "../support/engine-builders.ts";
import {
  aTestEnvironment,
  type TestEnvironment,
} from "../support/environment.ts";
import { onFaultyDisk } from "../support/faulty-fs.ts";

const NAMES = ["mail", "chat", "files", "notes"];
const CODES = ["ENOSPC", "EDQUOT", "EIO", "EROFS", "EACCES", "EMFILE", "EFBIG"];

/** Scopes by connection: who is missing is to be deleted. */
const anyWishes = fc.dictionary(
  fc.constantFrom(...NAMES),
  fc.subarray(["a", "b", "c"], { minLength: 1 }),
  { minKeys: 1 },
);
type Wishes = Readonly<Record<string, readonly string[]>>;

const desiredOf = (wishes: Wishes) =>
  Object.entries(wishes).map(([key, scopes]) =>
    aDesired({ key, fields: { "/scopes": [...scopes] } }),
  );

const held = ({ handle }: TestEnvironment): Record<string, unknown> =>
  Object.fromEntries(
    handle.live().map(({ key, fields }) => [key, fields["/scopes"]]),
  );

/** An environment whose state is on a disk of its own. */
function onDisk(folder: string): TestEnvironment {
  return aTestEnvironment(
    someRules({ prunes: true }),
    createFileState({
      folder: join(folder, ".tieline/state/dev"),
      place: ".tieline/state/dev",
      clock: createFakeClock(),
      processes: { self: null, isGone: () => true },
    }),
  );
}

describe("an apply whose state cannot be written at some point", () => {
  it("changes nothing, or tells truly what it changed, and the next one finishes it", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyWishes,
        anyWishes,
        fc.record({
          code: fc.constantFrom(...CODES),
          at: fc.integer({ min: 1, max: 160 }),
          isOnce: fc.boolean(),
        }),
        async (first, second, fault) => {
          const folder = mkdtempSync(join(tmpdir(), "tieline-faults-"));
          try {
            const environment = onDisk(folder);
            const start = await environment.plan(desiredOf(first));
            await environment.apply(start);
            const plan = await environment.plan(desiredOf(second));
            const before = environment.handle.steps().length;
            const rule = { within: folder, ...fault };
            const result = await onFaultyDisk(rule, () =>
              environment.apply(plan).catch((error: unknown) => error),
            );
            const steps = environment.handle.steps().slice(before);
            if (result instanceof Error) {
              expect(result).toBeInstanceOf(AppError);
              expect(result).toMatchObject({
                code: "STA035",
                notDone: "nothing was changed",
              });
              expect(steps).toEqual([]);
            } else {
              const run = result as Awaited<
                ReturnType<TestEnvironment["apply"]>
              >;
              const codes = run.outcomes.map((outcome) => outcome.code);
              expect([...codes, run.unrecorded?.code]).not.toContain("INT001");
              const now = held(environment);
              const statuses = new Map(
                run.outcomes.map(({ key, status }) => [key, status]),
              );
              for (const { key, status } of run.outcomes)
                if (status === "applied") expect(now[key]).toEqual(second[key]);
              for (const { key } of steps)
                expect(["applied", "failed"]).toContain(statuses.get(key));
              expect(run.outcomes).toHaveLength(plan.changes.length);
              if (run.receipt === null && plan.changes.length > 0)
                expect(run.unrecorded?.code).toBe("STA035");
            }
            for (let run = 0; run < 2; run += 1)
              await environment.apply(
                await environment.plan(desiredOf(second)),
              );
            expect(held(environment)).toEqual(second);
            expect((await environment.plan(desiredOf(second))).changes).toEqual(
              [],
            );
            const verdict = await verifyLedger(environment.state);
            expect(verdict.findings).toEqual([]);
          } finally {
            rmSync(folder, { recursive: true, force: true });
          }
        },
      ),
      { numRuns: Math.ceil(Math.min(PROPERTY_RUNS, 5000) / 4) },
    );
  }, 600_000);
});
