import { shellWord } from "../../util/shell-word.ts";
import { type OpenRun, findOpenRun } from "../../domain/state/open-run.ts";
import { ConflictError } from "../../domain/problem/error.ts";
import type { Plan } from "../../domain/generated/plan.ts";

import type { StateStore } from "../../ports/state-store.ts";

/** What an unfinished run left behind. */
export interface CutOffRun {
  /** From its journal; `null` when the run ended by itself with something open. */
  readonly run: OpenRun | null;
  /** Connections whose change was started or announced and not settled, sorted. */
  readonly openKeys: readonly string[];
  /** The plan that was approved for it, where the state still has it. */
  readonly approved: Plan | null;
}

/**
 * What there is to resume.
 * @throws ConflictError CLI030 when the last run left nothing open: resuming must never be a way to
 * apply something new.
 */
export async function findCutOffRun(
  environment: string,
  state: Pick<
    StateStore,
    "readJournal" | "readInventory" | "readLedger" | "readPlan"
  >,
): Promise<CutOffRun> {
  const run = findOpenRun(await state.readJournal());
  const pending = ((await state.readInventory())?.entries ?? [])
    .filter((entry) => entry.phase === "pending")
    .map((entry) => entry.key);
  const last = (await state.readLedger()).at(-1);
  const isUnfinished = last !== undefined && last.result !== "applied";
  if (run === null && pending.length === 0 && !isUnfinished)
    throw new ConflictError("CLI030", "there is nothing to resume", {
      why: "the last run applied every change of its plan, and no write is left announced",
      fix: `plan and apply as usual: tieline apply ${shellWord(environment)}`,
      notDone: "nothing was changed",
    });
  const left = (last?.outcomes ?? [])
    .filter(({ status }) => isUnfinished && status !== "applied")
    .map(({ key }) => key);
  const digest = run?.planDigest ?? last?.planDigest;
  return {
    run,
    openKeys: [
      ...new Set([...(run?.openKeys ?? []), ...pending, ...left]),
    ].sort(),
    approved: digest === undefined ? null : await state.readPlan(digest),
  };
}
