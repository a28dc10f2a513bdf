import { describe, expect, it } from "vitest";
import type { Plan } from "../../../src/domain/generated/plan.ts";
import type { InventoryEntry } from "../../../src/domain/state/inventory.ts";
import type { Outcome } from "../../../src/domain/state/outcome.ts";
import {
  narrowInventory,
  nextInventoryEntry,
  widenInventory,
} from "../../../src/engine/inventory.ts";
import {
  aDesired,
  aLive,
  anAppliedEntry,
  anEntry,
  anInventory,
  onlyChange,
  planOf,
} from "../../support/engine-builders.ts";

const AT = "2026-03-01T12:00:00.000Z";
const FACTS = {
  rules: {},
  at: AT,
  secrets: new Map(),
};
const SECRET = "/credentials/client_secret";

function outcomeOf(
  plan: Plan,
  status: Outcome["status"],
  remoteId: string | null,
): Outcome[] {
  return plan.changes.map(({ key, action }) => ({
    key,
    action,
    status,
    remoteId,
    steps: [],
  }));
}

/** Widens and narrows with every change ending the same way. */
function run(
  plan: Plan,
  entries: readonly InventoryEntry[],
  status: Outcome["status"],
  remoteId: string | null,
) {
  const widened = widenInventory(anInventory(entries), plan, AT);
  const narrowed = narrowInventory(
    widened,
    plan,
    outcomeOf(plan, status, remoteId),
    { ...FACTS, before: anInventory(entries) },
  );
  return { widened, narrowed };
}

describe("create", () => {
  const plan = planOf({
    desired: [
      aDesired({ fields: { "/scopes": ["a"], "/lifecycle/protected": true } }),
    ],
  });

  it("is announced without a handle, and recorded with the one it got", () => {
    const { widened, narrowed } = run(plan, [], "applied", "id-1");
    expect(widened).toMatchObject({
      serial: 8,
      entries: [
        {
          key: "mail",
          remoteId: null,
          phase: "pending",
          isProtected: true,
          lastApplied: {},
        },
      ],
    });
    expect(narrowed).toMatchObject({
      serial: 9,
      entries: [
        {
          remoteId: "id-1",
          phase: "applied",
          appliedAt: AT,
          planDigest: plan.digest,
          isProtected: true,
          lastApplied: { "/scopes": ["a"], "/lifecycle/protected": true },
        },
      ],
    });
  });

  it("leaves nothing when it was not started, and stays announced when nobody knows", () => {
    expect(run(plan, [], "skipped", null).narrowed.entries).toEqual([]);
    expect(run(plan, [], "unknown", null).narrowed.entries).toMatchObject([
      { phase: "pending", remoteId: null },
    ]);
    expect(run(plan, [], "failed", "id-2").narrowed.entries).toMatchObject([
      { phase: "pending", remoteId: "id-2" },
    ]);
  });

  it("stays announced when an earlier run had announced it already", () => {
    const earlier = anEntry({ remoteId: null, phase: "pending" });
    const again = planOf({
      desired: [aDesired()],
      inventory: anInventory([earlier]),
    });
    expect(
      run(again, [earlier], "skipped", null).narrowed.entries,
    ).toMatchObject([{ phase: "pending" }]);
  });

  it("stays announced without an outcome", () => {
    const widened = widenInventory(anInventory([]), plan, AT);
    const facts = { ...FACTS, before: anInventory([]) };
    expect(narrowInventory(widened, plan, [], facts).entries).toEqual(
      widened.entries,
    );
  });
});

describe("update, replace and delete", () => {
  const entry = anAppliedEntry({ "/scopes": ["a"] });
  const live = [aLive({ fields: { "/scopes": ["a"] } })];
  const inventory = anInventory([entry]);
  const update = planOf({
    desired: [aDesired({ fields: { "/scopes": ["b"] } })],
    live,
    inventory,
  });
  const replace = planOf({
    desired: [aDesired({ provider: "slack" })],
    live,
    inventory,
  });
  const remove = planOf({ live, inventory });

  it("keep what was last applied until they are", () => {
    const { widened, narrowed } = run(update, [entry], "applied", "id-mail");
    expect(widened.entries).toMatchObject([
      {
        phase: "pending",
        remoteId: "id-mail",
        lastApplied: { "/scopes": ["a"] },
      },
    ]);
    expect(narrowed.entries).toMatchObject([
      { phase: "applied", lastApplied: { "/scopes": ["b"] } },
    ]);
  });

  it("leave the entry as it was when they were not started", () => {
    for (const plan of [update, replace, remove])
      expect(run(plan, [entry], "skipped", "id-mail").narrowed.entries).toEqual(
        [entry],
      );
  });

  it("announce the new kind of a replacement, so that its object is known again after a crash", () => {
    const { widened, narrowed } = run(replace, [entry], "applied", "id-2");
    expect(widened.entries).toMatchObject([
      { provider: "slack", remoteId: "id-mail" },
    ]);
    expect(narrowed.entries).toMatchObject([
      { provider: "slack", remoteId: "id-2" },
    ]);
  });

  it("keep a deleted connection until it is gone for sure", () => {
    expect(run(remove, [entry], "failed", null).narrowed.entries).toMatchObject(
      [{ phase: "pending", remoteId: "id-mail" }],
    );
    expect(run(remove, [entry], "applied", null).narrowed.entries).toEqual([]);
  });
});

describe("rename and adopt", () => {
  const entry = anAppliedEntry({ "/scopes": ["a"] }, { key: "old" });
  const desired = [
    aDesired({
      key: "new",
      fields: { "/scopes": ["a"] },
      lifecycle: { previous_ids: ["old"] },
    }),
  ];
  const rename = planOf({
    desired,
    live: [aLive({ key: "old", fields: { "/scopes": ["a"] } })],
    inventory: anInventory([entry]),
  });

  it("know both names while a rename is under way, and one when it ended", () => {
    const { widened, narrowed } = run(rename, [entry], "applied", "id-old");
    expect(widened.entries.map((each) => each.key)).toEqual(["new", "old"]);
    expect(narrowed.entries.map((each) => each.key)).toEqual(["new"]);
    expect(run(rename, [entry], "skipped", "id-old").narrowed.entries).toEqual([
      entry,
    ]);
  });

  it("announce an adoption that writes, without believing an entry of another object", () => {
    const stale = anAppliedEntry({ "/scopes": ["x"] }, { remoteId: "id-gone" });
    const plan = planOf({
      desired: [aDesired({ fields: { "/scopes": ["a"] } })],
      live: [aLive()],
      inventory: anInventory([stale]),
    });
    expect(onlyChange(plan).action).toBe("adopt");
    expect(run(plan, [stale], "unknown", null).widened.entries).toMatchObject([
      { remoteId: "id-mail", lastApplied: {}, phase: "pending" },
    ]);
  });

  it("do not announce what only records", () => {
    const plan = planOf({ desired: [aDesired()], live: [aLive()] });
    const { widened, narrowed } = run(plan, [], "skipped", "id-mail");
    expect(widened.entries).toEqual([]);
    expect(narrowed.entries).toEqual([]);
    expect(run(plan, [], "applied", "id-mail").narrowed.entries).toMatchObject([
      { remoteId: "id-mail", phase: "applied" },
    ]);
  });
});

describe("secret records", () => {
  const ref = { kind: "secret", path: "p" } as const;
  const known = {
    fingerprint: "v1.kid00001.A",
    cipherDigest: "x",
    appliedAt: "2026-01-01T00:00:00.000Z",
  };
  const previous = anEntry({ secrets: { [SECRET]: known } });
  const secretRecord = (
    cipherDigest: string,
    described: Record<string, string> | undefined,
  ) => {
    const description = { ref, cipherDigest };
    const change = onlyChange(
      planOf({
        desired: [
          aDesired({
            fields: { "/scopes": ["a"] },
            secrets: { [SECRET]: "secret://p" },
          }),
        ],
        live: [aLive({ fields: { "/scopes": ["a"] } })],
        inventory: anInventory([previous]),
        secrets: new Map([["mail", new Map([[SECRET, description]])]]),
      }),
    );
    return nextInventoryEntry(change, {
      remoteId: "id-mail",
      at: AT,
      planDigest: "d",
      previous,
      secrets: new Map(
        described === undefined ? [] : [[SECRET, { ref, ...described }]],
      ),
    })?.secrets[SECRET];
  };

  it("keep fingerprint and day of a value that was proved equal and not sent", () => {
    expect(secretRecord("x", { cipherDigest: "x" })).toEqual(known);
    expect(secretRecord("x", undefined)).toEqual(known);
  });

  it("hold what is known of the value that was sent, and nothing of the one before", () => {
    expect(
      secretRecord("y", { fingerprint: "v1.kid00001.B", cipherDigest: "y" }),
    ).toEqual({
      fingerprint: "v1.kid00001.B",
      cipherDigest: "y",
      appliedAt: AT,
    });
    expect(secretRecord("y", undefined)).toEqual({ appliedAt: AT });
  });
});
