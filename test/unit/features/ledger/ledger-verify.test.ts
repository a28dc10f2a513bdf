import { describe, expect, it } from "vitest";
import {
  operationProblems,
  verifyLedger,
} from "../../../../src/features/ledger/ledger-verify.ts";
import { sealReceipt } from "../../../../src/environment/receipt.ts";
import { TransientError } from "../../../../src/domain/problem/error.ts";
import type { Receipt } from "../../../../src/domain/state/ledger.ts";
import type { Outcome } from "../../../../src/domain/state/outcome.ts";
import type { ConnectionsWriter } from "../../../../src/ports/connections-api.ts";
import { aDesired, someRules } from "../../../support/engine-builders.ts";
import {
  aTestEnvironment,
  type TestEnvironment,
} from "../../../support/environment.ts";

const MAIL = aDesired({ key: "mail", fields: { "/scopes": ["read"] } });
const CHAT = aDesired({ key: "chat", fields: { "/scopes": ["post"] } });

async function applied(): Promise<TestEnvironment> {
  const environment = aTestEnvironment(someRules());
  await environment.apply(await environment.plan([MAIL, CHAT]));
  await environment.apply(
    await environment.plan([
      aDesired({ key: "mail", fields: { "/scopes": ["read", "send"] } }),
      CHAT,
    ]),
  );
  return environment;
}

/** The ledger of an environment with one receipt changed, and sealed again as a forger would. */
async function verifyForged(
  change: (receipt: Receipt) => Partial<Receipt>,
): Promise<readonly string[]> {
  const { state } = await applied();
  const [first, second] = await state.readLedger();
  if (first === undefined || second === undefined) return ["no ledger"];
  // Sealing takes the digest over what it is given, so the old one must be gone.
  const { digest, ...content } = { ...second, ...change(second) };
  const forged = sealReceipt(content);
  if (forged.digest === digest) return ["nothing was forged"];
  const ledger = [first, forged];
  const verdict = await verifyLedger({
    place: "memory",
    readLedger: () => Promise.resolve(ledger),
    readPlan: (digest) => state.readPlan(digest),
  });
  return verdict.findings.map(({ message }) => message);
}

const withOutcome =
  (change: Partial<Outcome>) =>
  (receipt: Receipt): Partial<Receipt> => ({
    outcomes: receipt.outcomes.map((outcome) => ({ ...outcome, ...change })),
  });

describe("verifying a ledger", () => {
  it("finds nothing in one that was written by applies", async () => {
    const { state } = await applied();
    expect(await verifyLedger(state)).toEqual({
      place: "memory",
      receiptCount: 2,
      checkedAgainstPlan: 2,
      findings: [],
    });
  });

  it("notices every member that is altered without a new digest", async () => {
    const { state } = await applied();
    const ledger = await state.readLedger();
    const [first, second] = ledger;
    for (const name of Object.keys(second ?? {})) {
      const altered = { ...second, [name]: "altered" } as Receipt;
      const verdict = await verifyLedger({
        place: "memory",
        readLedger: () =>
          Promise.resolve(
            name === "outcomes"
              ? [
                  first,
                  { ...second, outcomes: [] } as unknown as Receipt,
                ].filter((r) => r !== undefined)
              : [first, altered].filter((r) => r !== undefined),
          ),
        readPlan: (digest) => state.readPlan(digest),
      });
      expect([
        name,
        verdict.findings.some(({ severity }) => severity === "error"),
      ]).toEqual([name, true]);
    }
  });

  it("says that a plan is not stored, as a note", async () => {
    const { state } = await applied();
    const verdict = await verifyLedger({
      place: "memory",
      readLedger: () => state.readLedger(),
      readPlan: () => Promise.resolve(null),
    });
    expect(verdict.findings.map(({ severity }) => severity)).toEqual([
      "note",
      "note",
    ]);
    expect(verdict.checkedAgainstPlan).toBe(0);
  });

  it.each<[string, (receipt: Receipt) => Partial<Receipt>, RegExp]>([
    [
      "a step more",
      (receipt) => ({
        outcomes: receipt.outcomes.map((outcome) => ({
          ...outcome,
          steps: [
            ...outcome.steps,
            { step: "delete", requestDigest: "sha256:00" },
          ],
        })),
      }),
      /is not what its plan announced/u,
    ],
    ["a step less", withOutcome({ steps: [] }), /is not what its plan/u],
    [
      "steps of a change that was skipped",
      withOutcome({ status: "skipped" }),
      /is not what its plan/u,
    ],
    ["another connection", withOutcome({ key: "chat" }), /has no update of/u],
    ["another action", withOutcome({ action: "delete" }), /has no delete of/u],
    ["no outcome", () => ({ outcomes: [] }), /has no outcome for "mail"/u],
    [
      "an outcome twice",
      ({ outcomes }) => ({ outcomes: [...outcomes, ...outcomes] }),
      /two outcomes/u,
    ],
    ["another commit", () => ({ commit: "0".repeat(40) }), /another commit/u],
    ["another host", () => ({ apiHost: "x" }), /another environment or host/u],
    ["another chain", () => ({ previous: null }), /does not follow/u],
  ])("notices a forged receipt with %s", async (_, change, expected) => {
    expect((await verifyForged(change)).join("\n")).toMatch(expected);
  });

  it("takes the beginning of a change that failed, and a run that was cut off", async () => {
    expect(
      await verifyForged(withOutcome({ status: "failed", steps: [] })),
    ).toEqual([]);
    expect(
      await verifyForged(() => ({ result: "interrupted", outcomes: [] })),
    ).toEqual([]);
  });

  it("takes a step whose answer was lost and that reading back settled", async () => {
    const environment = aTestEnvironment(someRules());
    const { driver } = environment;
    const api: ConnectionsWriter = {
      ...driver,
      execute: async (request, signal) => {
        await driver.execute(request, signal);
        throw new TransientError("DRV002", "the connection broke", {
          status: null,
          mayHaveCommitted: true,
        });
      },
    };
    await environment.apply(await environment.plan([MAIL]));
    const plan = await environment.plan([
      aDesired({ key: "mail", fields: { "/scopes": ["send"] } }),
    ]);
    const { outcomes, receipt } = await environment.apply(plan, { api });
    expect(outcomes).toMatchObject([
      { status: "applied", isReadBack: true, steps: [] },
    ]);
    expect(
      receipt === null ? ["none"] : operationProblems(receipt, plan),
    ).toEqual([]);
    expect((await verifyLedger(environment.state)).findings).toEqual([]);
  });
});
