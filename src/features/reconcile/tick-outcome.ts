import type { EnvironmentRules } from "../../domain/environment.ts";
import type { Plan, PlanChange } from "../../domain/generated/plan.ts";
import { AppError, InternalError } from "../../domain/problem/error.ts";
import type {
  AccountsLine,
  DriftLine,
  EnvironmentStatus,
  Fight,
  HealRecord,
  PendingPlan,
  ReconcileProblem,
} from "../../domain/reconcile/status.ts";
import type { DriftProposal } from "../../domain/reconcile/proposal.ts";
import type { Decision } from "../../engine/reconcile/decide.ts";
import { countOf } from "../../util/count.ts";
import type { RunResult } from "../apply/apply.ts";
import type { Revision } from "./followed.ts";
import type { Inspection } from "./inspect.ts";

/** What looking at an environment found. */
export interface Looked {
  readonly rules: EnvironmentRules;
  readonly apiHost: string;
  readonly ownedCount: number;
  readonly commit: string | null;
  readonly subject: string | null;
  readonly inputDigest: string | null;
  readonly appliedCommit: string | null;
  readonly stateId: string | undefined;
  readonly hasMoved: boolean;
  readonly drift: readonly DriftLine[];
  readonly fights: readonly Fight[];
  /** The plan that waits, with why. */
  readonly waiting: {
    readonly plan: Plan;
    readonly pending: PendingPlan;
  } | null;
  /** `null` where nobody counted them in this tick. */
  readonly accounts: readonly AccountsLine[] | null;
  /** `null` before there was anything to propose. */
  readonly proposal: DriftProposal | null;
  readonly problems: readonly FoundProblem[];
}

/** What was carried out. */
export interface Acted {
  readonly plan: Plan;
  readonly purpose: "heal" | "rollout";
  readonly approvedBy: string | null;
  readonly result: RunResult;
  /** What was taken back. */
  readonly healed: readonly HealRecord[];
}

/** How a tick ended. */
export type TickOutcome =
  | { readonly kind: "suspended" }
  | {
      readonly kind: "nothing-new";
      readonly commit: string | null;
      readonly subject: string | null;
    }
  | {
      readonly kind: "failed";
      readonly error: AppError;
      readonly rules: EnvironmentRules | null;
      readonly commit: string | null;
      readonly subject: string | null;
    }
  | LookOutcome
  | ActOutcome;

/** How a tick ended that carried nothing out. */
export interface LookOutcome {
  readonly kind: "looked";
  readonly looked: Looked;
}

/** How a tick ended that carried something out. */
export interface ActOutcome {
  readonly kind: "acted";
  readonly looked: Looked;
  readonly acted: Acted;
}

/** A problem of a tick; since when it is there the status says. */
export type FoundProblem = Omit<ReconcileProblem, "since">;

/** An error as a problem of the environment. */
export function problemLine({ code, message, fix }: AppError): FoundProblem {
  return { code, message, ...(fix === undefined ? {} : { fix }) };
}

/** Connections whose change was carried out. */
export function appliedKeys({
  outcomes,
}: Pick<RunResult, "outcomes">): ReadonlySet<string> {
  return new Set(
    outcomes.filter(({ status }) => status === "applied").map(({ key }) => key),
  );
}

/** Anything thrown as an error of ours. */
export function problemOf(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new InternalError("INT001", "a tick ended in a defect", {
    cause: error,
  });
}

/** What was found, when nothing is carried out of it. */
export function outcomeOfLook(
  found: Inspection,
  facts: {
    readonly revision: Revision;
    readonly inputDigest: string | null;
    readonly before: EnvironmentStatus | null;
    /** Milliseconds since 1970. */
    readonly now: number;
  },
): LookOutcome {
  const { revision, inputDigest, before, now } = facts;
  const { waiting } = found.decision;
  return {
    kind: "looked",
    looked: {
      rules: found.rules,
      apiHost: found.apiHost,
      ownedCount: found.ownedCount,
      commit: revision.commit,
      subject: revision.subject,
      inputDigest,
      appliedCommit: found.appliedCommit,
      stateId: found.stateId,
      hasMoved: found.hasMoved,
      drift: found.drift,
      fights: found.fights,
      waiting:
        waiting === null
          ? null
          : {
              plan: waiting.plan,
              pending: {
                ...waiting.pending,
                since: sinceOf(waiting, before, now),
              },
            },
      accounts: found.accounts,
      proposal: before?.proposal ?? null,
      problems:
        found.unreadable.length === 0
          ? []
          : [
              {
                code: "DRV062",
                message: `${countOf(found.unreadable.length, "connection")} cannot be read: ${found.unreadable.join(", ")}`,
              },
            ],
    },
  };
}

/** What was found, with what became of proposing it. */
export function withProposal(
  { looked }: LookOutcome,
  proposal: DriftProposal | null,
  problem: AppError | null,
): LookOutcome {
  return {
    kind: "looked",
    looked: {
      ...looked,
      proposal,
      problems: [
        ...looked.problems,
        ...(problem === null ? [] : [problemLine(problem)]),
      ],
    },
  };
}

/** A plan that would do the same waits since it was first made. */
function sinceOf(
  { pending }: NonNullable<Decision["waiting"]>,
  before: EnvironmentStatus | null,
  now: number,
): string {
  const known = before?.pending;
  return known?.intentDigest === pending.intentDigest
    ? known.since
    : new Date(now).toISOString();
}

/** What was carried out, on top of what was found. */
export function outcomeOfApply(
  { looked }: LookOutcome,
  {
    apply,
    result,
    at,
  }: {
    readonly apply: NonNullable<Decision["apply"]>;
    readonly result: RunResult;
    /** ISO 8601 UTC. */
    readonly at: string;
  },
): ActOutcome {
  const done = appliedKeys(result);
  const drifted = new Map(looked.drift.map((line) => [line.key, line]));
  const isTakenBack = ({ key }: PlanChange): boolean =>
    done.has(key) && drifted.has(key);
  return {
    kind: "acted",
    looked,
    acted: {
      plan: apply.plan,
      purpose: apply.purpose,
      approvedBy: apply.approvedBy,
      result,
      healed:
        apply.purpose === "heal"
          ? apply.plan.changes.filter(isTakenBack).map(({ key }) => ({
              key,
              paths: drifted.get(key)?.paths ?? [],
              at,
            }))
          : [],
    },
  };
}
