import type { Environment, ParseResult } from "@marcbachmann/cel-js";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { PolicyRule } from "../../domain/environment.ts";
import { hostOf } from "../../domain/address.ts";
import type {
  CompiledPolicy,
  PolicyScope,
  PolicySubject,
  ValueSize,
} from "../../domain/policy.ts";
import { periodDays } from "../../domain/rotation.ts";
import { inspect, type Shape } from "./restrict.ts";
import { append } from "../../util/append.ts";
import { largest } from "../../util/extremes.ts";
import { matchesGlob } from "../../util/glob.ts";

const MAX_NODES = 300;
const MAX_DEPTH = 24;
const MAX_REASON = 200;

/** What became of the policies of an environment. */
export interface CompiledPolicies {
  readonly policies: readonly CompiledPolicy[];
  /** CFG029 for each expression that is no rule, at the policy. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads the expressions of policies: syntax, names, types and the limits that keep every evaluation
 * short. The evaluator is loaded here, so an environment without policies never pays for it.
 */
export async function compilePolicies(
  rules: readonly PolicyRule[],
): Promise<CompiledPolicies> {
  if (rules.length === 0) return { policies: [], diagnostics: [] };
  const cel = await import("@marcbachmann/cel-js");
  const environment = environmentOf(new cel.Environment(OPTIONS));
  const policies: CompiledPolicy[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const rule of rules) {
    const problems: string[] = [];
    const parsed = [rule.rule, ...(rule.when === null ? [] : [rule.when])].map(
      (text, index) => {
        const result = readExpression(environment, text);
        if (typeof result === "string")
          problems.push(`${index === 0 ? "rule" : "when"}: ${result}`);
        return result;
      },
    );
    const [main, condition] = parsed;
    if (
      problems.length > 0 ||
      typeof main !== "object" ||
      typeof condition === "string"
    )
      append(
        diagnostics,
        problems.map((problem) => invalid(rule, problem)),
      );
    else policies.push(compiled(rule, main, condition));
  }
  return { policies, diagnostics };
}

const OPTIONS = {
  unlistedVariablesAreDyn: false,
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: MAX_NODES, maxDepth: MAX_DEPTH },
};

function environmentOf(environment: Environment): Environment {
  return environment
    .registerVariable("change", "dyn")
    .registerVariable("connection", "dyn")
    .registerVariable("environment", "dyn")
    .registerVariable("plan", "dyn")
    .registerVariable("now", "google.protobuf.Timestamp")
    .registerFunction("glob(string, string): bool", glob)
    .registerFunction("days(string): int", days)
    .registerFunction("host(string): string", (text: string) =>
      (hostOf(text) ?? "").toLowerCase(),
    );
}

function glob(text: string, pattern: string): boolean {
  return matchesGlob(pattern, text);
}

function days(period: string): bigint {
  const count = periodDays(period);
  if (count === undefined) throw new TypeError("not a period such as 90d");
  return BigInt(count);
}

interface Expression {
  readonly run: ParseResult;
  readonly shape: Shape;
}

/** An expression that may be asked, or what is wrong with it. */
function readExpression(
  environment: Environment,
  text: string,
): Expression | string {
  let run: ParseResult;
  try {
    run = environment.parse(text);
  } catch (error) {
    return summaryOf(error);
  }
  const shape = inspect(run.ast);
  if (typeof shape === "string") return shape;
  const { valid, type, error } = run.check();
  if (!valid) return summaryOf(error);
  if (type !== "bool" && type !== "dyn")
    return `it gives ${String(type)}; a rule gives true or false`;
  return { run, shape };
}

function compiled(
  rule: PolicyRule,
  main: Expression,
  condition: Expression | undefined,
): CompiledPolicy {
  const all = condition === undefined ? [main] : [condition, main];
  return {
    rule,
    subject: subjectOf(all),
    cost: (sizeOf) =>
      all.reduce((sum, { shape }) => sum + costOf(shape, sizeOf), 0),
    ask: (scope) => {
      if (condition !== undefined) {
        const applies = evaluate(condition, scope);
        if (typeof applies === "string")
          return { kind: "error", reason: `when: ${applies}` };
        if (!applies) return { kind: "not-asked" };
      }
      const holds = evaluate(main, scope);
      if (typeof holds === "string") return { kind: "error", reason: holds };
      return { kind: holds ? "holds" : "broken" };
    },
  };
}

function costOf(
  { plain, texts, values, variables }: Shape,
  sizeOf: (variable: string) => ValueSize,
): number {
  const sizes = [...variables].map(sizeOf);
  const members = largest(
    sizes.map((size) => size.members),
    1,
  );
  const text = largest(
    sizes.map((size) => size.text),
    1,
  );
  const at = (counts: readonly number[], depth: number): number =>
    counts[depth] ?? 0;
  return plain.reduce(
    (sum, count, depth) =>
      sum +
      members ** depth *
        (count +
          at(texts, depth) * text +
          at(values, depth) * Math.max(members, text)),
    0,
  );
}

function subjectOf(expressions: readonly Expression[]): PolicySubject {
  const reads = (name: string): boolean =>
    expressions.some(({ shape }) => shape.variables.has(name));
  if (reads("change")) return "change";
  return reads("connection") ? "connection" : "plan";
}

/** True, false, or why there is no answer. */
function evaluate({ run }: Expression, scope: PolicyScope): boolean | string {
  try {
    const answer: unknown = run({ ...scope });
    return typeof answer === "boolean"
      ? answer
      : "it gives neither true nor false";
  } catch (error) {
    return summaryOf(error);
  }
}

function summaryOf(error: unknown): string {
  const summary =
    typeof error === "object" && error !== null && "summary" in error
      ? String(error.summary)
      : "a function was given something it cannot use";
  return summary.length > MAX_REASON
    ? `${summary.slice(0, MAX_REASON).toWellFormed()}…`
    : summary;
}

function invalid(rule: PolicyRule, problem: string): Diagnostic {
  return {
    code: "CFG029",
    severity: "error",
    message: `the policy "${rule.id}" cannot be used: ${problem}`,
    location: rule.location,
    why: "policies are CEL expressions over change, connection, environment, plan and now, of limited size and work",
    fix: "correct the expression; docs/guides/policies.md lists what it may use, with examples",
  };
}
