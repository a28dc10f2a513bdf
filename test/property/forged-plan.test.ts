import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPlanFile } from "../../src/documents/check/plan-file.ts";
import { AppError } from "../../src/domain/problem/error.ts";
import type { Plan } from "../../src/domain/generated/plan.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import { intentDigest, planDigest } from "../../src/engine/diff/fingerprint.ts";
import type { ConnectionsWriter } from "../../src/ports/connections-api.ts";
import { PROPERTY_RUNS, PROPERTY_SEED } from "../support/arbitraries.ts";
import { mutationsOf, type Mutation } from "../support/mutations.ts";
import { aPlanWorld, type PlanWorld } from "../support/plan-world.ts";

/**
 * Members that no reviewed intent covers, because they say when and from where a plan was made and
 * what is nobody's business here. Apply holds some of them against what it knows; none of them
 * decides what is written.
 */
const BESIDE_THE_INTENT =
  /^\/(?:created_at|expires_at|live_digest|tool\/version|source\/dirty|unmanaged\b.*|changes\/\d+\/impact\b.*|changes\/\d+\/risks\/\d+\/accounts)$/u;

/** A request as the API sees it: what it does to what, and the values it sends. */
interface Write {
  readonly act: string;
  readonly handle: string | null;
  /** What is deleted, by handle or name of the provider; `null` for every other step. */
  readonly removes: string | null;
}

/** The requests an apply makes. */
function recording(driver: ConnectionsWriter): {
  readonly api: ConnectionsWriter;
  readonly calls: () => number;
  readonly writes: () => readonly Write[];
} {
  const writes: Write[] = [];
  let calls = 0;
  const api: ConnectionsWriter = {
    ...driver,
    get: (...args) => {
      calls += 1;
      return driver.get(...args);
    },
    find: (...args) => {
      calls += 1;
      return driver.find(...args);
    },
    readAccounts: (...args) => {
      calls += 1;
      return driver.readAccounts(...args);
    },
    execute: (request, signal) => {
      calls += 1;
      const secrets = [...request.secrets].map(([path, value]) => [
        path,
        value.reveal(),
      ]);
      const { step, remoteId: handle, provider } = request;
      writes.push({
        act: JSON.stringify({ ...request, secrets }),
        handle,
        removes:
          step === "delete"
            ? handle
            : step === "delete_provider"
              ? provider
              : null,
      });
      return driver.execute(request, signal);
    },
  };
  return { api, calls: () => calls, writes: () => writes };
}

/** What someone with the program at hand makes of an edited plan: every digest fits again. */
function resealed(value: JsonValue): string {
  // An edited plan need not be one any more; the digests are taken of whatever it is.
  const plan = value as unknown as Plan;
  try {
    const meant = { ...plan, intent_digest: intentDigest(plan) };
    return JSON.stringify({ ...meant, digest: planDigest(meant) });
  } catch {
    return JSON.stringify(value);
  }
}

interface Verdict {
  readonly code: string | null;
  readonly calls: number;
  readonly writes: readonly Write[];
}

async function applied(
  world: PlanWorld,
  text: string,
  expected?: string,
): Promise<Verdict> {
  const { api, calls, writes } = recording(world.environment.driver);
  const { plan, diagnostics } = readPlanFile(text, "plan.json");
  if (plan === undefined)
    return { code: diagnostics[0]?.code ?? "", calls: 0, writes: [] };
  try {
    await world.environment.apply(plan, {
      api,
      ...(expected === undefined ? {} : { expect: expected }),
    });
    return { code: null, calls: calls(), writes: writes() };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { code: error.code, calls: calls(), writes: writes() };
  }
}

const asJson = (plan: Plan): JsonValue =>
  JSON.parse(JSON.stringify(plan)) as JsonValue;

const reviewed = await aPlanWorld();
const genuine = await applied(
  await aPlanWorld(),
  JSON.stringify(reviewed.plan),
  reviewed.plan.intent_digest,
);
// Both digests are computed again whatever was done to them; test/property/plan-file.test.ts is
// about those that do not fit.
const all = mutationsOf(asJson(reviewed.plan)).filter(
  ({ pointer }) => !/^\/(?:intent_)?digest$/u.test(pointer),
);
const SHARE = 11;
/** One of eleven, others with another TIELINE_PROPERTY_SEED; with TIELINE_LONG_TESTS=1 all. */
const MUTATIONS: readonly Mutation[] =
  process.env["TIELINE_LONG_TESTS"] === "1"
    ? all
    : all.filter((_, index) => index % SHARE === PROPERTY_SEED % SHARE);

/** Tries every mutation on worlds that are made anew whenever one was let through. */
async function tryAll(
  expected: string | undefined,
  judge: (mutation: Mutation, verdict: Verdict) => void,
): Promise<void> {
  let world = await aPlanWorld();
  for (const mutation of MUTATIONS) {
    const verdict = await applied(world, resealed(mutation.value), expected);
    judge(mutation, verdict);
    if (verdict.calls > 0) world = await aPlanWorld();
  }
}

describe("a plan that was edited by someone who can compute digests", () => {
  it("is carried out as it was made", () => {
    expect(genuine.code).toBeNull();
    expect(genuine.writes.length).toBeGreaterThan(10);
  });

  it("is refused before any request where a reviewed digest is expected, unless nothing that was reviewed differs", async () => {
    await tryAll(reviewed.plan.intent_digest, ({ name, pointer }, verdict) => {
      if (verdict.code !== null) {
        expect(verdict.calls, name).toBe(0);
        return;
      }
      expect(pointer, name).toMatch(BESIDE_THE_INTENT);
      expect(verdict.writes, name).toEqual(genuine.writes);
    });
  }, 300_000);

  it("reaches nothing that is not owned, adopted under its own name or made by the run, whatever is expected", async () => {
    const reachable = new Set(genuine.writes.map(({ handle }) => handle));
    const removals = genuine.writes.filter(({ removes }) => removes !== null);
    await tryAll(undefined, ({ name }, { writes }) => {
      for (const { handle, removes, act } of writes) {
        expect(reachable, `${name}: ${act}`).toContain(handle);
        if (removes !== null)
          expect(
            removals.map((each) => each.removes),
            name,
          ).toContain(removes);
      }
    });
  }, 300_000);
});

describe("a plan in whose text a member is named twice", () => {
  const text = JSON.stringify(reviewed.plan);
  const members = [...text.matchAll(/"(?:\w+|\/[\w/]*)":/gu)];

  it("is refused, wherever it is and whatever the second says", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...members),
        fc.jsonValue(),
        fc.boolean(),
        ({ index, 0: member }, value, isSecond) => {
          const added = `${member}${JSON.stringify(value)},`;
          // Before or after the member's own: one reader takes the first, another the last.
          const at = isSecond ? text.indexOf(",", index) : -1;
          const isPlain = at > 0 && !/[[\]{}]/u.test(text.slice(index, at));
          const place = isPlain ? at + 1 : index;
          const doubled = text.slice(0, place) + added + text.slice(place);
          const { plan, diagnostics } = readPlanFile(doubled, "plan.json");
          expect(plan).toBeUndefined();
          expect(diagnostics).toMatchObject([{ code: "CFG030" }]);
        },
      ),
      { numRuns: PROPERTY_RUNS },
    );
  });
});
