import type { Plan } from "../../domain/generated/plan.ts";
import type { AppError } from "../../domain/problem/error.ts";

/** What became of one environment. */
export type ReviewedEnvironment =
  | {
      readonly name: string;
      readonly kind: "planned";
      readonly plan: Plan;
      readonly exitCode: number;
    }
  | {
      readonly name: string;
      readonly kind: "failed";
      readonly error: AppError;
      readonly exitCode: number;
    };

/** What a review found. */
export interface ReviewReport {
  /** The commit whose documents were planned; `null` where it came not so far. */
  readonly commit: string | null;
  /** Sorted by name. */
  readonly environments: readonly ReviewedEnvironment[];
  /** How many environments there are that the change does not touch. */
  readonly untouchedCount: number;
  /** What stopped the review as a whole. */
  readonly error: AppError | null;
  readonly exitCode: number;
}

/**
 * What was found so far, as the exit status of it all: the worst there is, by who has to act first.
 */
export function worstCode(codes: readonly number[]): number {
  const found = codes.filter((code) => code !== 0);
  return WORST_FIRST.find((code) => found.includes(code)) ?? found[0] ?? 0;
}

/** Interrupted, failed, not allowed, invalid, stale, refused. */
const WORST_FIRST: readonly number[] = [130, 143, 1, 7, 64, 3, 5, 6];

/** One line for a commit status: names of environments and codes, nothing that a document says. */
export function verdictText(report: ReviewReport): string {
  const { environments, error } = report;
  if (error !== null) return `review failed: ${error.code}`;
  if (environments.length === 0) return "no environment is touched";
  const bad = environments.filter(({ exitCode }) => exitCode !== 0);
  if (bad.length > 0)
    return bad.map((each) => `${each.name} ${badWord(each)}`).join(", ");
  const names = environments.map(({ name }) => name).join(", ");
  return `planned: ${names}`;
}

function badWord(each: ReviewedEnvironment): string {
  if (each.kind === "failed") return `failed: ${each.error.code}`;
  return each.plan.findings.some(({ level }) => level === "refuse")
    ? "is refused by its guards"
    : "is planned in part";
}
