import type { SyntaxNode, SyntaxNodeRef } from "@lezer/common";
import type { Binding, Expression, Scope } from "./expression.ts";

const FUNCTIONS: ReadonlySet<string> = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunction",
  "MethodDeclaration",
]);
const BLOCKS: ReadonlySet<string> = new Set([
  "Block",
  "ForStatement",
  "CatchClause",
]);
export const CLASSES: ReadonlySet<string> = new Set([
  "ClassDeclaration",
  "ClassExpression",
]);

/** The binding that an assignment gives a value: a name, or a member of `this` or of a class. */
export function assignable(
  left: Expression,
  scope: Scope,
): Binding | undefined {
  if (left.kind === "name") return scope.find(left.name);
  if (left.kind !== "member") return undefined;
  const { object } = left;
  const owner =
    object.kind === "name" ? scope.find(object.name)?.only() : object;
  return owner?.kind === "self" || owner?.kind === "class"
    ? owner.members?.own(left.name)
    : undefined;
}

/** Marks the name an expression starts at as changed in place. */
export function openRoot(expression: Expression, scope: Scope): void {
  let root = expression;
  while (root.kind === "member") root = root.object;
  if (root.kind === "name") scope.find(root.name)?.open();
}

/** Whether a node opens a part of a file with names of its own. */
export function opensScope(name: string): boolean {
  return FUNCTIONS.has(name) || BLOCKS.has(name) || CLASSES.has(name);
}

/** Whether a node is a function, methods of objects among them. */
export function isFunction({ name, node }: SyntaxNodeRef): boolean {
  return (
    FUNCTIONS.has(name) ||
    (name === "Property" && node.getChild("ParamList") !== null)
  );
}

/** What follows a name up to the next comma. */
export function siblingsAfter(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let next = node.nextSibling; next !== null; next = next.nextSibling) {
    if (next.name === "," || next.name === ";") break;
    if (!next.name.endsWith("Comment")) found.push(next);
  }
  return found;
}

/** What stands in front of a node. */
export function before(node: SyntaxNode): SyntaxNode | undefined {
  let previous = node.prevSibling;
  while (previous?.name.endsWith("Comment") === true)
    previous = previous.prevSibling;
  return previous ?? undefined;
}

/** A name in a pattern: the members on the way to it, and the whole pattern. */
interface PatternPath {
  readonly pattern: SyntaxNode | null;
  /** The innermost first; `null` for one that is called as the name. */
  readonly members: readonly (SyntaxNode | null)[];
}

/** Climbs from a part of a pattern to the whole, `{ deps: { client } }`. */
export function pathOf(property: SyntaxNode): PatternPath {
  const members: (SyntaxNode | null)[] = [];
  let at: SyntaxNode | null = property;
  let pattern: SyntaxNode | null = null;
  while (at?.name === "PatternProperty") {
    members.push(at.getChild("PropertyName"));
    pattern = at.parent;
    at = pattern?.parent ?? null;
  }
  return { pattern, members };
}
