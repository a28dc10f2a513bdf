import type { SyntaxNode, SyntaxNodeRef, Tree } from "@lezer/common";
import {
  lazily,
  OPAQUE,
  resultOf,
  returned,
  Scope,
  type Call,
  type CodeModel,
  type Expression,
  type Placed,
} from "./expression.ts";
import { Functions } from "./functions.ts";
import {
  assignable,
  before,
  CLASSES,
  isFunction,
  openRoot,
  opensScope,
  pathOf,
  siblingsAfter,
} from "./javascript-syntax.ts";
import { JavaScriptReader } from "./javascript-expression.ts";
import { valueOf } from "./names.ts";
import { isKnownCall } from "./sdk-methods.ts";
import { readType } from "./types.ts";
import {
  childrenOf,
  commaSeparated,
  isBroken,
  MAX_CALLS,
  Source,
} from "./syntax.ts";

interface Pending {
  readonly node: SyntaxNode;
  readonly scope: Scope;
}

/**
 * Takes a file of JavaScript or TypeScript apart. Names are bound first, so that a use may stand
 * before its declaration.
 */
export function modelOfJavaScript(tree: Tree, text: string): CodeModel {
  return new JavaScriptModel(text).build(tree);
}

class JavaScriptModel {
  readonly #source: Source;
  readonly #reader: JavaScriptReader;
  readonly #scopes: Scope[] = [new Scope()];
  readonly #calls: Pending[] = [];
  readonly #assignments: Pending[] = [];
  readonly #functions = new Functions();

  constructor(text: string) {
    this.#source = new Source(text);
    this.#reader = new JavaScriptReader(this.#source, (from) =>
      this.#functions.at(from),
    );
  }

  build(tree: Tree): CodeModel {
    tree.iterate({
      enter: (ref) => {
        this.#enter(ref);
      },
      leave: (ref) => {
        if (opensScope(ref.name)) this.#scopes.pop();
        if (isFunction(ref)) this.#functions.leave();
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
    if (CLASSES.has(ref.name)) this.#scopes.push(new Scope(scope, "own"));
    else if (opensScope(ref.name)) this.#scopes.push(new Scope(scope));
    if (isFunction(ref)) this.#function(ref.node, scope);
    switch (ref.name) {
      case "ReturnStatement":
        this.#returns(childrenOf(ref.node)[1]);
        break;
      case "VariableDefinition":
        this.#define(ref.node, this.#scope);
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
      default:
        this.#declare(ref, scope);
    }
  }

  #declare({ name, node }: SyntaxNodeRef, scope: Scope): void {
    if (CLASSES.has(name)) this.#class(node, scope);
    else if (name === "EnumDeclaration") this.#enumeration(node, scope);
    else if (/^(?:TypeAlias|Interface)Declaration$/u.test(name))
      this.#typeName(node, scope);
  }

  #function(node: SyntaxNode, scope: Scope): void {
    const type = this.#reader.type(node.getChild("TypeAnnotation"), scope);
    this.#functions.enter(node.from, type);
    const body = node.getChild("Arrow")?.nextSibling;
    if (body?.name !== "Block") this.#returns(body ?? undefined);
    if (node.name !== "MethodDeclaration") return;
    const name = this.#reader.nameOf(
      childrenOf(node).find((each) => each.name.endsWith("Definition")),
    );
    if (name === undefined) return;
    const method = this.#functions.at(node.from);
    const isGetter = node.getChild("get") !== null;
    const value = isGetter ? resultOf(method) : method;
    scope.members?.own(name).add(() => value);
  }

  #returns(value: SyntaxNode | undefined): void {
    const scope = this.#scope;
    if (value !== undefined)
      this.#functions.returns(() => this.#reader.read(value, scope));
  }

  #class(node: SyntaxNode, outer: Scope): void {
    const { members } = this.#scope;
    const base = node.getChild("extends")?.nextSibling ?? null;
    if (members === undefined) return;
    members.base = this.#reader.read(base, outer);
    const definition = node.getChild("VariableDefinition");
    if (definition === null) return;
    const name = this.#source.of(definition);
    const value: Expression = { kind: "class", name, members };
    outer.own(name).add(() => value);
  }

  #typeName(node: SyntaxNode, scope: Scope): void {
    const name = node.getChild("TypeDefinition");
    const body =
      node.getChild("ObjectType") ?? node.getChild("Equals")?.nextSibling;
    if (name === null || body === null || body === undefined) return;
    const written = this.#source.of(body);
    const value = lazily(() => readType(written, scope) ?? OPAQUE);
    scope.own(this.#source.of(name)).add(() => ({ kind: "type", value }));
  }

  /** A name that is introduced, by whatever introduces it. */
  #define(node: SyntaxNode, scope: Scope): void {
    const name = this.#source.of(node);
    const parent = node.parent;
    switch (parent?.name) {
      case "VariableDeclaration": {
        const value = this.#initializer(node, scope);
        const binding = scope.own(name);
        if (value !== undefined) binding.add(value);
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
        const value = this.#functions.at(parent.from);
        // The name belongs to the scope around the function.
        (scope.parent ?? scope).own(name).add(() => value);
        return;
      }
      case "AmbientFunctionDeclaration": {
        const type = parent.getChild("TypeAnnotation");
        const returns = (): Expression =>
          this.#reader.type(type, scope) ?? OPAQUE;
        scope.own(name).add(() => ({ kind: "function", returns }));
        return;
      }
      case "ClassDeclaration":
      case "ClassExpression":
        return;
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
    return () => returned([this.#reader.read(init, scope)], type);
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

  /**
   * `const { actions: a } = client` and `({ deps: { client } }) => …`; other patterns are not
   * followed.
   */
  #destructured(node: SyntaxNode, property: SyntaxNode, scope: Scope): void {
    const name = this.#source.of(node);
    const binding = scope.own(name);
    const { pattern, members } = pathOf(property);
    const values = pattern === null ? [] : this.#given(pattern, scope);
    const byDefault = property.getChild("Equals")?.nextSibling;
    const isConstant =
      pattern?.parent?.name === "VariableDeclaration" && values.length > 0;
    if (!isConstant || byDefault) binding.open();
    for (const value of values)
      binding.add(() =>
        members.reduceRight<Expression>(
          (object, member) => ({
            kind: "member",
            object,
            name: this.#reader.nameOf(member ?? undefined) ?? name,
          }),
          value(),
        ),
      );
    if (byDefault) binding.add(() => this.#reader.read(byDefault, scope));
  }

  /** What a name or pattern is given where it is declared. */
  #given(node: SyntaxNode, scope: Scope): (() => Expression)[] {
    const parent = node.parent;
    if (parent?.name === "VariableDeclaration")
      return [this.#initializer(node, scope)].filter(
        (value) => value !== undefined,
      );
    if (parent?.name !== "ParamList") return [];
    const values = [this.#initializer(node, scope), this.#passed(node, scope)];
    return values.filter((value) => value !== undefined);
  }

  /** What `promise.then(name => …)` passes on. */
  #passed(node: SyntaxNode, scope: Scope): (() => Expression) | undefined {
    const list = node.parent;
    const call = list?.parent?.parent?.parent;
    const target = call?.name === "CallExpression" ? call.firstChild : null;
    const isFirst = list?.getChild(node.name)?.from === node.from;
    const isThen =
      target?.name === "MemberExpression" &&
      target.lastChild !== null &&
      this.#source.of(target.lastChild) === "then";
    // The name itself must not be found where it is read.
    return isThen && isFirst
      ? () => this.#reader.read(target.firstChild, scope.parent ?? scope)
      : undefined;
  }

  #parameter(node: SyntaxNode, list: SyntaxNode, scope: Scope): void {
    const name = this.#source.of(node);
    const binding = scope.own(name);
    binding.open();
    const values = this.#given(node, scope);
    for (const value of values) binding.add(value);
    // `constructor(private client: ScalekitClient)` declares a member too.
    const previous = before(node);
    const isMember = /^(?:Privacy|readonly)$/u.test(previous?.name ?? "");
    if (isMember && list.parent?.name === "MethodDeclaration")
      for (const value of values) scope.members?.own(name).add(value);
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
    // `a ??= b` gives a value as well; what was there before may stay.
    const isChoice = /^(?:\?\?|\|\|)=$/u.test(
      second === undefined ? "" : this.#source.of(second),
    );
    const isGiven = second?.name === "Equals" || isChoice;
    const binding = isGiven ? assignable(left, scope) : undefined;
    if (isChoice) binding?.open();
    // A constant object whose member is set is no constant.
    if (binding === undefined || third === undefined) openRoot(left, scope);
    else binding.add(() => this.#reader.read(third, scope));
  }

  #isOfInterest(node: SyntaxNode): boolean {
    let target = node.firstChild;
    if (target?.name === "InstantiationExpression") target = target.firstChild;
    const name =
      target?.name === "MemberExpression" ? target.lastChild : target;
    return name !== null && isKnownCall(this.#source.of(name));
  }

  #call({ node, scope }: Pending): Call | undefined {
    const [target] = childrenOf(node);
    const list = node.getChild("ArgList");
    if (target === undefined || list === null) return undefined;
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
