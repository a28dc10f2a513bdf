import type { EnvironmentReconcile } from "../../domain/generated/environment.ts";
import type { ReconcileSettings } from "../../domain/reconcile/settings.ts";
import { durationMs } from "../../util/duration.ts";

/** Shorter intervals would be a load on the platform, and longer ones no reconciling. */
const LEAST_INTERVAL_MS = 10_000;
const MOST_INTERVAL_MS = 7 * 24 * 3_600_000;

/** How an environment is reconciled, with every default. */
export function reconcileSettings(
  written: EnvironmentReconcile = {},
): ReconcileSettings {
  const interval = durationOf(written.interval ?? "5m");
  const intervalMs = Math.min(
    MOST_INTERVAL_MS,
    Math.max(LEAST_INTERVAL_MS, interval),
  );
  return {
    mode: written.mode ?? "observe",
    intervalMs,
    retryMs: Math.min(intervalMs, durationOf(written.retry_interval ?? "30s")),
    fullReadEvery: written.full_read_every ?? 12,
    accountsEvery: written.accounts_every ?? null,
    maxHealsPerHour: written.max_heals_per_hour ?? 20,
    fightingAfter: written.fighting_after ?? 3,
    requiresSignedCommits: written.signed_commits ?? false,
  };
}

/** The schema lets no other text through. */
function durationOf(text: string): number {
  const ms = durationMs(text);
  if (ms === undefined) throw new TypeError("not a duration such as 5m");
  return ms;
}
