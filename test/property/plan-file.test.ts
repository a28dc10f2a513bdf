import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assertApplicable } from "../../src/app/applicable.ts";
import { signPlan } from "../../src/app/plan-signature.ts";
import { readPlanFile } from "../../src/config/index.ts";
import { AppError } from "../../src/domain/error.ts";
import { createMemoryDriver } from "../../src/drivers/memory/index.ts";
import { generateSigningKey } from "../../src/util/hash.ts";
import { createFakeClock } from "../support/clock.ts";
import {
  aDesired,
  aLive,
  anEntry,
  anInventory,
  planOf,
  someRules,
} from "../support/engine-builders.ts";

const RUNS = Number(process.env["TIELINE_PROPERTY_RUNS"] ?? 100);
const KEY = generateSigningKey();

const plan = planOf({
  desired: [
    aDesired({
      fields: { "/scopes": ["a", "b"], "/description": "grüße" },
      secrets: { "/credentials/client_secret": "secret://mail/secret" },
    }),
  ],
  live: [aLive({ key: "old" })],
  inventory: anInventory([anEntry({ key: "old" })]),
  target: { driver: "memory", apiHost: "memory" },
});
const bytes = Buffer.from(
  JSON.stringify(signPlan(plan, KEY.privatePem, "key"), null, 2),
);
const api = createMemoryDriver().driver;

/** What apply makes of a file: the plan it would carry out, or why it would not. */
function outcome(file: Uint8Array, isRequired: boolean): unknown {
  const text = Buffer.from(file).toString("utf8");
  const { plan: read, diagnostics } = readPlanFile(text, "plan.json");
  if (read === undefined) return diagnostics[0]?.code;
  try {
    assertApplicable(
      read,
      {
        api,
        clock: createFakeClock(Date.parse("2026-03-01T12:00:00Z")),
        toolVersion: "0.1.0",
        rules: someRules({ signing: { isRequired, keys: [KEY.publicKey] } }),
      },
      [],
    );
    return { ...read, signature: undefined };
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

const unsigned = { ...plan, signature: undefined };

function assertHarmless(file: Uint8Array, isRequired: boolean, what: string) {
  const result = outcome(file, isRequired);
  if (typeof result === "string") return;
  expect(result, what).toEqual(unsigned);
}

describe("a plan file with one byte changed", () => {
  it("is refused or means exactly the same, wherever the byte is", () => {
    expect(outcome(bytes, true)).toEqual(unsigned);
    for (let at = 0; at < bytes.length; at += 1)
      for (const flip of [1, 0x20]) {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ flip;
        assertHarmless(changed, at % 2 === 0, `byte ${String(at)}`);
      }
  });

  it("is refused or means the same when a byte is replaced, left out or added", () => {
    fc.assert(
      fc.property(
        fc.nat(bytes.length - 1),
        fc.integer({ min: 0, max: 255 }),
        fc.constantFrom("replace", "remove", "insert"),
        fc.boolean(),
        (at, byte, kind, isRequired) => {
          const keep = kind === "insert" ? at : at + 1;
          const middle = kind === "remove" ? [] : [byte];
          const changed = Buffer.concat([
            bytes.subarray(0, at),
            Buffer.from(middle),
            bytes.subarray(keep),
          ]);
          assertHarmless(changed, isRequired, `${kind} at ${String(at)}`);
        },
      ),
      { numRuns: RUNS * 10 },
    );
  });
});
