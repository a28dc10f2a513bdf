import type { Expression } from "./expression.ts";

/** Steps that are left to take, all ways together: it bounds time and depth for hostile files. */
interface Fuel {
  left: number;
}

const MAX_STEPS = 300;

/**
 * The texts an expression can hold, or `undefined` when that is decided while the program runs.
 * Followed are constants of the same file, members of constant objects and enums, and both sides of
 * a choice.
 */
export function namesOf(
  expression: Expression,
  fuel: Fuel = { left: MAX_STEPS },
): readonly string[] | undefined {
  fuel.left -= 1;
  if (fuel.left < 0) return undefined;
  switch (expression.kind) {
    case "text":
      return [expression.value];
    case "either": {
      const all = expression.options.map((option) => namesOf(option, fuel));
      return all.every((names) => names !== undefined) ? all.flat() : undefined;
    }
    case "cast":
      return namesOf(expression.value, fuel);
    case "name":
    case "member": {
      const value = valueOf(expression, fuel);
      return value === undefined ? undefined : namesOf(value, fuel);
    }
    default:
      return undefined;
  }
}

/** The expression a constant name or member stands for; `undefined` when it is none. */
export function valueOf(
  expression: Expression,
  fuel: Fuel = { left: MAX_STEPS },
): Expression | undefined {
  fuel.left -= 1;
  if (fuel.left < 0) return undefined;
  if (expression.kind === "cast") return valueOf(expression.value, fuel);
  if (expression.kind === "name")
    return follow(expression.scope.find(expression.name)?.only(), fuel);
  return expression.kind === "member"
    ? memberValue(expression, fuel)
    : expression;
}

function memberValue(
  { object, name }: Extract<Expression, { kind: "member" }>,
  fuel: Fuel,
): Expression | undefined {
  if (object.kind === "self")
    return follow(object.members?.member(name)?.only(), fuel);
  const value = valueOf(object, fuel);
  if (value?.kind === "object")
    return value.isOpen
      ? undefined
      : follow(value.entries.get(name)?.value, fuel);
  if (value?.kind === "class")
    return follow(value.members.member(name)?.only(), fuel);
  // A member of a Python enum is asked for its `value`.
  return value?.kind === "text" && name === "value" ? value : undefined;
}

function follow(
  value: Expression | undefined,
  fuel: Fuel,
): Expression | undefined {
  return value === undefined ? undefined : valueOf(value, fuel);
}
