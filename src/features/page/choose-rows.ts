import type { ReconcileMode } from "../../domain/reconcile/settings.ts";
import type { SyncState } from "../../domain/reconcile/status.ts";
import { compareText } from "../../util/compare-text.ts";
import { needsOf, NEEDS, type Need, type OverviewRow } from "./overview-row.ts";

/** Environments on one page. */
export const ROWS_ON_A_PAGE = 50;
/** Longest text that is searched for. */
const MAX_SEARCH = 100;

/** Every answer to how an environment stands to its documents. */
export const SYNC_STATES: readonly SyncState[] = [
  "in-sync",
  "drifted",
  "pending",
  "unknown",
];

/** Every mode. */
export const MODES: readonly ReconcileMode[] = [
  "observe",
  "propose",
  "heal",
  "enforce",
];

/** What is asked for, as it stands in an address. `""` asks for nothing in particular. */
export interface Choice {
  readonly q: string;
  readonly sync: SyncState | "";
  readonly mode: ReconcileMode | "";
  /** `any`, one of {@link NEEDS}, or the code of a problem. */
  readonly problem: string;
  /** From 1. */
  readonly page: number;
}

/** A row with what it needs. */
export interface NeedyRow {
  readonly row: OverviewRow;
  /** Worst first. */
  readonly needs: readonly Need[];
}

/** What is shown of all there is. */
export interface Chosen {
  readonly rows: readonly NeedyRow[];
  /** Of those that are asked for. */
  readonly matchCount: number;
  readonly totalCount: number;
  readonly page: number;
  readonly pageCount: number;
  /** Of all environments, asked for or not. */
  readonly needCounts: Readonly<Record<Need, number>>;
  /** Environments that need something. */
  readonly needyCount: number;
}

/** Reads what is asked for. What is no choice asks for nothing. */
export function readChoice(query: URLSearchParams): Choice {
  const problem = query.get("problem") ?? "";
  return {
    q: (query.get("q") ?? "").trim().slice(0, MAX_SEARCH),
    sync: oneOf(SYNC_STATES, query.get("sync")),
    mode: oneOf(MODES, query.get("mode")),
    problem:
      problem === "any" || isNeed(problem) || /^[A-Z]{3}\d{3}$/u.test(problem)
        ? problem
        : "",
    page: readPage(query, "page"),
  };
}

/** The number of a page in an address, from 1. */
export function readPage(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? "";
  return /^[1-9]\d{0,5}$/u.test(text) ? Number(text) : 1;
}

/** The address of a choice, without what asks for nothing. */
export function addressOf(choice: Partial<Choice>): string {
  const query = new URLSearchParams();
  for (const name of ["q", "sync", "mode", "problem"] as const) {
    const value = choice[name] ?? "";
    if (value !== "") query.set(name, value.toWellFormed());
  }
  const { page = 1 } = choice;
  if (page > 1) query.set("page", String(page));
  const text = query.toString();
  return text === "" ? "/" : `/?${text}`;
}

/**
 * The rows that are asked for, those that need a person first: by what they need, production before
 * the rest, then by name. A page that is not there is the last one.
 */
export function chooseRows(
  rows: readonly OverviewRow[],
  choice: Choice,
  now: number,
): Chosen {
  const needy = rows.map((row) => ({ row, needs: needsOf(row, now) }));
  const needCounts: Record<Need, number> = {
    failing: 0,
    fighting: 0,
    silent: 0,
    approval: 0,
    waiting: 0,
    drifted: 0,
    suspended: 0,
    expired: 0,
  };
  for (const { needs } of needy)
    for (const need of needs) needCounts[need] += 1;
  const matching = needy.filter((each) => fits(each, choice)).sort(compareRows);
  const pageCount = Math.max(1, Math.ceil(matching.length / ROWS_ON_A_PAGE));
  const page = Math.min(choice.page, pageCount);
  const start = (page - 1) * ROWS_ON_A_PAGE;
  return {
    rows: matching.slice(start, start + ROWS_ON_A_PAGE),
    matchCount: matching.length,
    totalCount: rows.length,
    page,
    pageCount,
    needCounts,
    needyCount: needy.filter(({ needs }) => needs.length > 0).length,
  };
}

function fits({ row, needs }: NeedyRow, choice: Choice): boolean {
  const { q, sync, mode, problem } = choice;
  if (sync !== "" && row.sync !== sync) return false;
  if (mode !== "" && row.mode !== mode) return false;
  if (!row.environment.toLowerCase().includes(q.toLowerCase())) return false;
  if (problem === "") return true;
  if (problem === "any") return needs.length > 0;
  return isNeed(problem)
    ? needs.includes(problem)
    : row.problemCodes.includes(problem);
}

function compareRows(a: NeedyRow, b: NeedyRow): number {
  return (
    rankOf(a) - rankOf(b) ||
    Number(b.row.isProduction) - Number(a.row.isProduction) ||
    compareText(a.row.environment, b.row.environment)
  );
}

function rankOf({ needs }: NeedyRow): number {
  const [worst] = needs;
  return worst === undefined ? NEEDS.length : NEEDS.indexOf(worst);
}

function isNeed(text: string): text is Need {
  return NEEDS.some((need) => need === text);
}

function oneOf<T extends string>(
  choices: readonly T[],
  text: string | null,
): T | "" {
  return choices.find((choice) => choice === text) ?? "";
}
