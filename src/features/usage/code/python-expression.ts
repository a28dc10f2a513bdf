import type { SyntaxNode } from "@lezer/common";
import {
  lazily,
  OPAQUE,
  type Expression,
  type Placed,
  type Scope,
} from "./expression.ts";
import {
  childrenOf,
  commaSeparated,
  MAX_DEPTH,
  unescaped,
  type Source,
} from "./syntax.ts";
import { readType } from "./types.ts";

/** Arguments of a call that are looked at for what it may hand out. */
const MAX_GIVEN = 3;
const STRINGS: ReadonlySet<string> = new Set([
  "String",
  "FormatString",
  "ContinuedString",
]);
/** Which child says what value a node has, where only one does. */
const INNER: Readonly<Record<string, number | undefined>> = {
  ParenthesizedExpression: 1,
  AwaitExpression: 1,
  NamedExpression: 2,
};

/** Reads expressions of Python off their syntax. */
export class PythonReader {
  readonly #source: Source;
  readonly #functionAt: (from: number) => Expression;

  /** @param functionAt - gives what was found out about the function that begins at a place. */
  constructor(source: Source, functionAt: (from: number) => Expression) {
    this.#source = source;
    this.#functionAt = functionAt;
  }

  read(node: SyntaxNode | null, scope: Scope, depth = 0): Expression {
    if (node === null || depth > MAX_DEPTH) return OPAQUE;
    const inner = INNER[node.name];
    if (inner !== undefined)
      return this.read(childrenOf(node)[inner] ?? null, scope, depth + 1);
    if (STRINGS.has(node.name)) {
      const value = this.text(node);
      return value === undefined ? OPAQUE : { kind: "text", value };
    }
    return this.#compound(node, scope, depth);
  }

  #compound(node: SyntaxNode, scope: Scope, depth: number): Expression {
    switch (node.name) {
      case "VariableName":
      case "self":
        return this.#name(node, scope);
      case "MemberExpression":
        return this.#member(node, scope, depth);
      case "CallExpression":
        return this.#call(node, scope, depth);
      case "LambdaExpression":
        return this.#functionAt(node.from);
      case "DictionaryExpression":
        return this.#dictionary(node, scope, depth);
      case "ArrayExpression":
      case "TupleExpression":
        return this.#list(node, scope, depth);
      case "ConditionalExpression":
      case "BinaryExpression":
        return this.#choice(node, scope, depth);
      default:
        return OPAQUE;
    }
  }

  /**
   * What a literal says; `undefined` when it is put together while the program runs, or is no text.
   */
  text(node: SyntaxNode): string | undefined {
    if (node.name === "ContinuedString") {
      const parts = childrenOf(node).map((part) => this.text(part));
      return parts.every((part) => part !== undefined)
        ? parts.join("")
        : undefined;
    }
    if (node.getChild("FormatReplacement") !== null) return undefined;
    const match = /^([a-zA-Z]*)("""|'''|"|')([\s\S]*)\2$/u.exec(
      this.#source.of(node),
    );
    if (match === null) return undefined;
    const [, prefix = "", , inner = ""] = match;
    const letters = prefix.toLowerCase();
    if (letters.includes("b")) return undefined;
    const plain = letters.includes("f")
      ? inner.replaceAll("{{", "{").replaceAll("}}", "}")
      : inner;
    return letters.includes("r") ? plain : unescaped(plain);
  }

  /** The type after a colon or arrow. */
  type(definition: SyntaxNode | null, scope: Scope): Expression | undefined {
    if (definition === null) return undefined;
    const written = this.#source.of(definition);
    return readType(written.replace(/^(?::|->)/u, ""), scope);
  }

  #name(node: SyntaxNode, scope: Scope): Expression {
    const name = this.#source.of(node);
    return name === "self" || name === "cls"
      ? { kind: "self", members: scope.members }
      : { kind: "name", name, scope };
  }

  #member(node: SyntaxNode, scope: Scope, depth: number): Expression {
    const [object, mark, property] = childrenOf(node);
    const name =
      mark?.name === "["
        ? property === undefined
          ? undefined
          : this.text(property)
        : property && this.#source.of(property);
    if (object === undefined || name === undefined) return OPAQUE;
    return {
      kind: "member",
      object: this.read(object, scope, depth + 1),
      name,
    };
  }

  #call(node: SyntaxNode, scope: Scope, depth: number): Expression {
    const list = node.getChild("ArgList");
    const given = lazily((): readonly Expression[] =>
      list === null
        ? []
        : commaSeparated(list)
            .slice(0, MAX_GIVEN)
            .map((group) => this.read(group.at(-1) ?? null, scope, depth + 1)),
    );
    const callee = this.read(node.firstChild, scope, depth + 1);
    const isGetattr = callee.kind === "name" && callee.name === "getattr";
    const [object, name] = isGetattr ? given() : [];
    return object !== undefined && name?.kind === "text"
      ? { kind: "member", object, name: name.value }
      : { kind: "call", callee, given };
  }

  #dictionary(node: SyntaxNode, scope: Scope, depth: number): Expression {
    const entries = new Map<string, Placed>();
    let isOpen = false;
    for (const [key, colon, value] of commaSeparated(node)) {
      const name = key === undefined ? undefined : this.text(key);
      if (name === undefined || colon?.name !== ":" || value === undefined)
        isOpen = true;
      else
        entries.set(name, {
          value: this.read(value, scope, depth + 1),
          from: value.from,
        });
    }
    return { kind: "object", entries, isOpen };
  }

  #list(node: SyntaxNode, scope: Scope, depth: number): Expression {
    const items: Placed[] = [];
    let isOpen = false;
    for (const [item, more] of commaSeparated(node)) {
      if (item === undefined || more !== undefined) isOpen = true;
      else
        items.push({
          value: this.read(item, scope, depth + 1),
          from: item.from,
        });
    }
    return { kind: "list", items, isOpen };
  }

  /** `a if c else b` and `a or b`. */
  #choice(node: SyntaxNode, scope: Scope, depth: number): Expression {
    const [first, mark, second, , last] = childrenOf(node);
    if (node.name === "BinaryExpression" && mark?.name !== "or") return OPAQUE;
    const other = node.name === "BinaryExpression" ? second : last;
    const options = [first, other].map((each) =>
      this.read(each ?? null, scope, depth + 1),
    );
    return { kind: "either", options };
  }
}
