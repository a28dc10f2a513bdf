import type { ProcessEnv } from "../domain/environment-access.ts";
import type { Scrubber } from "../domain/secret/scrubber.ts";
import type { StateSettings } from "../domain/state/state.ts";
import type { Clock } from "../ports/clock.ts";
import type { ReconcileStore } from "../ports/reconcile-store.ts";
import { LOCAL_FOLDER } from "../platform/files/index.ts";
import { createFileReconcileStore } from "../state/file/reconcile-store.ts";
import { createPostgresReconcileStore } from "../state/postgres/reconcile-store.ts";
import { databaseFor } from "./database.ts";
import { localPath } from "./local-folder.ts";
import { systemProcesses } from "./processes.ts";
import { systemClock } from "./system-clock.ts";

/** What the reconciler's memory is opened with. */
export interface ReconcileStoreOptions {
  /** Absolute folder of the workspace. */
  readonly root: string;
  /** Where the state is: with state in PostgreSQL the memory is beside it, else on this machine. */
  readonly settings: StateSettings;
  readonly env: ProcessEnv;
  readonly scrubber: Scrubber;
  readonly clock?: Clock;
}

/** Opens what the reconciler remembers. Reads nothing yet. */
export function openReconcileStore(
  options: ReconcileStoreOptions,
): ReconcileStore {
  const { root, settings, env, scrubber } = options;
  const clock = options.clock ?? systemClock;
  if (settings.backend === "postgres")
    return createPostgresReconcileStore(
      databaseFor({ schema: settings.schema, env, scrubber, clock }),
    );
  return createFileReconcileStore({
    folder: localPath(root, "reconcile"),
    place: `${LOCAL_FOLDER}/reconcile`,
    clock,
    processes: systemProcesses,
  });
}
