import type * as promClient from "prom-client";
import type { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { EnvironmentStatus } from "../../domain/reconcile/status.ts";
import type { ReconcileSettings } from "../../domain/reconcile/settings.ts";
import { healsLeft } from "../../engine/reconcile/heals.ts";
import type { Clock } from "../../ports/clock.ts";
import type { PageMetrics } from "./options.ts";
import { isReady, suspensionOf, type OverviewRow } from "./overview-row.ts";

/** Numbers about the reconciler; every label names an environment, a mode or a result. */
export interface ReconcileMetrics extends PageMetrics {
  /** Counts a tick of this process that ended. */
  countTick(status: EnvironmentStatus): void;
}

/** What is asked when the numbers are asked for. */
interface MetricsSource {
  readonly clock: Clock;
  /** `null` for an environment of another process. */
  readonly settingsOf: (environment: string) => ReconcileSettings | null;
}

/** Ticks take from a tenth of a second to minutes: each wait for the platform is in them. */
const SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/**
 * Makes the numbers. What environments are like is read when it is asked for, from the store that
 * all processes share; ticks are counted by the process that made them.
 * @returns `null` where the package prom-client is not installed.
 */
export async function createMetrics(
  source: MetricsSource,
): Promise<ReconcileMetrics | null> {
  const client = await import("prom-client").catch(() => null);
  if (client === null) return null;
  const registry = new client.Registry();
  const registers = [registry];
  const ticks = ticksIn(client, registers);
  const gauges = gaugesIn(client, registers);
  let gone: ReadonlySet<string> = new Set();
  return {
    contentType: registry.contentType,
    async text(rows) {
      const now = source.clock.now();
      for (const gauge of Object.values(gauges)) gauge.reset();
      for (const row of rows) fill(gauges, row, { now, source });
      gone = await forgetGone(ticks.total, rows, gone);
      return registry.metrics();
    },
    countWake(result) {
      ticks.wakes.inc({ result });
    },
    countTick({ environment, lastTick }) {
      if (lastTick === null) return;
      const { result, startedAt, finishedAt, requestCount } = lastTick;
      const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
      ticks.duration.observe(Math.max(0, seconds));
      ticks.total.inc({ environment, result });
      ticks.requests.inc(requestCount);
    },
  };
}

type Client = typeof promClient;

interface Ticks {
  readonly duration: Histogram;
  readonly total: Counter<"environment" | "result">;
  readonly requests: Counter;
  readonly wakes: Counter<"result">;
}

function ticksIn(client: Client, registers: Registry[]): Ticks {
  return {
    duration: new client.Histogram({
      name: "tieline_reconcile_duration_seconds",
      help: "How long ticks of this process took.",
      buckets: SECONDS,
      registers,
    }),
    total: new client.Counter({
      name: "tieline_reconcile_total",
      help: "Ticks of this process, by environment and how they ended.",
      labelNames: ["environment", "result"],
      registers,
    }),
    requests: new client.Counter({
      name: "tieline_requests_total",
      help: "Requests that ticks of this process sent.",
      registers,
    }),
    wakes: new client.Counter({
      name: "tieline_wake_total",
      help: "Requests to wake this process, by how they ended.",
      labelNames: ["result"],
      registers,
    }),
  };
}

/** Gauges by environment, each by the last part of its name. */
type Gauges = ReturnType<typeof gaugesIn>;

function gaugesIn(client: Client, registers: Registry[]) {
  const gauge = (name: string, help: string): Gauge<"environment"> =>
    new client.Gauge({
      name: `tieline_${name}`,
      help,
      labelNames: ["environment"],
      registers,
    });
  return {
    info: new client.Gauge({
      name: "tieline_environment_info",
      help: "1, with what an environment is like in its labels.",
      labelNames: ["environment", "mode", "suspended", "ready"],
      registers,
    }),
    drift: gauge(
      "drift_connections",
      "Owned connections that are not as they were applied last.",
    ),
    owned: gauge("owned_connections", "Connections that are owned."),
    success: gauge(
      "last_success_timestamp_seconds",
      "When a tick ended without a failure last.",
    ),
    next: gauge(
      "next_tick_timestamp_seconds",
      "When the next tick is due; long ago where nobody is at it.",
    ),
    failures: gauge(
      "failures_in_a_row",
      "Ticks that failed since the last that did not.",
    ),
    approval: gauge(
      "plan_waits_for_approval",
      "1 while a plan waits for nothing but an approval.",
    ),
    budget: gauge(
      "heal_budget_left",
      "Connections that may still be taken back within the hour.",
    ),
    fights: gauge(
      "fighting_fields",
      "Fields that somebody moves again whenever they are taken back.",
    ),
    requests: gauge(
      "recent_requests",
      "Requests to the platform over the last ticks.",
    ),
    errors: gauge("recent_request_errors", "Of them those that failed."),
    median: gauge(
      "recent_request_median_seconds",
      "How long the platform took for half of them.",
    ),
    accounts: new client.Gauge({
      name: "tieline_accounts",
      help: "Connected accounts by status, as far as they were counted.",
      labelNames: ["environment", "status"],
      registers,
    }),
    uncounted: gauge(
      "uncounted_connections",
      "Connections whose accounts the platform does not tell.",
    ),
    expired: gauge(
      "expired_accounts",
      "Connected accounts whose owner has to consent again.",
    ),
    notices: gauge(
      "undelivered_notices",
      "Notices that did not reach every receiver yet.",
    ),
  };
}

interface Filling {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly source: MetricsSource;
}

function fill(
  gauges: Gauges,
  row: OverviewRow,
  { now, source }: Filling,
): void {
  const { environment, mode, pending, accounts, traffic } = row;
  const label = { environment };
  const set = (gauge: Gauge<"environment">, value: number | null): void => {
    // What is not known has no number: 0 would be one.
    if (value !== null && !Number.isNaN(value)) gauge.set(label, value);
  };
  gauges.info.set(
    {
      environment,
      mode,
      suspended: String(suspensionOf(row, now) !== null),
      ready: String(isReady(row, now)),
    },
    1,
  );
  set(gauges.drift, row.driftCount);
  set(gauges.owned, row.ownedCount);
  set(gauges.success, secondsOf(row.lastSuccessAt));
  set(gauges.next, secondsOf(row.nextTickAt));
  set(gauges.failures, row.failureCount);
  set(
    gauges.approval,
    Number(pending?.isApprovable === true && !row.isApproved),
  );
  set(gauges.fights, row.fightCount);
  set(gauges.requests, traffic.requestCount);
  set(gauges.errors, traffic.errorCount);
  set(
    gauges.median,
    traffic.medianMs === null ? null : traffic.medianMs / 1000,
  );
  for (const [status, count] of Object.entries(accounts?.byStatus ?? {}))
    gauges.accounts.set({ environment, status }, count);
  set(gauges.uncounted, accounts?.unknown ?? null);
  set(gauges.expired, accounts?.expired ?? null);
  set(gauges.notices, row.undeliveredCount);
  const settings = source.settingsOf(environment);
  if (settings !== null)
    set(gauges.budget, healsLeft(row.heals, settings, now));
}

function secondsOf(iso: string | null): number | null {
  return iso === null ? null : Date.parse(iso) / 1000;
}

/**
 * An environment that is gone is counted no more: nothing else bounds how many labels there are. It
 * has to be missing twice, since the first tick of a new one may come before it is stored.
 * @returns those that are missing now.
 */
async function forgetGone(
  total: Ticks["total"],
  rows: readonly OverviewRow[],
  before: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const known = new Set(rows.map(({ environment }) => environment));
  const gone = new Set<string>();
  const { values } = await total.get();
  for (const { labels } of values) {
    const environment = String(labels.environment);
    if (known.has(environment)) continue;
    gone.add(environment);
    if (before.has(environment)) total.remove(labels);
  }
  return gone;
}
