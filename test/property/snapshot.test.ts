import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSnapshotFile } from "../../src/documents/check/snapshot-file.ts";
import type { LiveConnection } from "../../src/domain/connection.ts";
import type { Plan } from "../../src/domain/generated/plan.ts";
import type { Snapshot } from "../../src/domain/generated/snapshot.ts";
import type { Inventory } from "../../src/domain/state/inventory.ts";
import { createMemoryDriver } from "../../src/drivers/memory/index.ts";
import { assemblePlan } from "../../src/engine/plan/plan.ts";
import type { AssembleInput } from "../../src/engine/diff/input.ts";
import { observe, wantedKeys } from "../../src/environment/api/observe.ts";
import { createSnapshotApi } from "../../src/environment/snapshot/snapshot-api.ts";
import { inventoryOf } from "../../src/environment/snapshot/snapshot-state.ts";
import { takeSnapshot } from "../../src/environment/snapshot/take-snapshot.ts";
import type { ConnectionsReader } from "../../src/ports/connections-api.ts";
import { Secret, type SecretRef } from "../../src/domain/secret/secret.ts";
import type { SecretStore } from "../../src/ports/secret-store.ts";
import { fingerprintSecret } from "../../src/secrets/fingerprint.ts";
import { sha256 } from "../../src/util/hash.ts";
import { createMemoryState } from "../../src/state/memory.ts";
import { anyInput, PROPERTY_RUNS } from "../support/arbitraries.ts";
import { createFakeClock } from "../support/clock.ts";
import { aDesired, someRules } from "../support/engine-builders.ts";
import { aTestEnvironment } from "../support/environment.ts";

const signal = new AbortController().signal;
const sink = { emit: () => undefined };
const RUNS = { numRuns: PROPERTY_RUNS };

/** A platform that has exactly these connections. */
function platformOf(live: readonly LiveConnection[]): ConnectionsReader {
  const { driver } = createMemoryDriver();
  const byKey = new Map(live.map((each) => [each.key, each]));
  return {
    ...driver,
    listPages: async function* () {
      yield await Promise.resolve(live);
    },
    get: ({ key }) => Promise.resolve(byKey.get(key) ?? null),
    readAccounts: () => Promise.resolve(new Map()),
  };
}

async function taken(
  api: ConnectionsReader,
  inventory: Inventory | null,
): Promise<Snapshot> {
  const snapshot = await takeSnapshot(
    {
      name: inventory?.environment ?? "dev",
      api: { ...api, apiHost: inventory?.apiHost ?? api.apiHost },
      state: {
        ...createMemoryState(),
        readInventory: () => Promise.resolve(inventory),
      },
      clock: createFakeClock(),
      sink,
      signal,
      toolVersion: "0.1.0",
      scrub: (text) => text,
    },
    () => true,
  );
  const read = readSnapshotFile(JSON.stringify(snapshot), "snapshot.json");
  expect(read.diagnostics).toEqual([]);
  if (read.snapshot === undefined) throw new TypeError("no snapshot");
  return read.snapshot;
}

async function planOver(
  api: ConnectionsReader,
  inventory: Inventory | null,
  input: AssembleInput,
): Promise<Plan> {
  const wanted = wantedKeys(input.desired, inventory);
  const seen = await observe(api, wanted, sink, signal);
  return assemblePlan({ ...input, ...seen, inventory });
}

describe("a plan from a snapshot", () => {
  it("would do what the plan with the API would do, whatever there is", async () => {
    await fc.assert(
      fc.asyncProperty(anyInput, async (input) => {
        const { inventory } = input;
        const api = platformOf(
          input.listed.filter((one): one is LiveConnection => "fields" in one),
        );
        const snapshot = await taken(api, inventory);
        const other = createSnapshotApi(snapshot, {
          ...api,
          desired: input.desired,
        });
        const asked = await planOver(api, inventory, input);
        const told = await planOver(other, inventoryOf(snapshot), input);
        expect(told.intent_digest).toBe(asked.intent_digest);
        expect(told.live_digest).toBe(asked.live_digest);
        expect(told.changes.map(({ key, action }) => [key, action])).toEqual(
          asked.changes.map(({ key, action }) => [key, action]),
        );
      }),
      RUNS,
    );
  });
});

const RULES = someRules({
  prunes: true,
  limits: { ...someRules().limits, maxDeletes: 100, maxChangeRatio: 1 },
});

const anyDocument = fc
  .record({
    key: fc.constantFrom("a", "b", "c", "d"),
    provider: fc.constantFrom("gmail", "slack"),
    scopes: fc.subarray(["read", "send", "admin"]),
    hasSecret: fc.boolean(),
    previous: fc.subarray(["b", "c", "gone"]),
  })
  .map(({ key, provider, scopes, hasSecret, previous }) =>
    aDesired({
      key,
      provider,
      fields: { "/scopes": scopes },
      lifecycle: { previous_ids: previous.filter((name) => name !== key) },
      secrets: hasSecret
        ? { "/credentials/client_secret": `secret://${key}/secret` }
        : {},
    }),
  );
const anyDocuments = fc.uniqueArray(anyDocument, {
  selector: ({ key }) => key,
});

/** What a person may do in a dashboard meanwhile. */
const anyDrift = fc.record({
  changed: fc.subarray(["a", "b"]),
  added: fc.subarray(["c", "d", "stranger"]),
  accounts: fc.nat({ max: 5 }),
  rotated: fc.subarray(["a", "b"]),
});

/** Encrypted values, another one for those that are rotated; fingerprints where there is a key. */
function storeOf(rotated: readonly string[], hasKey: boolean): SecretStore {
  const valueOf = (ref: SecretRef): string =>
    `${ref.path} ${String(rotated.some((key) => ref.path.startsWith(key)))}`;
  return {
    describe: (ref, place) =>
      Promise.resolve({
        ref,
        cipherDigest: sha256(valueOf(ref)),
        ...(hasKey
          ? {
              fingerprint: fingerprintSecret(new Uint8Array(32), {
                ...place,
                environment: "dev",
                value: valueOf(ref),
              }),
            }
          : {}),
      }),
    resolve: (ref) => Promise.resolve(new Secret(valueOf(ref))),
    checkFiles: () => Promise.resolve({ diagnostics: [], openers: new Map() }),
  };
}

describe("a plan from a snapshot, without any key", () => {
  it("would do what the plan with API and key would do", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyDocuments,
        anyDocuments,
        anyDrift,
        async (before, after, drift) => {
          const environment = aTestEnvironment(RULES);
          const { handle, driver, state, clock } = environment;
          const stored = (hasKey: boolean): SecretStore =>
            storeOf(drift.rotated, hasKey);
          await environment.apply(
            await environment.plan(before, { secrets: storeOf([], true) }),
            { secrets: storeOf([], true) },
          );
          for (const key of drift.changed)
            if (handle.live().some((one) => one.key === key))
              handle.mutate(key, (one) => ({
                ...one,
                fields: { ...one.fields, "/scopes": ["by-hand"] },
              }));
          for (const key of drift.added)
            if (!handle.live().some((one) => one.key === key))
              handle.add({
                key,
                remoteId: `conn_9000${key}`,
                provider: "gmail",
                authType: "oauth2",
                isEnabled: true,
                fields: { "/scopes": ["theirs"] },
                secrets: [],
                version: 1,
              });
          handle.setAccounts("a", drift.accounts);
          const context = { name: "dev", api: driver, state, clock, sink };
          const snapshot = await takeSnapshot(
            { ...context, signal, toolVersion: "0.1.0", scrub: (text) => text },
            () => true,
          );
          const text = JSON.stringify(snapshot);
          for (const { remoteId } of handle.live())
            expect(text.includes(`"${remoteId}"`)).toBe(false);
          const inventory = inventoryOf(snapshot);
          const told = await environment.plan(after, {
            secrets: stored(false),
            api: createSnapshotApi(snapshot, { ...driver, desired: after }),
            state: {
              place: "here",
              readInventory: () => Promise.resolve(inventory),
            },
          });
          const asked = await environment.plan(after, {
            secrets: stored(true),
          });
          expect(told.intent_digest).toBe(asked.intent_digest);
          expect(told.summary).toEqual(asked.summary);
        },
      ),
      RUNS,
    );
  });
});
