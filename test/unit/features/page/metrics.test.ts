import { describe, expect, it } from "vitest";
import { NO_ORDERS } from "../../../../src/domain/reconcile/orders.ts";
import { createMetrics } from "../../../../src/features/page/metrics.ts";
import {
  overviewRow,
  type OverviewRow,
} from "../../../../src/features/page/overview-row.ts";
import type { ReconcileMetrics } from "../../../../src/features/page/metrics.ts";
import { createFakeClock } from "../../../support/clock.ts";
import {
  aFullStatus,
  aQuietStatus,
  minutesAgo,
  SAMPLE_NOW,
} from "../../../support/reconcile-samples.ts";
import { friendly } from "../../../support/render-samples.ts";

async function someMetrics(): Promise<ReconcileMetrics> {
  const metrics = await createMetrics({
    clock: createFakeClock(SAMPLE_NOW),
    settingsOf: (environment) =>
      environment === "prod"
        ? {
            mode: "heal",
            intervalMs: 300_000,
            retryMs: 10_000,
            fullReadEvery: 10,
            accountsEvery: null,
            maxHealsPerHour: 20,
            fightingAfter: 3,
            requiresSignedCommits: false,
          }
        : null,
  });
  if (metrics === null) throw new TypeError("not installed");
  return metrics;
}

const rowsOf = (...names: readonly string[]): OverviewRow[] =>
  names.map((name) => overviewRow(aQuietStatus(name), NO_ORDERS));

describe("metrics", () => {
  it("tell what an environment is like, and leave out what nobody knows", async () => {
    const metrics = await someMetrics();
    const quiet = {
      ...aQuietStatus("dev"),
      lastSuccessAt: null,
      accounts: null,
    };
    const text = await metrics.text([
      overviewRow(quiet, NO_ORDERS),
      overviewRow(aFullStatus("prod", friendly), {
        ...NO_ORDERS,
        suspension: { by: "a", why: "b", at: minutesAgo(1), until: null },
      }),
    ]);
    const lines = text.split("\n");
    for (const line of [
      'tieline_environment_info{environment="dev",mode="heal",suspended="false",ready="true"} 1',
      'tieline_environment_info{environment="prod",mode="propose",suspended="true",ready="false"} 1',
      'tieline_drift_connections{environment="prod"} 2',
      'tieline_drift_connections{environment="dev"} 0',
      'tieline_last_success_timestamp_seconds{environment="prod"} 1767268500',
      'tieline_heal_budget_left{environment="prod"} 19',
      'tieline_plan_waits_for_approval{environment="prod"} 1',
      'tieline_expired_accounts{environment="prod"} 12',
      'tieline_accounts{environment="prod",status="ACTIVE"} 400',
      'tieline_accounts{environment="prod",status="EXPIRED"} 12',
      // A word that nobody knows is no label.
      'tieline_accounts{environment="prod",status="other"} 1',
      'tieline_uncounted_connections{environment="prod"} 1',
      'tieline_recent_request_errors{environment="prod"} 1',
      'tieline_recent_request_median_seconds{environment="prod"} 0.02',
      'tieline_undelivered_notices{environment="prod"} 1',
    ])
      expect(lines).toContain(line);
    expect(text).not.toMatch(
      /(?:last_success_timestamp_seconds|heal_budget_left|accounts|uncounted_connections)\{environment="dev"[,}]/u,
    );
  });

  it("count ticks by environment and how they ended", async () => {
    const metrics = await someMetrics();
    metrics.countTick(aFullStatus("prod", friendly));
    metrics.countTick(
      aQuietStatus("prod", {
        lastTick: {
          reason: "retry",
          result: "failed",
          startedAt: minutesAgo(1),
          finishedAt: minutesAgo(0),
          requestCount: 3,
        },
      }),
    );
    metrics.countTick(aQuietStatus("new", { lastTick: null }));
    const lines = (await metrics.text(rowsOf("prod"))).split("\n");
    for (const line of [
      'tieline_reconcile_total{environment="prod",result="in-sync"} 1',
      'tieline_reconcile_total{environment="prod",result="failed"} 1',
      'tieline_reconcile_duration_seconds_bucket{le="30"} 1',
      'tieline_reconcile_duration_seconds_bucket{le="60"} 2',
      "tieline_reconcile_duration_seconds_sum 60",
      "tieline_requests_total 5",
    ])
      expect(lines).toContain(line);
  });

  it("have labels for environments that there are, and for nothing that others write", async () => {
    const metrics = await someMetrics();
    for (const name of ["gone", "kept"]) metrics.countTick(aQuietStatus(name));
    const first = await metrics.text(rowsOf("kept"));
    expect(first).toContain('environment="gone"');
    const second = await metrics.text(rowsOf("kept"));
    expect(second).not.toContain('environment="gone"');
    expect(second).toContain('tieline_reconcile_total{environment="kept"');
    const full = await metrics.text([
      overviewRow(
        aFullStatus("prod", (label) => `${label}-told`),
        NO_ORDERS,
      ),
    ]);
    expect(full).not.toContain("-told");
    const labels = new Set(
      [...full.matchAll(/[{,](\w+)="/gu)].map(([, name = ""]) => name),
    );
    expect([...labels].sort()).toEqual([
      "environment",
      "le",
      "mode",
      "ready",
      "result",
      "status",
      "suspended",
    ]);
  });

  it("stay one line a number, whatever an environment is called", async () => {
    const metrics = await someMetrics();
    const name = 'a"} 1\nmade_up{x="\\';
    const status = aQuietStatus(name);
    metrics.countTick(status);
    const text = await metrics.text([overviewRow(status, NO_ORDERS)]);
    expect(text).not.toMatch(/^made_up/mu);
    expect(text).toContain(String.raw`environment="a\"} 1\nmade_up{x=\"\\"`);
  });
});
