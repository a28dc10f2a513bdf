import type { ASTNode } from "@marcbachmann/cel-js";

/**
 * What decides how much work an expression can make: its nodes, by how many loops they are in and
 * by what each of them looks through.
 */
export interface Shape {
  /** Nodes per depth of loops that look at nothing long. */
  readonly plain: readonly number[];
  /** Those that look through a text. */
  readonly texts: readonly number[];
  /** Those that look through any value, a list as well as a text. */
  readonly values: readonly number[];
  readonly variables: ReadonlySet<string>;
}

/**
 * Loops: each visits every member of a list or mapping. `map` is not among them, since chained it
 * builds values that grow without bound.
 */
const LOOPS: ReadonlySet<string> = new Set([
  "all",
  "exists",
  "exists_one",
  "filter",
]);
const FUNCTIONS: ReadonlySet<string> = new Set([
  "has",
  "size",
  "glob",
  "host",
  "days",
  "int",
  "double",
  "string",
  "bool",
  "timestamp",
  "duration",
]);
const METHODS: ReadonlySet<string> = new Set([
  "size",
  "startsWith",
  "endsWith",
  "contains",
  "lowerAscii",
  "upperAscii",
  "getFullYear",
  "getMonth",
  "getDate",
  "getDayOfWeek",
  "getHours",
  "getMinutes",
  "getSeconds",
]);
const MAX_LOOPS = 2;

/**
 * Walks an expression and says what it uses, or why it is refused. Only listed functions pass: no
 * regular expressions, because the evaluator runs them on an engine that can take exponential time;
 * no `map` and no `+` in a loop, because a chain of them doubles its result at each link.
 */
export function inspect(root: ASTNode): Shape | string {
  const variables = new Set<string>();
  const counts = { plain: [0, 0, 0], texts: [0, 0, 0], values: [0, 0, 0] };
  let loops = 0;
  let refusal: string | undefined;
  const visit = (node: ASTNode, depth: number, bound: readonly string[]) => {
    loops = Math.max(loops, depth);
    const found = counts[looksThrough(node)];
    found[depth] = (found[depth] ?? 0) + 1;
    refusal ??= refuse(node, depth);
    if (node.op === "id") {
      if (!bound.includes(node.args)) variables.add(node.args);
      return;
    }
    if (node.op === "rcall" && LOOPS.has(node.args[0])) {
      const [, receiver, [variable, ...body]] = node.args;
      visit(receiver, depth, bound);
      const name = variable?.op === "id" ? [variable.args] : [];
      for (const each of body) visit(each, depth + 1, [...bound, ...name]);
      return;
    }
    for (const child of childrenOf(node)) visit(child, depth, bound);
  };
  visit(root, 0, []);
  if (loops > MAX_LOOPS)
    refusal ??= `loops are nested more than ${String(MAX_LOOPS)} deep`;
  return refusal ?? { ...counts, variables };
}

/**
 * What a node may visit every member or character of at once. Beside a literal there is nothing
 * long to visit.
 */
function looksThrough(node: ASTNode): "plain" | "texts" | "values" {
  switch (node.op) {
    case "in":
      return node.args[1].op === "list" ? "plain" : "values";
    case "==":
    case "!=":
      return node.args.some(({ op }) => op === "value") ? "plain" : "values";
    // Every function and method but these goes through the text it is given; the loops count what
    // is in them.
    case "call":
      return node.args[0] === "has" ? "plain" : "texts";
    case "rcall":
      return LOOPS.has(node.args[0]) || node.args[0].startsWith("get")
        ? "plain"
        : "texts";
    default:
      return TEXT_OPERATORS.has(node.op) ? "texts" : "plain";
  }
}

const TEXT_OPERATORS: ReadonlySet<string> = new Set([
  "<",
  "<=",
  ">",
  ">=",
  "+",
]);

function refuse(node: ASTNode, depth: number): string | undefined {
  if (node.op === "call" && !FUNCTIONS.has(node.args[0]))
    return unknownFunction(node.args[0]);
  if (node.op === "rcall") {
    const [name] = node.args;
    if (!LOOPS.has(name) && !METHODS.has(name)) return unknownFunction(name);
  }
  if (node.op === "+" && depth > 0)
    return "+ is not allowed inside a loop, because what it builds could grow without bound";
  return undefined;
}

function unknownFunction(name: string): string {
  if (name === "matches")
    return 'matches is not allowed, because a regular expression can take unbounded time; use glob(text, "*.example.com"), startsWith or endsWith';
  return `the function ${name} is not part of policies`;
}

function childrenOf(node: ASTNode): readonly ASTNode[] {
  const found: ASTNode[] = [];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (isNode(value)) found.push(value);
  };
  collect(node.args);
  return found;
}

function isNode(value: unknown): value is ASTNode {
  return (
    typeof value === "object" &&
    value !== null &&
    "op" in value &&
    "args" in value
  );
}
