import type { SyntaxNode, SyntaxNodeRef, Tree } from "@lezer/common";
import {
  resultOf,
  returned,
  Scope,
  type Call,
  type CodeModel,
  type Expression,
  type Placed,
} from "./expression.ts";
import { Functions } from "./functions.ts";
import { PythonReader } from "./python-expression.ts";
import { isKnownCall } from "./sdk-methods.ts";
import {
  childrenOf,
  commaSeparated,
  isBroken,
  MAX_CALLS,
  Source,
} from "./syntax.ts";

const SCOPES: ReadonlySet<string> = new Set([
  "FunctionDefinition",
  "LambdaExpression",
  "ClassDefinition",
]);

const FUNCTIONS: ReadonlySet<string> = new Set([
  "FunctionDefinition",
  "LambdaExpression",
]);

interface Pending {
  readonly node: SyntaxNode;
  readonly scope: Scope;
}

/**
 * Takes a file of Python apart. Names are bound first, so that a use may stand before its
 * assignment.
 */
export function modelOfPython(tree: Tree, text: string): CodeModel {
  return new PythonModel(text).build(tree);
}

class PythonModel {
  readonly #source: Source;
  readonly #reader: PythonReader;
  readonly #module = new Scope();
  readonly #scopes: Scope[] = [this.#module];
  readonly #calls: Pending[] = [];
  readonly #functions = new Functions();

  constructor(text: string) {
    this.#source = new Source(text);
    this.#reader = new PythonReader(this.#source, (from) =>
      this.#functions.at(from),
    );
  }

  build(tree: Tree): CodeModel {
    tree.iterate({
      enter: (ref) => {
        this.#enter(ref);
      },
      leave: ({ name }) => {
        if (SCOPES.has(name)) this.#scopes.pop();
        if (FUNCTIONS.has(name)) this.#functions.leave();
      },
    });
    return { calls: this.#calls.flatMap((each) => this.#call(each) ?? []) };
  }

  get #scope(): Scope {
    return this.#scopes.at(-1) ?? this.#module;
  }

  #enter(ref: SyntaxNodeRef): void {
    const scope = this.#scope;
    switch (ref.name) {
      case "ClassDefinition":
        this.#class(ref.node, scope);
        break;
      case "FunctionDefinition":
      case "LambdaExpression":
        this.#function(ref.node, scope);
        break;
      case "ReturnStatement":
      case "YieldStatement":
      case "YieldExpression":
        this.#returns(childrenOf(ref.node)[1]);
        break;
      case "ImportStatement":
        this.#import(ref.node, scope);
        break;
      case "AssignStatement":
        this.#assign(ref.node, scope);
        break;
      case "NamedExpression":
        this.#bind(childrenOf(ref.node)[0], scope, ref.node);
        break;
      case "WithStatement":
        this.#with(ref.node, scope);
        break;
      case "CallExpression":
        if (this.#calls.length < MAX_CALLS && this.#isOfInterest(ref.node))
          this.#calls.push({ node: ref.node, scope });
        break;
      default:
        if (OPENING.has(ref.name)) this.#open(ref.node, scope);
    }
  }

  #class(node: SyntaxNode, scope: Scope): void {
    const name = node.getChild("VariableName");
    const inner = new Scope(scope, "own");
    this.#scopes.push(inner);
    const { members } = inner;
    if (name === null || members === undefined) return;
    const bases = node.getChild("ArgList");
    const base = bases === null ? undefined : commaSeparated(bases)[0]?.[0];
    members.base = this.#reader.read(base ?? null, scope);
    // Its body holds its constants, as `Connections.GMAIL`, and what its objects have by default.
    const own = this.#source.of(name);
    scope.own(own).add(() => ({ kind: "class", name: own, members }));
  }

  #function(node: SyntaxNode, scope: Scope): void {
    const inner = new Scope(scope);
    this.#scopes.push(inner);
    const name = node.getChild("VariableName");
    const type = this.#reader.type(node.getChild("TypeDef"), scope);
    this.#functions.enter(node.from, type);
    if (node.name === "LambdaExpression")
      this.#returns(childrenOf(node).at(-1));
    if (name !== null && node.name === "FunctionDefinition") {
      const method = this.#functions.at(node.from);
      const value = this.#isProperty(node) ? resultOf(method) : method;
      scope.own(this.#source.of(name)).add(() => value);
    }
    const list = node.getChild("ParamList");
    if (list === null) return;
    for (const group of commaSeparated(list)) {
      const parameter = group.find((each) => each.name === "VariableName");
      if (parameter === undefined) continue;
      const binding = inner.own(this.#source.of(parameter));
      binding.open();
      const type = this.#reader.type(
        group.find((each) => each.name === "TypeDef") ?? null,
        scope,
      );
      if (type !== undefined) binding.add(() => type);
      const equals = group.findIndex((each) => each.name === "AssignOp");
      const byDefault = equals < 0 ? undefined : group[equals + 1];
      if (byDefault !== undefined)
        binding.add(() => this.#reader.read(byDefault, scope));
    }
  }

  #isProperty(node: SyntaxNode): boolean {
    const decorators =
      node.parent?.name === "DecoratedStatement"
        ? node.parent.getChildren("Decorator")
        : [];
    return decorators.some((each) =>
      /^@\s*(?:\w+\.)*(?:cached_)?property\b/u.test(this.#source.of(each)),
    );
  }

  #returns(value: SyntaxNode | undefined): void {
    const scope = this.#scope;
    if (value !== undefined)
      this.#functions.returns(() => this.#reader.read(value, scope));
  }

  /** `import a.b as c, d` and `from a import b as c`. */
  #import(node: SyntaxNode, scope: Scope): void {
    const written = this.#source
      .of(node)
      .replaceAll(/[()\\\r\n]/gu, " ")
      .replaceAll(/#[^,]*/gu, " ");
    const from = /^\s*from\s+([.\w]+)\s+import\s+(.*)$/su.exec(written);
    const names = (from?.[2] ?? written.replace(/^\s*import\s+/u, "")).split(
      ",",
    );
    for (const each of names) {
      const match = /^\s*([\w.]+)(?:\s+as\s+(\w+))?\s*$/u.exec(each);
      const path = match?.[1];
      if (path === undefined) continue;
      const module = from?.[1] ?? path;
      const bound = match?.[2] ?? path.split(".")[0] ?? path;
      const value: Expression =
        from === null
          ? {
              kind: "imported",
              module: match?.[2] === undefined ? bound : module,
              name: null,
            }
          : { kind: "imported", module, name: path };
      scope.own(bound).add(() => value);
    }
  }

  #assign(node: SyntaxNode, scope: Scope): void {
    const children = childrenOf(node);
    const last = children.findLastIndex(({ name }) => name === "AssignOp");
    const annotation = children.find(({ name }) => name === "TypeDef");
    const value = children[last + 1];
    const targets = children
      .slice(0, last < 0 ? undefined : last)
      .filter(({ name }) => name !== "AssignOp" && name !== "TypeDef");
    const isSingle =
      !targets.some(({ name }) => name === ",") && children.length === last + 2;
    const type = this.#reader.type(annotation ?? null, scope);
    const [target] = targets;
    const isDeclared = last < 0 && targets.length === 1 && target !== undefined;
    if (isDeclared && type !== undefined) {
      this.#bindTo(target, scope, () => type);
      return;
    }
    if (!isSingle || value === undefined) {
      for (const each of targets) this.#open(each, scope);
      return;
    }
    for (const each of targets)
      this.#bindTo(each, scope, () =>
        returned([this.#reader.read(value, scope)], type),
      );
  }

  #bindTo(target: SyntaxNode, scope: Scope, value: () => Expression): void {
    const left = this.#reader.read(target, scope);
    if (left.kind === "name") scope.own(left.name).add(value);
    else if (left.kind === "member" && left.object.kind === "self")
      left.object.members?.own(left.name).add(value);
    else this.#open(target, scope);
  }

  #bind(target: SyntaxNode | undefined, scope: Scope, value: SyntaxNode): void {
    if (target !== undefined)
      this.#bindTo(target, scope, () => this.#reader.read(value, scope));
  }

  #with(node: SyntaxNode, scope: Scope): void {
    const children = childrenOf(node);
    children.forEach((child, index) => {
      const value = children[index - 1];
      if (child.name === "as" && value !== undefined)
        this.#bind(children[index + 1], scope, value);
    });
  }

  /**
   * Every name directly in a node may be something else than what was assigned to it, wherever it
   * was bound.
   */
  #open(node: SyntaxNode, scope: Scope): void {
    const names =
      node.name === "VariableName"
        ? [node]
        : childrenOf(node).filter((each) => NAMING.has(each.name));
    for (const each of names) {
      const root = rootOf(each);
      if (root === undefined) continue;
      const name = this.#source.of(root);
      scope.own(name).open();
      // `global x`, and what is changed in place, reach further out.
      if (node.name === "ScopeStatement" || root !== each)
        this.#module.own(name).open();
    }
    if (node.name === "MemberExpression") {
      const root = rootOf(node);
      if (root !== undefined) scope.find(this.#source.of(root))?.open();
    }
  }

  #isOfInterest(node: SyntaxNode): boolean {
    const target = node.firstChild;
    if (target === null) return false;
    const name = target.name === "MemberExpression" ? target.lastChild : target;
    return name !== null && isKnownCall(this.#source.of(name));
  }

  #call({ node, scope }: Pending): Call | undefined {
    const [target, list] = childrenOf(node);
    if (target === undefined || list?.name !== "ArgList") return undefined;
    const named = new Map<string, Placed>();
    const positional: Placed[] = [];
    let isOpen = false;
    for (const [first, mark, value] of commaSeparated(list)) {
      if (first === undefined) continue;
      if (mark === undefined)
        positional.push({
          value: this.#reader.read(first, scope),
          from: first.from,
        });
      else if (mark.name === "AssignOp" && value !== undefined)
        named.set(this.#source.of(first), {
          value: this.#reader.read(value, scope),
          from: value.from,
        });
      else isOpen = true;
    }
    const callee = this.#reader.read(target, scope);
    const from = target.lastChild?.from ?? target.from;
    const broken = isBroken(node);
    return { callee, from, positional, named, isOpen, isBroken: broken };
  }
}

/** Statements and clauses that give names values this scan does not follow. */
const OPENING: ReadonlySet<string> = new Set([
  "UpdateStatement",
  "ForStatement",
  "ScopeStatement",
  "DeleteStatement",
  "TryStatement",
  "ArrayComprehensionExpression",
  "SetComprehensionExpression",
  "DictionaryComprehensionExpression",
  "ComprehensionExpression",
  "CapturePattern",
  "AsPattern",
]);
const NAMING: ReadonlySet<string> = new Set([
  "VariableName",
  "MemberExpression",
  "TupleExpression",
]);

function rootOf(node: SyntaxNode): SyntaxNode | undefined {
  let root: SyntaxNode | null = node;
  while (root?.name === "MemberExpression" || root?.name === "TupleExpression")
    root = root.firstChild;
  return root?.name === "VariableName" ? root : undefined;
}
