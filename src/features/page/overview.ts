import type { Clock } from "../../ports/clock.ts";
import type { ReconcileStore } from "../../ports/reconcile-store.ts";
import { overviewRow, type OverviewRow } from "./overview-row.ts";

/** Every environment, at one time. */
export interface Overview {
  /** Sorted by name. */
  readonly rows: readonly OverviewRow[];
  /** Milliseconds since 1970. */
  readonly readAt: number;
}

/** Keeps an overview for a moment: a page that many look at costs the store one reading. */
export interface OverviewReader {
  read(): Promise<Overview>;
  /** `undefined` for an environment that the store does not know. */
  find(environment: string): Promise<OverviewRow | undefined>;
  /** What was read last, however old. */
  peek(): Overview | null;
  /** Makes the next reading a new one: somebody changed something. */
  forget(): void;
}

const KEPT_MS = 5_000;
/** How old what is shown may be while it is read anew: nobody waits for a store that is slow. */
const STALE_MS = 60_000;
/** How often a name that nobody knows makes the store be read again. */
const UNKNOWN_KEPT_MS = 1_000;
const ORDERS_AT_ONCE = 8;

/** Makes the reader. */
export function createOverview(
  store: ReconcileStore,
  clock: Clock,
): OverviewReader {
  let kept: Overview | null = null;
  let reading: Promise<Overview> | null = null;
  let generation = 0;

  const load = async (): Promise<Overview> => {
    const begun = generation;
    const readAt = clock.now();
    const overview = { rows: await readRows(store), readAt };
    if (begun === generation) kept = overview;
    return overview;
  };
  const readAnew = (): Promise<Overview> => {
    const mine = reading ?? load();
    reading = mine;
    const end = (): void => {
      if (reading === mine) reading = null;
    };
    mine.then(end, end);
    return mine;
  };
  const read = (keptMs: number, staleMs: number): Promise<Overview> => {
    if (kept === null) return readAnew();
    // A clock that was set back must not keep it for longer.
    const age = Math.abs(clock.now() - kept.readAt);
    if (age <= keptMs) return Promise.resolve(kept);
    const coming = readAnew();
    return age <= staleMs ? Promise.resolve(kept) : coming;
  };
  const findIn = (
    { rows }: Overview,
    environment: string,
  ): OverviewRow | undefined =>
    rows.find((row) => row.environment === environment);

  return {
    read: () => read(KEPT_MS, STALE_MS),
    async find(environment) {
      const found = findIn(await read(KEPT_MS, STALE_MS), environment);
      return (
        found ??
        findIn(await read(UNKNOWN_KEPT_MS, UNKNOWN_KEPT_MS), environment)
      );
    },
    peek: () => kept,
    forget() {
      generation += 1;
      kept = null;
      reading = null;
    },
  };
}

async function readRows(store: ReconcileStore): Promise<OverviewRow[]> {
  const statuses = await store.readStatuses();
  const rows: OverviewRow[] = [];
  for (let start = 0; start < statuses.length; start += ORDERS_AT_ONCE) {
    const some = statuses.slice(start, start + ORDERS_AT_ONCE);
    const done = await Promise.all(
      some.map(async (status) =>
        overviewRow(status, await store.readOrders(status.environment)),
      ),
    );
    for (const row of done) rows.push(row);
  }
  return rows;
}
