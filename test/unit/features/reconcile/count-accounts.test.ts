import { describe, expect, it } from "vitest";
import type { ConnectionAccounts } from "../../../../src/domain/account.ts";
import { accountsInTurn } from "../../../../src/features/reconcile/count-accounts.ts";
import { emptyStatus } from "../../../../src/features/reconcile/next-status.ts";
import { liveReader } from "../../../support/import.ts";
import { aQuietStatus } from "../../../support/reconcile-samples.ts";

const account = (
  status: string,
  lastUsedAt: string | null,
): Exclude<ConnectionAccounts["listed"], "unknown">[number] => ({
  idHash: `sha256:${status}${lastUsedAt ?? ""}`,
  status,
  updatedAt: null,
  lastUsedAt,
});

const FOUND = new Map<string, ConnectionAccounts>([
  ["zulu", { count: 512, listed: "unknown" }],
  ["none", { count: "unknown", listed: "unknown" }],
  [
    "mail",
    {
      count: 3,
      listed: [
        account("ACTIVE", "2026-01-02T20:00:00Z"),
        account("EXPIRED", "2026-01-03T00:00:00+05:00"),
        account("EXPIRED", null),
      ],
    },
  ],
]);

const inventoryOf = (keys: readonly string[]) => ({
  formatVersion: "1.0" as const,
  environment: "dev",
  apiHost: "embedded",
  stateId: "state",
  serial: 1,
  entries: keys.map((key) => ({ key, remoteId: `id-${key}` })),
});

describe("counting accounts", () => {
  const counted = async (every: number | null, tickCount: number) => {
    const asked: (readonly string[])[] = [];
    const lines = await accountsInTurn(
      {
        ...liveReader([]),
        readAccounts: (keys) => {
          asked.push(keys);
          return Promise.resolve(FOUND);
        },
      },
      { accountsEvery: every },
      {
        // Only names and handles of it are looked at.
        inventory: inventoryOf(["zulu", "none", "mail"]) as never,
        before: { ...aQuietStatus("dev"), tickCount },
        signal: new AbortController().signal,
      },
    );
    return { lines, asked };
  };

  it("tells accounts by status and last use, and what the platform does not say as that", async () => {
    const { lines } = await counted(3, 6);
    expect(lines).toEqual([
      {
        key: "mail",
        byStatus: { ACTIVE: 1, EXPIRED: 2 },
        count: 3,
        lastUsedAt: "2026-01-02T20:00:00Z",
      },
      { key: "none", byStatus: null, count: "unknown", lastUsedAt: null },
      { key: "zulu", byStatus: null, count: 512, lastUsedAt: null },
    ]);
  });

  it.each([
    [null, 6],
    [3, 7],
    [3, 8],
  ])("asks nothing where every is %s at tick %i", async (every, tickCount) => {
    const { lines, asked } = await counted(every, tickCount);
    expect([lines, asked]).toEqual([null, []]);
  });

  it("knows nothing before the first count", () => {
    expect(emptyStatus("dev").accounts).toBeNull();
  });
});
