import type { DriftReport } from "../../domain/drift.ts";
import type {
  DriftLine,
  Fight,
  HealRecord,
} from "../../domain/reconcile/status.ts";
import type { ReconcileSettings } from "../../domain/reconcile/settings.ts";
import { compareText } from "../../util/compare-text.ts";
import { countOf } from "../../util/count.ts";

const HOUR_MS = 3_600_000;
/** How long a heal is remembered: what a fight is counted over. */
const DAY_MS = 24 * HOUR_MS;
/** Path of a connection that is gone as a whole. */
const WHOLE = "";

/** What of a drift may be taken back now. */
export interface HealChoice {
  /** Connections to take back, sorted. */
  readonly keys: readonly string[];
  /** Fields that somebody moves again and again: their connections are left alone. */
  readonly fights: readonly Fight[];
  /** Why others are left, in sentences. */
  readonly held: readonly string[];
}

/** What drifted, with when each was first seen. `now` is in milliseconds since 1970. */
export function driftLines(
  report: Pick<DriftReport, "drifted" | "missing">,
  before: readonly DriftLine[],
  now: number,
): DriftLine[] {
  const first = new Map(before.map((line) => [lineId(line), line.since]));
  const at = new Date(now).toISOString();
  const lines = [
    ...report.drifted.map(({ key, fields }) => ({
      key,
      paths: fields.map(({ path }) => path),
      isMissing: false,
    })),
    ...report.missing.map((key) => ({ key, paths: [], isMissing: true })),
  ];
  return lines
    .map((line) => ({ ...line, since: first.get(lineId(line)) ?? at }))
    .sort((a, b) => compareText(a.key, b.key));
}

function lineId({
  key,
  isMissing,
}: Pick<DriftLine, "key" | "isMissing">): string {
  return `${key} ${String(isMissing)}`;
}

/** The heals that still count, oldest first. `now` is in milliseconds since 1970. */
export function recentHeals(
  heals: readonly HealRecord[],
  now: number,
): HealRecord[] {
  return heals.filter(({ at }) => now - Date.parse(at) < DAY_MS);
}

/** How many more connections may be taken back now. */
export function healsLeft(
  heals: readonly Pick<HealRecord, "at">[],
  { maxHealsPerHour }: Pick<ReconcileSettings, "maxHealsPerHour">,
  now: number,
): number {
  const used = heals.filter(({ at }) => now - Date.parse(at) < HOUR_MS).length;
  return Math.max(0, maxHealsPerHour - used);
}

/**
 * Chooses what is taken back: everything that drifted but fields that somebody keeps moving, as far
 * as the budget of the hour goes, the longest adrift first. `now` is in milliseconds since 1970.
 */
export function chooseHeals(
  drift: readonly DriftLine[],
  heals: readonly HealRecord[],
  settings: Pick<ReconcileSettings, "maxHealsPerHour" | "fightingAfter">,
  now: number,
): HealChoice {
  const recent = healsByKey(recentHeals(heals, now));
  const fights = drift.flatMap((line) =>
    fightsOf(line, recent.get(line.key) ?? [], settings.fightingAfter),
  );
  const fought = new Set(fights.map(({ key }) => key));
  const left = healsLeft(heals, settings, now);
  const ready = drift
    .filter(({ key }) => !fought.has(key))
    .sort((a, b) => compareText(a.since, b.since) || compareText(a.key, b.key));
  const beyond = ready.length - left;
  return {
    keys: ready
      .slice(0, left)
      .map(({ key }) => key)
      .sort(compareText),
    fights,
    held: [
      ...fights.map(
        ({ key, path, healCount }) =>
          `${key}: ${path === WHOLE ? "it" : path} was taken back ${countOf(healCount, "time")} within a day and moved again each time; somebody else writes it, and the platform does not tell who`,
      ),
      ...(beyond > 0
        ? [
            `${countOf(beyond, "connection")} ${beyond === 1 ? "waits" : "wait"}: reconcile.max_heals_per_hour (${String(settings.maxHealsPerHour)}) is used up`,
          ]
        : []),
    ],
  };
}

function healsByKey(heals: readonly HealRecord[]): Map<string, HealRecord[]> {
  const found = new Map<string, HealRecord[]>();
  for (const heal of heals) {
    const mine = found.get(heal.key);
    if (mine === undefined) found.set(heal.key, [heal]);
    else mine.push(heal);
  }
  return found;
}

/** `heals` are those of this connection. */
function fightsOf(
  { key, paths, isMissing }: DriftLine,
  heals: readonly HealRecord[],
  after: number,
): Fight[] {
  return (isMissing ? [WHOLE] : paths).flatMap((path) => {
    const mine = heals.filter((heal) =>
      isMissing ? heal.paths.length === 0 : heal.paths.includes(path),
    );
    const [first] = mine;
    if (first === undefined || mine.length < after) return [];
    return [{ key, path, healCount: mine.length, since: first.at }];
  });
}
