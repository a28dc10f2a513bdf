/**
 * What a fleet file makes of the environments it names. Whoever starts the process says with it
 * what that process does; it can hold an environment back, and lets none of them go further.
 */
import type {
  FleetDocument,
  FleetEntry,
} from "../../domain/generated/fleet.ts";
import type { ReconcileSettings } from "../../domain/reconcile/settings.ts";
import { durationMs } from "../../util/duration.ts";
import { globOf } from "../../util/glob.ts";
import { moreCareful } from "./standing.ts";

/** A label that environments are chosen by. */
export interface ChosenLabel {
  readonly name: string;
  readonly value: string;
}

/** The environments of a fleet. */
export interface Fleet {
  /** Whether an entry names it and it has all of these labels. */
  includes(environment: string, labels: readonly ChosenLabel[]): boolean;
  /** Settings held to what the fleet says: never further, never oftener. */
  limit(environment: string, settings: ReconcileSettings): ReconcileSettings;
  /** Names and wildcards that fit none of these, as they are written. */
  unused(environments: readonly string[]): readonly string[];
}

/** The fleet of a file. Pure. */
export function fleetOf({ environments }: FleetDocument): Fleet {
  const entries = environments.map((entry) => ({
    ...entry,
    fits: globOf(entry.name),
  }));
  const of = (environment: string): readonly FleetEntry[] =>
    entries.filter(({ fits }) => fits(environment));
  return {
    includes(environment, labels) {
      const mine = of(environment);
      const given = new Map(
        mine.flatMap(({ labels }) => Object.entries(labels ?? {})),
      );
      return (
        mine.length > 0 &&
        labels.every(({ name, value }) => given.get(name) === value)
      );
    },
    limit: (environment, settings) =>
      of(environment).reduce<ReconcileSettings>(
        (held, { mode, interval }) => ({
          ...held,
          mode: mode === undefined ? held.mode : moreCareful(held.mode, mode),
          intervalMs: Math.max(
            held.intervalMs,
            interval === undefined ? 0 : (durationMs(interval) ?? 0),
          ),
        }),
        settings,
      ),
    unused: (known) =>
      entries.filter(({ fits }) => !known.some(fits)).map(({ name }) => name),
  };
}
