import { describe, expect, it } from "vitest";
import type { DesiredConnection } from "../../../../src/domain/connection.ts";
import type { Inventory } from "../../../../src/domain/state/inventory.ts";
import {
  forgetApplied,
  rotationWarnings,
} from "../../../../src/features/plan/secret-intent.ts";
import { rotationDates } from "../../../../src/engine/meaning/rotation.ts";

const POINTER = "/credentials/client_secret";
const APPLIED = "2026-01-01T00:00:00.000Z";

function aConnection(key: string, every?: string): DesiredConnection {
  return {
    key,
    provider: "gmail",
    authType: "oauth2",
    document: every === undefined ? {} : { rotation: { every } },
    fields: {},
    expected: {},
    secrets: new Map([[POINTER, { kind: "secret", path: "x" }]]),
    origins: new Map(),
    location: { file: `connections/${key}.yaml`, line: 1, column: 1 },
    isProtected: false,
  };
}

function anInventory(...keys: readonly string[]): Inventory {
  return {
    formatVersion: "1.0",
    environment: "dev",
    apiHost: "embedded",
    stateId: "state",
    serial: 1,
    entries: keys.map((key) => ({
      key,
      remoteId: key,
      provider: "gmail",
      authType: "oauth2",
      lastApplied: {},
      secrets: { [POINTER]: { fingerprint: "v1.a.b", appliedAt: APPLIED } },
      isProtected: false,
      phase: "applied",
      appliedAt: APPLIED,
      planDigest: "sha256:0",
    })),
  };
}

describe("due dates of secrets", () => {
  it.each([
    ["90d", "2026-04-01T00:00:00.000Z"],
    ["2w", "2026-01-15T00:00:00.000Z"],
    ["1m", "2026-01-31T00:00:00.000Z"],
  ])("%s after the value was applied", (every, dueAt) => {
    const dates = (now: string): readonly unknown[] =>
      rotationDates(
        [aConnection("a", every)],
        anInventory("a"),
        Date.parse(now),
      );
    expect(dates(dueAt)).toMatchObject([{ dueAt, isOverdue: true }]);
    expect(dates(APPLIED)).toMatchObject([{ dueAt, isOverdue: false }]);
  });

  it("are told for nothing that was never applied or wants no rotation", () => {
    expect(
      rotationDates(
        [aConnection("a", "1d"), aConnection("b")],
        anInventory("b"),
        0,
      ),
    ).toEqual([]);
    expect(rotationDates([aConnection("a", "1d")], null, 0)).toEqual([]);
  });

  it("become warnings once they are over, located at the document", () => {
    const now = Date.parse("2026-06-01T00:00:00Z");
    const warnings = rotationWarnings(
      [aConnection("a", "90d"), aConnection("b", "10m")],
      anInventory("a", "b"),
      now,
    );
    expect(warnings).toMatchObject([
      {
        code: "SEC033",
        severity: "warning",
        location: { file: "connections/a.yaml" },
      },
    ]);
  });
});

describe("a secret to send again", () => {
  const connections = [aConnection("a"), aConnection("b")];
  const remembered = (inventory: Inventory | null): string[] =>
    (inventory?.entries ?? [])
      .filter(({ secrets }) => POINTER in secrets)
      .map(({ key }) => key);

  it.each([
    [["a#client_secret"], ["b"]],
    [["b#credentials.client_secret"], ["a"]],
    [["a#/credentials/client_secret", "b#client_secret"], []],
    ["all", []],
  ] as const)("%j is taken for one that was never sent", (intent, rest) => {
    expect(
      remembered(forgetApplied(anInventory("a", "b"), connections, intent)),
    ).toEqual(rest);
  });

  it.each(["c#client_secret", "a#password", "a", "a#"])(
    "is refused as %j",
    (text) => {
      expect(() =>
        forgetApplied(anInventory("a"), connections, [text]),
      ).toThrow(expect.objectContaining({ code: "SEC001" }) as Error);
    },
  );
});
