import type { SyntaxNode, SyntaxNodeRef, Tree } from "@lezer/common";
import {
  OPAQUE,
  Scope,
  type Binding,
  type Call,
  type CodeModel,
  type Expression,
  type Placed,
} from "./expression.ts";
import { JavaScriptReader } from "./javascript-expression.ts";
import { valueOf } from "./names.ts";
import { isKnownCall } from "./sdk-methods.ts";
import {
  childrenOf,
  commaSeparated,
  isBroken,
  MAX_CALLS,
  Source,
} from "./syntax.ts";

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
const CLASSES: ReadonlySet<string> = new Set([
  "ClassDeclaration",
  "ClassExpression",
]);

interface Pending {
  readonly node: SyntaxNode;
  readonly scope: Scope;
}

/** Takes a file of JavaScript or TypeScript apart. Names are bound first, so that a use may stand before its declaration. */
export function modelOfJavaScript(tree: Tree, text: string): CodeModel {
  return new JavaScriptModel(text).build(tree);
}

class JavaScriptModel {
  readonly #source: Source;
  readonly #reader: JavaScriptReader;
  readonly #scopes: Scope[] = [new Scope()];
  readonly #calls: Pending[] = [];
  readonly #assignments: Pending[] = [];

  constructor(text: string) {
    this.#source = new Source(text);
    this.#reader = new JavaScriptReader(this.#source);
  }

  build(tree: Tree): CodeModel {
    tree.iterate({
      enter: (ref) => {
        this.#enter(ref);
      },
      leave: ({ name }) => {
        if (opensScope(name)) this.#scopes.pop();
      },
    });
    for (const pending of this.#assignments) this.#assign(pending);
    return { calls: this.#calls.flatMap((each) => this.#call(each) ?? []) };
  }

  get #scope(): Scope {
    return this.#scopes.at(-1) ?? new Scope();
  }

  #enter(ref: SyntaxNodeRef): void {
    const scope = this.#scope;
    if (CLASSES.has(ref.name)) this.#scopes.push(new Scope(scope, new Scope()));
    else if (opensScope(ref.name)) this.#scopes.push(new Scope(scope));
    switch (ref.name) {
      case "VariableDefinition":
        this.#define(ref.node, this.#scope);
        break;
      case "EnumDeclaration":
        this.#enumeration(ref.node, scope);
        break;
      case "PropertyDeclaration":
        this.#property(ref.node, scope);
        break;
      case "AssignmentExpression":
      case "UnaryExpression":
        this.#assignments.push({ node: ref.node, scope });
        break;
      case "CallExpression":
        if (this.#calls.length < MAX_CALLS && this.#isOfInterest(ref.node))
          this.#calls.push({ node: ref.node, scope });
        break;
    }
  }

  /** A name that is introduced, by whatever introduces it. */
  #define(node: SyntaxNode, scope: Scope): void {
    const name = this.#source.of(node);
    const parent = node.parent;
    switch (parent?.name) {
      case "VariableDeclaration": {
        const value = this.#initializer(node, scope);
        if (value !== undefined) scope.own(name).add(value);
        return;
      }
      case "ImportDeclaration":
      case "ImportGroup": {
        const value = this.#imported(node, parent);
        scope.own(name).add(() => value);
        return;
      }
      case "PatternProperty":
        this.#destructured(node, parent, scope);
        return;
      case "FunctionDeclaration": {
        const returns =
          this.#reader.type(parent.getChild("TypeAnnotation"), scope) ?? OPAQUE;
        // The name belongs to the scope around the function.
        (scope.parent ?? scope)
          .own(name)
          .add(() => ({ kind: "function", returns }));
        return;
      }
      case "ParamList":
        this.#parameter(node, parent, scope);
        return;
      default:
        scope.own(name).open();
    }
  }

  #initializer(node: SyntaxNode, scope: Scope): (() => Expression) | undefined {
    const after = siblingsAfter(node);
    const annotation = after.find((each) => each.name === "TypeAnnotation");
    const equals = after.findIndex((each) => each.name === "Equals");
    const type = this.#reader.type(annotation ?? null, scope);
    const init = equals < 0 ? undefined : after[equals + 1];
    if (init === undefined) return type === undefined ? undefined : () => type;
    return () => {
      const value = this.#reader.read(init, scope);
      return value.kind === "opaque" && type !== undefined ? type : value;
    };
  }

  #imported(node: SyntaxNode, parent: SyntaxNode): Expression {
    const declaration = parent.name === "ImportGroup" ? parent.parent : parent;
    const module = declaration?.getChild("String");
    if (module === null || module === undefined) return OPAQUE;
    const previous = before(node);
    const isAlias = previous?.name === "as";
    const original = isAlias ? before(previous) : undefined;
    const isNamespace = original?.name === "Star";
    const name = isNamespace
      ? null
      : parent.name === "ImportDeclaration"
        ? "default"
        : this.#source.of(original ?? node);
    const path = this.#source.of(module).slice(1, -1);
    return { kind: "imported", module: path, name };
  }

  /** `const { actions: a } = client`; deeper patterns and defaults are not followed. */
  #destructured(node: SyntaxNode, property: SyntaxNode, scope: Scope): void {
    const name = this.#source.of(node);
    const pattern = property.parent;
    const isPlain = property.getChild("Equals") === null;
    if (pattern?.parent?.name !== "VariableDeclaration" || !isPlain) {
      scope.own(name).open();
      return;
    }
    const member =
      this.#reader.nameOf(property.getChild("PropertyName") ?? undefined) ??
      name;
    const value = this.#initializer(pattern, scope);
    if (value === undefined) scope.own(name).open();
    else
      scope
        .own(name)
        .add(() => ({ kind: "member", object: value(), name: member }));
  }

  #parameter(node: SyntaxNode, list: SyntaxNode, scope: Scope): void {
    const name = this.#source.of(node);
    const after = siblingsAfter(node);
    const type = this.#reader.type(
      after.find((each) => each.name === "TypeAnnotation") ?? null,
      scope,
    );
    const binding = scope.own(name);
    binding.open();
    if (type === undefined) return;
    binding.add(() => type);
    // `constructor(private client: ScalekitClient)` declares a member too.
    const previous = before(node);
    const isMember = /^(?:Privacy|readonly)$/u.test(previous?.name ?? "");
    if (isMember && list.parent?.name === "MethodDeclaration")
      scope.members?.own(name).add(() => type);
  }

  #enumeration(node: SyntaxNode, scope: Scope): void {
    const name = node.getChild("TypeDefinition");
    const body = node.getChild("EnumBody");
    if (name === null || body === null) return;
    const entries = new Map<string, Placed>();
    for (const [key, , value] of commaSeparated(body)) {
      const member = this.#reader.nameOf(key);
      if (member !== undefined && value !== undefined)
        entries.set(member, {
          value: this.#reader.read(value, scope),
          from: value.from,
        });
    }
    scope
      .own(this.#source.of(name))
      .add(() => ({ kind: "object", entries, isOpen: false }));
  }

  #property(node: SyntaxNode, scope: Scope): void {
    const children = childrenOf(node);
    const key = children.find(({ name }) => name.endsWith("Definition"));
    const name = this.#reader.nameOf(key);
    if (name === undefined || key === undefined) return;
    const value = this.#initializer(key, scope);
    if (value !== undefined) scope.members?.own(name).add(value);
  }

  #assign({ node, scope }: Pending): void {
    const [first, second, third] = childrenOf(node);
    if (node.name === "UnaryExpression") {
      if (first?.name === "delete" && second !== undefined)
        openRoot(this.#reader.read(second, scope), scope);
      return;
    }
    const left = this.#reader.read(first ?? null, scope);
    const binding =
      second?.name === "Equals" ? assignable(left, scope) : undefined;
    // A constant object whose member is set is no constant.
    if (binding === undefined || third === undefined) openRoot(left, scope);
    else binding.add(() => this.#reader.read(third, scope));
  }

  #isOfInterest(node: SyntaxNode): boolean {
    let target = node.firstChild;
    if (target?.name === "InstantiationExpression") target = target.firstChild;
    const property = target?.name === "MemberExpression" && target.lastChild;
    return property ? isKnownCall(this.#source.of(property)) : false;
  }

  #call({ node, scope }: Pending): Call | undefined {
    const [target, list] = childrenOf(node);
    if (target === undefined || list?.name !== "ArgList") return undefined;
    const given: Given = { positional: [], named: new Map(), isOpen: false };
    for (const [first, more] of commaSeparated(list))
      if (first === undefined || first.name === "Spread" || more !== undefined)
        given.isOpen = true;
      else this.#argument(first, scope, given);
    const callee = this.#reader.read(target, scope);
    const from = target.lastChild?.from ?? target.from;
    const broken = isBroken(node);
    return { ...given, callee, from, isBroken: broken };
  }

  /** The members of an object are what other languages call named arguments. */
  #argument(node: SyntaxNode, scope: Scope, given: Given): void {
    const { from } = node;
    const argument = this.#reader.read(node, scope);
    given.positional.push({ value: argument, from });
    const value = valueOf(argument);
    if (value?.kind !== "object") {
      given.isOpen ||= argument.kind !== "text";
      return;
    }
    given.isOpen ||= value.isOpen;
    const isWritten = argument.kind === "object";
    for (const [name, entry] of value.entries)
      // What a constant object holds is reported where it is used.
      given.named.set(name, isWritten ? entry : { value: entry.value, from });
  }
}

/** Arguments while they are gathered. */
interface Given {
  readonly positional: Placed[];
  readonly named: Map<string, Placed>;
  isOpen: boolean;
}

/** The binding that an assignment gives a value: a name, or a member of `this`. */
function assignable(left: Expression, scope: Scope): Binding | undefined {
  if (left.kind === "name") return scope.find(left.name);
  return left.kind === "member" && left.object.kind === "self"
    ? left.object.members?.own(left.name)
    : undefined;
}

/** Marks the name an expression starts at as changed in place. */
function openRoot(expression: Expression, scope: Scope): void {
  let root = expression;
  while (root.kind === "member") root = root.object;
  if (root.kind === "name") scope.find(root.name)?.open();
}

function opensScope(name: string): boolean {
  return FUNCTIONS.has(name) || BLOCKS.has(name) || CLASSES.has(name);
}

/** What follows a name up to the next comma. */
function siblingsAfter(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let next = node.nextSibling; next !== null; next = next.nextSibling) {
    if (next.name === "," || next.name === ";") break;
    if (!next.name.endsWith("Comment")) found.push(next);
  }
  return found;
}

function before(node: SyntaxNode): SyntaxNode | undefined {
  let previous = node.prevSibling;
  while (previous?.name.endsWith("Comment") === true)
    previous = previous.prevSibling;
  return previous ?? undefined;
}
