import type { SyntaxNode } from "@lezer/common";
import {
  lazily,
  OPAQUE,
  resultOf,
  type Expression,
  type Placed,
  type Scope,
} from "./expression.ts";
import { readType } from "./types.ts";
import {
  childrenOf,
  commaSeparated,
  MAX_DEPTH,
  unescaped,
  type Source,
} from "./syntax.ts";

/** Arguments of a call that are looked at for what it may hand out. */
const MAX_GIVEN = 3;

/** Marks that say nothing about which value an expression has. */
const TRANSPARENT: ReadonlySet<string> = new Set([
  "ParenthesizedExpression",
  "AwaitExpression",
  "PostfixExpression",
  "InstantiationExpression",
]);

/** What is known of the function that begins at a place. */
type FunctionAt = (from: number) => Expression;

/** Reads expressions of JavaScript and TypeScript off their syntax. */
export class JavaScriptReader {
  readonly #source: Source;
  readonly #functionAt: FunctionAt;

  /** @param functionAt - gives what was found out about the function that begins at a place. */
  constructor(source: Source, functionAt: FunctionAt) {
    this.#source = source;
    this.#functionAt = functionAt;
  }

  read(node: SyntaxNode | null, scope: Scope, depth = 0): Expression {
    if (node === null || depth > MAX_DEPTH) return OPAQUE;
    if (TRANSPARENT.has(node.name))
      return this.read(innerOf(node), scope, depth + 1);
    switch (node.name) {
      case "String":
      case "TemplateString":
        return this.#text(node);
      case "VariableName":
        return { kind: "name", name: this.#source.of(node), scope };
      case "this":
        return { kind: "self", members: scope.members };
      default:
        return this.#compound(node, scope, depth);
    }
  }

  #compound(node: SyntaxNode, scope: Scope, depth: number): Expression {
    switch (node.name) {
      case "MemberExpression":
        return this.#member(node, scope, depth);
      case "CallExpression":
        return this.#call(node, scope, depth);
      case "NewExpression": {
        const callee = this.read(childrenOf(node)[1] ?? null, scope, depth + 1);
        return { kind: "call", callee, given: this.#given(node, scope, depth) };
      }
      case "ArrowFunction":
      case "FunctionExpression":
        return this.#functionAt(node.from);
      case "AssignmentExpression": {
        const [left, , right] = childrenOf(node);
        return this.#either([left, right], scope, depth);
      }
      case "PrefixCast": {
        const [, type, , value] = childrenOf(node);
        return this.#cast(value, type, scope, depth);
      }
      case "ObjectExpression":
        return this.#object(node, scope, depth);
      case "ArrayExpression":
        return this.#list(node, scope, depth);
      case "ConditionalExpression":
        return this.#choice(node, scope, depth);
      case "BinaryExpression":
        return this.#binary(node, scope, depth);
      default:
        return OPAQUE;
    }
  }

  #text(node: SyntaxNode): Expression {
    return node.getChild("Interpolation") === null
      ? text(unescaped(this.#source.of(node).slice(1, -1)))
      : OPAQUE;
  }

  /** The name of a property as written: an identifier or a string. */
  nameOf(node: SyntaxNode | undefined): string | undefined {
    if (node === undefined) return undefined;
    if (node.name === "String")
      return unescaped(this.#source.of(node).slice(1, -1));
    return /^(?:Private)?Property(?:Name|Definition)$/u.test(node.name)
      ? this.#source.of(node)
      : undefined;
  }

  /** The type after a colon. */
  type(annotation: SyntaxNode | null, scope: Scope): Expression | undefined {
    if (annotation === null) return undefined;
    return readType(this.#source.of(annotation).replace(/^:\s*/u, ""), scope);
  }

  #member(node: SyntaxNode, scope: Scope, depth: number): Expression {
    const [object, , property] = childrenOf(node);
    const name =
      this.nameOf(property) ??
      (property?.name === "TemplateString"
        ? this.#source.of(property).slice(1, -1)
        : undefined);
    if (object === undefined) return OPAQUE;
    // Which member is decided while the program runs.
    if (name === undefined)
      return { kind: "wrapped", inner: [this.read(object, scope, depth + 1)] };
    return {
      kind: "member",
      object: this.read(object, scope, depth + 1),
      name,
    };
  }

  #call(node: SyntaxNode, scope: Scope, depth: number): Expression {
    const [target, list] = childrenOf(node);
    const first = list === undefined ? undefined : commaSeparated(list)[0]?.[0];
    if (target?.name === "VariableName") {
      const isRequire = this.#source.of(target) === "require";
      if (isRequire && first?.name === "String") return this.#module(first);
    }
    if (target?.name === "DynamicImport") {
      const module = target.getChild("String");
      return module === null ? OPAQUE : this.#module(module);
    }
    if (
      target !== undefined &&
      this.#source.of(target) === "Object.freeze" &&
      first !== undefined
    )
      return this.read(first, scope, depth + 1);
    const callee = this.read(target ?? null, scope, depth + 1);
    return { kind: "call", callee, given: this.#given(node, scope, depth) };
  }

  #given(
    node: SyntaxNode,
    scope: Scope,
    depth: number,
  ): () => readonly Expression[] {
    return lazily(() => {
      const list = node.getChild("ArgList");
      if (list === null) return [];
      return commaSeparated(list)
        .slice(0, MAX_GIVEN)
        .map(([first]) => this.read(first ?? null, scope, depth + 1));
    });
  }

  #either(
    nodes: readonly (SyntaxNode | undefined)[],
    scope: Scope,
    depth: number,
  ): Expression {
    const options = nodes.map((each) =>
      this.read(each ?? null, scope, depth + 1),
    );
    return { kind: "either", options };
  }

  #cast(
    value: SyntaxNode | undefined,
    written: SyntaxNode | undefined,
    scope: Scope,
    depth: number,
  ): Expression {
    const read = this.read(value ?? null, scope, depth + 1);
    const type =
      written === undefined || this.#source.of(written) === "const"
        ? undefined
        : readType(this.#source.of(written), scope);
    return type === undefined ? read : { kind: "cast", value: read, type };
  }

  #module(module: SyntaxNode): Expression {
    const name = unescaped(this.#source.of(module).slice(1, -1));
    return { kind: "imported", module: name, name: null };
  }

  #object(node: SyntaxNode, scope: Scope, depth: number): Expression {
    const entries = new Map<string, Placed>();
    let isOpen = false;
    for (const property of node.getChildren("Property")) {
      const [key, colon, value] = childrenOf(property);
      const name = this.nameOf(key);
      if (property.getChild("ParamList") !== null) {
        isOpen = !this.#method(property, entries) || isOpen;
        continue;
      }
      if (key === undefined || name === undefined) isOpen = true;
      else if (colon?.name === ":" && value !== undefined)
        entries.set(name, {
          value: this.read(value, scope, depth + 1),
          from: value.from,
        });
      else if (colon === undefined)
        entries.set(name, {
          value: { kind: "name", name, scope },
          from: key.from,
        });
      else isOpen = true;
    }
    return { kind: "object", entries, isOpen };
  }

  /** `name() {…}` or `get name() {…}` in an object. */
  #method(property: SyntaxNode, entries: Map<string, Placed>): boolean {
    const key = property.getChild("PropertyDefinition");
    const name = this.nameOf(key ?? undefined);
    if (key === null || name === undefined) return false;
    const method = this.#functionAt(property.from);
    const isGetter = property.getChild("get") !== null;
    entries.set(name, {
      value: isGetter ? resultOf(method) : method,
      from: key.from,
    });
    return true;
  }

  #list(node: SyntaxNode, scope: Scope, depth: number): Expression {
    const items: Placed[] = [];
    let isOpen = false;
    for (const [item, more] of commaSeparated(node)) {
      if (item === undefined || item.name === "Spread" || more !== undefined)
        isOpen = true;
      else
        items.push({
          value: this.read(item, scope, depth + 1),
          from: item.from,
        });
    }
    return { kind: "list", items, isOpen };
  }

  #choice(node: SyntaxNode, scope: Scope, depth: number): Expression {
    const [, , yes, , no] = childrenOf(node);
    return this.#either([yes, no], scope, depth);
  }

  #binary(node: SyntaxNode, scope: Scope, depth: number): Expression {
    const [left, operator, right] = childrenOf(node);
    if (operator?.name === "satisfies")
      return this.read(left ?? null, scope, depth + 1);
    if (operator?.name === "as") return this.#cast(left, right, scope, depth);
    const isFallback = operator?.name === "LogicOp";
    // `a ?? b` may be either, but which is decided while the program runs.
    return isFallback ? this.#either([left, right], scope, depth) : OPAQUE;
  }
}

function innerOf(node: SyntaxNode): SyntaxNode | null {
  return (
    childrenOf(node).find(
      ({ name }) => !/^(?:await|[()]|LogicOp|TypeArgList)$/u.test(name),
    ) ?? null
  );
}

function text(value: string): Expression {
  return { kind: "text", value };
}
