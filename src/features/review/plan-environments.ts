import type { EnvironmentRules } from "../../domain/environment.ts";
import type { Plan } from "../../domain/generated/plan.ts";
import {
  AppError,
  ConflictError,
  InternalError,
  UserError,
} from "../../domain/problem/error.ts";
import { shortCommit } from "../../domain/provenance.ts";
import { reachesSeveralHosts } from "../../environment/runtime.ts";
import { EXIT, exitCodeOf, exitCodeOfPlan } from "../../command/exit-codes.ts";
import type { Io } from "../../command/io.ts";
import {
  withPlannable,
  type SnapshotOptions,
} from "../../command/open-environment.ts";
import { saidBeside } from "../../command/runtime-options.ts";
import { planIn } from "../plan/plan-in.ts";
import type { ReviewInput } from "./command.ts";
import type { ReviewedEnvironment } from "./report.ts";

/** What is to be planned, and of which commit. */
export interface PlansWanted {
  readonly names: readonly string[];
  readonly commit: string;
  /** Rules of those environments that have any. */
  readonly rules: readonly EnvironmentRules[];
}

/**
 * Plans each environment from the documents of the commit. One that cannot be planned says so and
 * stops none of the others.
 */
export async function planEnvironments(
  { names, commit, rules }: PlansWanted,
  input: ReviewInput,
  io: Io,
): Promise<readonly ReviewedEnvironment[]> {
  const choice = {
    ref: commit,
    isOneOfSeveral: reachesSeveralHosts(rules, saidBeside(input, io)),
  };
  const reviewed: ReviewedEnvironment[] = [];
  for (const name of names) {
    try {
      const { plan } = await withPlannable(
        name,
        { input, io },
        (environment) => planIn(environment),
        { ...choice, snapshot: snapshotFor(name, input) },
      );
      assertPlanOf(plan, name, commit);
      reviewed.push({ name, kind: "planned", plan, exitCode: codeOf(plan) });
    } catch (cause) {
      reviewed.push(failedEnvironment(name, asAppError(cause)));
    }
  }
  return reviewed;
}

/** The snapshot of an environment, where one is to be planned from: a file, or one in a folder. */
function snapshotFor(
  name: string,
  { options: { snapshot, maxAge } }: ReviewInput,
): SnapshotOptions | undefined {
  if (snapshot === undefined) return undefined;
  const file = snapshot.endsWith(".json")
    ? snapshot
    : `${snapshot}/${name}.json`;
  return { file, maxAge };
}

/** An environment of which there is no plan. */
export function failedEnvironment(
  name: string,
  error: AppError,
): ReviewedEnvironment {
  return { name, kind: "failed", error, exitCode: exitCodeOf(error) };
}

/** An environment that had to be planned and is not in the commit. */
export function missingEnvironment(name: string): ReviewedEnvironment {
  return failedEnvironment(
    name,
    new UserError("REV002", `the environment "${name}" was not planned`, {
      why: "a plan of it was expected, and the commit has no such environment",
      fix: "put its folder in environments/ back; where it is meant to go, name those that remain with --expect-environments",
      notDone: "nothing was planned for it",
    }),
  );
}

/** Whatever was thrown, as something that can be told. */
export function asAppError(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  return new InternalError("INT001", "the review met something unexpected", {
    cause,
  });
}

/** @throws ConflictError REV002 for a plan of something else than what is reviewed. */
function assertPlanOf(plan: Plan, name: string, commit: string): void {
  if (plan.environment === name && plan.source.commit === commit) return;
  throw new ConflictError(
    "REV002",
    `the plan for "${name}" is not of the commit under review`,
    {
      why: `it is of ${plan.source.commit === null ? "no commit" : shortCommit(plan.source.commit)}, and ${shortCommit(commit)} is reviewed`,
      fix: "run the review again",
      notDone: "the plan was not posted",
    },
  );
}

function codeOf(plan: Plan): number {
  return plan.findings.some(({ level }) => level === "refuse")
    ? EXIT.refused
    : exitCodeOfPlan(plan, EXIT.failed);
}
