import { describe, expect, it } from "vitest";
import {
  keptLines,
  keptStatus,
} from "../../../../src/engine/reconcile/kept-texts.ts";
import { chooseHeals } from "../../../../src/engine/reconcile/heals.ts";
import { noticesOf } from "../../../../src/engine/reconcile/notices.ts";
import { summaryOf } from "../../../../src/engine/plan/summary.ts";
import { emptyStatus } from "../../../../src/features/reconcile/next-status.ts";
import { STATUS } from "../../../../src/state/reconcile-codec.ts";

const SECRET = "s3cret-value";
const scrub = (text: string): string => text.replaceAll(SECRET, "***");
const COUNT = 10_000;
const NOW = Date.UTC(2026, 0, 2);
const at = new Date(NOW).toISOString();
const keys = Array.from(
  { length: COUNT },
  (_, index) => `${String(index)}-${"x".repeat(90)}`,
);

describe("what is kept of a tick", () => {
  const hostile = `${keys.join(", ")} \ud800`;
  const status = keptStatus(
    {
      ...emptyStatus("dev"),
      problems: [
        {
          code: "DRV062",
          message: `${SECRET} ${hostile}`,
          fix: SECRET,
          since: at,
        },
      ],
      pending: {
        kind: "rollout",
        digest: "sha256:a",
        intentDigest: "sha256:a",
        summary: summaryOf([], 0),
        since: at,
        waitsFor: keys.map((key) => `${key} ${SECRET} ${hostile.slice(-2000)}`),
        isApprovable: true,
      },
    },
    scrub,
  );

  it("holds no known secret, and stays small whatever connections are called", () => {
    const text = STATUS.encode("dev", status);
    expect(text).not.toContain(SECRET);
    expect(text.length).toBeLessThan(40_000);
    const lines = keptLines([`${"y".repeat(990)}${SECRET}`], scrub).join();
    expect(lines).not.toContain(SECRET.slice(0, 5));
  });

  it("makes notices that are small, too", () => {
    const drift = keys.map((key) => ({
      key,
      paths: Array.from({ length: 500 }, () => "/a/long/path"),
      isMissing: false,
      since: at,
    }));
    const notices = noticesOf(
      null,
      {
        ...status,
        drift,
        lastTick: {
          reason: "interval",
          result: "drifted",
          startedAt: at,
          finishedAt: at,
          requestCount: 1,
        },
      },
      [],
    );
    expect(notices.length).toBeGreaterThan(1);
    for (const notice of notices)
      expect(JSON.stringify(notice).length).toBeLessThan(10_000);
  });

  it("is found out in steps that grow with the connections, not with their square", () => {
    let reads = 0;
    const heals = keys.map((key) => ({
      key,
      paths: [],
      get at(): string {
        reads += 1;
        return at;
      },
    }));
    const drift = keys.map((key) => ({
      key,
      paths: [],
      isMissing: true,
      since: at,
    }));
    const settings = { maxHealsPerHour: 100_000, fightingAfter: 3 };
    expect(chooseHeals(drift, heals, settings, NOW).keys).toHaveLength(COUNT);
    expect(reads).toBeLessThan(10 * COUNT);
  });
});
