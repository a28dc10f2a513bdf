import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  assertAllowed,
  assertSound,
} from "../../src/features/apply/applicable.ts";
import { signPlan } from "../../src/features/plan/plan-signature.ts";
import { readPlanFile } from "../../src/documents/check/plan-file.ts";
import { AppError } from "../../src/domain/problem/error.ts";
import type { Plan } from "../../src/domain/generated/plan.ts";
import { createMemoryDriver } from "../../src/drivers/memory/index.ts";
import { generateSigningKey } from "../../src/util/hash.ts";
import { createFakeClock } from "../support/clock.ts";
import { NO_CHECKOUT } from "../support/environment.ts";
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

const rulesFor = (isRequired: boolean) =>
  someRules({ signing: { isRequired, keys: [KEY.publicKey] } });
const inventory = anInventory([anEntry({ key: "old" })]);
const api = createMemoryDriver().driver;

const planFor = (isRequired: boolean): Plan =>
  planOf({
    rules: rulesFor(isRequired),
    capabilities: api.capabilities,
    desired: [
      aDesired({
        fields: { "/scopes": ["a", "b"], "/description": "grüße" },
        secrets: { "/credentials/client_secret": "secret://mail/secret" },
      }),
    ],
    live: [aLive({ key: "old" })],
    inventory,
    target: { driver: "memory", apiHost: "memory" },
  });
/** With and without a demand for a signature. */
const PLANS = [planFor(false), planFor(true)] as const;
const FILES = PLANS.map((plan) =>
  Buffer.from(JSON.stringify(signPlan(plan, KEY.privatePem, "key"), null, 2)),
);
const fileFor = (isRequired: boolean): Buffer =>
  FILES[isRequired ? 1 : 0] ?? Buffer.alloc(0);

/** What apply makes of a file: the plan it would carry out, or why it would not. */
async function outcome(
  file: Uint8Array,
  isRequired: boolean,
): Promise<unknown> {
  const text = Buffer.from(file).toString("utf8");
  const { plan: read, diagnostics } = readPlanFile(text, "plan.json");
  if (read === undefined) return diagnostics[0]?.code;
  const stored = { ledger: [], inventory, openers: new Map() };
  const context = {
    api,
    clock: createFakeClock(Date.parse("2026-03-01T12:00:00Z")),
    toolVersion: "0.1.0",
    rules: rulesFor(isRequired),
    checkout: NO_CHECKOUT,
    approvals: [],
  };
  try {
    await assertSound(read, context, stored);
    assertAllowed(read, context, stored);
    return Object.fromEntries(
      Object.entries(read).filter(([name]) => name !== "signature"),
    );
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

async function assertHarmless(
  file: Uint8Array,
  isRequired: boolean,
  what: string,
) {
  const result = await outcome(file, isRequired);
  if (typeof result === "string") return;
  expect(result, what).toEqual(PLANS[isRequired ? 1 : 0]);
}

describe("a plan file with one byte changed", () => {
  it("is refused or means exactly the same, wherever the byte is", async () => {
    const bytes = fileFor(true);
    expect(await outcome(bytes, true)).toEqual(PLANS[1]);
    for (let at = 0; at < bytes.length; at += 1)
      for (const flip of [1, 0x20]) {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ flip;
        await assertHarmless(changed, true, `byte ${String(at)}`);
      }
  });

  it("is refused or means the same when a byte is replaced, left out or added", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        fc.constantFrom("replace", "remove", "insert"),
        fc.boolean(),
        async (place, byte, kind, isRequired) => {
          const bytes = fileFor(isRequired);
          const at = place % bytes.length;
          const keep = kind === "insert" ? at : at + 1;
          const middle = kind === "remove" ? [] : [byte];
          const changed = Buffer.concat([
            bytes.subarray(0, at),
            Buffer.from(middle),
            bytes.subarray(keep),
          ]);
          await assertHarmless(changed, isRequired, `${kind} at ${String(at)}`);
        },
      ),
      { numRuns: RUNS * 10 },
    );
  });
});
