import type {
  PlanChange,
  PlanFinding,
  PlanRule,
} from "../../domain/generated/plan.ts";
import { planLocation } from "../diff/field-diff.ts";
import type { DiffInput } from "../diff/input.ts";
import type {
  CelObject,
  CompiledPolicy,
  PolicyScope,
  ValueSize,
} from "../../domain/policy.ts";
import {
  changeScope,
  connectionScope,
  environmentScope,
  sizeOf,
  planScope,
} from "./scope.ts";

/**
 * Most work all policies of one plan may make together, in expression nodes visited. About two
 * seconds on a small machine: enough for a hundred rules over five thousand connections, and an end
 * to what a hostile rule could take.
 */
export const MAX_POLICY_WORK = 50_000_000;

/** What policies look at. */
export interface PolicyInput {
  readonly input: Pick<DiffInput, "rules" | "desired">;
  readonly changes: readonly PlanChange[];
  /** What differs in the rules since the last apply. */
  readonly rules?: readonly PlanRule[];
  /** ISO 8601 UTC. */
  readonly now: string;
}

/** One thing a policy is asked about. */
interface Question {
  readonly key: string | null;
  readonly scope: PolicyScope;
  readonly sizeOf: (variable: string) => ValueSize;
}

const NO_SIZE: ValueSize = { members: 1, text: 1 };

/**
 * Asks every policy about everything it is for. A rule that cannot be evaluated counts as one that
 * refuses: doubt never lets a plan pass.
 */
export function checkPolicies(
  policies: readonly CompiledPolicy[],
  asked: PolicyInput,
): PlanFinding[] {
  if (policies.length === 0) return [];
  const questions = questionsOf(asked);
  let left = MAX_POLICY_WORK;
  return policies.flatMap((policy) => {
    const findings: PlanFinding[] = [];
    for (const question of questions[policy.subject]) {
      left -= policy.cost(question.sizeOf);
      if (left < 0) {
        findings.push(tooMuchWork(policy));
        break;
      }
      const answer = policy.ask(question.scope);
      if (answer.kind === "broken") findings.push(broken(policy, question));
      if (answer.kind === "error")
        findings.push(failed(policy, question.key, answer.reason));
    }
    return findings;
  });
}

function questionsOf({
  input,
  changes,
  rules = [],
  now,
}: PolicyInput): Record<CompiledPolicy["subject"], readonly Question[]> {
  const declared = new Map(
    input.desired.map((each) => [each.key, connectionScope(each)]),
  );
  const environment = environmentScope(input.rules);
  const plan = planScope(changes, rules);
  const shared = { environment, plan, now: new Date(now) };
  const fixed = { plan: sizeOf(plan), environment: sizeOf(environment) };
  const question = (
    key: string | null,
    change: CelObject | null,
    connection: CelObject | null,
  ): Question => {
    const sizes: Readonly<Record<string, ValueSize>> = {
      ...fixed,
      change: sizeOf(change),
      connection: sizeOf(connection),
    };
    return {
      key,
      scope: { ...shared, change, connection },
      sizeOf: (variable) => sizes[variable] ?? NO_SIZE,
    };
  };
  return {
    plan: [question(null, null, null)],
    connection: [...declared].map(([key, connection]) =>
      question(key, null, connection),
    ),
    change: changes.map((each) =>
      question(each.key, changeScope(each), declared.get(each.key) ?? null),
    ),
  };
}

function broken({ rule }: CompiledPolicy, { key }: Question): PlanFinding {
  return {
    code: "PLN114",
    policy: rule.id,
    level: rule.severity,
    ...(key === null ? {} : { key }),
    message: `${rule.message} (policy ${rule.id})`,
    ...(rule.fix === null ? {} : { fix: rule.fix }),
    location: planLocation(rule.location),
  };
}

function failed(
  { rule }: CompiledPolicy,
  key: string | null,
  reason: string,
): PlanFinding {
  return {
    code: "PLN116",
    policy: rule.id,
    level: "refuse",
    ...(key === null ? {} : { key }),
    message: `the policy ${rule.id} cannot be evaluated: ${reason}`,
    fix: "ask has(…) before reading a field that may be missing, and compare like with like",
    location: planLocation(rule.location),
  };
}

function tooMuchWork(policy: CompiledPolicy): PlanFinding {
  return failed(
    policy,
    null,
    "the policies together would take more work than a plan is allowed",
  );
}
