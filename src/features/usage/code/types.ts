import {
  dotted,
  OPAQUE,
  type Expression,
  type Placed,
  type Scope,
} from "./expression.ts";

/** Longest type that is read; a longer one tells nothing. */
const MAX_LENGTH = 1_000;
const MAX_NEST = 10;

/**
 * Types whose value is that of a type they are given: which of them. @remarks Source: the standard
 * libraries of both languages.
 */
const NEUTRAL: Readonly<Record<string, "first" | "last" | "all">> = {
  Promise: "first",
  PromiseLike: "first",
  Awaited: "first",
  Readonly: "first",
  Required: "first",
  Partial: "first",
  NonNullable: "first",
  Pick: "first",
  Omit: "first",
  Optional: "first",
  Union: "all",
  Annotated: "first",
  Final: "first",
  ClassVar: "first",
  Awaitable: "first",
  Coroutine: "last",
  Generator: "first",
  AsyncGenerator: "first",
  Iterator: "first",
  AsyncIterator: "first",
  Iterable: "first",
  AsyncIterable: "first",
  ContextManager: "first",
  AsyncContextManager: "first",
  AbstractContextManager: "first",
  AbstractAsyncContextManager: "first",
};
/** Types of a value that is not there. */
const NOTHING =
  /^(?:null|undefined|void|never|None|NoneType|true|false|\d.*)$/u;
/** Types that say nothing. */
const ANYTHING = /^(?:any|unknown|object|Any)$/u;
const MODIFIER = /^(?:readonly|keyof|unique|infer|asserts|new|abstract)$/u;

/**
 * What a type says of its values, in either language: unions, optional and promised values,
 * wrappers, object and function types.
 */
export function readType(
  written: string,
  scope: Scope,
): Expression | undefined {
  if (written.length > MAX_LENGTH) return undefined;
  return new TypeReader(written, scope).read();
}

class TypeReader {
  readonly #tokens: readonly string[];
  readonly #scope: Scope;
  #at = 0;
  #depth = 0;

  constructor(written: string, scope: Scope) {
    // Quotes around a type that is declared later say nothing.
    this.#tokens = written.match(/[\w$#]+(?:\.[\w$#]+)*|=>|[^\s"'`]/gu) ?? [];
    this.#scope = scope;
  }

  read(): Expression | undefined {
    this.#depth += 1;
    const options: Expression[] = [];
    let saysNothing = this.#depth > MAX_NEST;
    do {
      while (/^[|&]$/u.test(this.#peek())) this.#at += 1;
      const start = this.#at;
      const part = saysNothing ? undefined : this.#postfix();
      const first = this.#tokens[start] ?? "";
      if (part !== undefined) options.push(part);
      else if (!NOTHING.test(first)) saysNothing = true;
    } while (/^[|&]$/u.test(this.#peek()) && !saysNothing);
    this.#depth -= 1;
    if (saysNothing) return undefined;
    return options.length === 1 ? options[0] : eitherOf(options);
  }

  #peek(): string {
    return this.#tokens[this.#at] ?? "";
  }

  #take(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#at += 1;
    return true;
  }

  #postfix(): Expression | undefined {
    let type = this.#primary();
    while (this.#peek() === "[" && this.#tokens[this.#at + 1] === "]") {
      this.#at += 2;
      if (type !== undefined) type = { kind: "wrapped", inner: [type] };
    }
    return type;
  }

  #primary(): Expression | undefined {
    while (MODIFIER.test(this.#peek())) this.#at += 1;
    if (this.#peek() === "(") return this.#parenthesized();
    if (this.#peek() === "{") return this.#object();
    if (this.#take("typeof")) return this.#named(this.#word());
    const name = this.#word();
    const last = name.slice(name.lastIndexOf(".") + 1);
    const open = this.#peek();
    const isGeneric =
      open === "<" || (open === "[" && this.#tokens[this.#at + 1] !== "]");
    if (isGeneric) return this.#generic(name, last, this.#arguments());
    if (name === "" || NOTHING.test(last) || ANYTHING.test(last))
      return undefined;
    return { kind: "typed", type: this.#named(name) };
  }

  #word(): string {
    const word = this.#peek();
    if (!/^[\w$#]/u.test(word)) return "";
    this.#at += 1;
    return word;
  }

  #named(name: string): Expression {
    return name === "" ? OPAQUE : dotted(name, this.#scope);
  }

  #generic(
    name: string,
    last: string,
    given: readonly (Expression | undefined)[],
  ): Expression | undefined {
    const known = given.filter((each) => each !== undefined);
    if (last === "ReturnType" || last === "InstanceType")
      return given[0] === undefined
        ? undefined
        : { kind: "call", callee: given[0], given: () => [] };
    if (last === "Callable") return functionOf(given.at(-1));
    const which = Object.hasOwn(NEUTRAL, last) ? NEUTRAL[last] : undefined;
    switch (which) {
      case "first":
        return given[0];
      case "last":
        return given.at(-1);
      case "all":
        return eitherOf(known);
      case undefined:
        return {
          kind: "wrapped",
          inner: [{ kind: "typed", type: this.#named(name) }, ...known],
        };
    }
  }

  /** What stands between the marks of a generic type. */
  #arguments(): (Expression | undefined)[] {
    const close = this.#peek() === "<" ? ">" : "]";
    this.#at += 1;
    const given: (Expression | undefined)[] = [];
    while (this.#peek() !== close && this.#peek() !== "") {
      // The parameters of a callable type.
      if (this.#peek() === "[") this.#skip();
      else given.push(this.read());
      // A part that is not understood ends at the next comma.
      while (![",", close, ""].includes(this.#peek())) this.#skip();
      this.#take(",");
    }
    this.#take(close);
    return given;
  }

  /** Passes over one token, or over everything up to the mark that closes it. */
  #skip(): void {
    let depth = 0;
    do {
      const token = this.#peek();
      if ("([{<".includes(token) && token !== "") depth += 1;
      if (")]}>".includes(token) && token !== "") depth -= 1;
      this.#at += 1;
    } while (depth > 0 && this.#peek() !== "");
  }

  #parenthesized(): Expression | undefined {
    const start = this.#at;
    this.#skip();
    if (this.#take("=>")) return functionOf(this.read());
    const end = this.#at;
    this.#at = start + 1;
    const inner = this.read();
    this.#at = Math.max(end, this.#at);
    return inner;
  }

  #object(): Expression {
    const entries = new Map<string, Placed>();
    this.#at += 1;
    while (this.#peek() !== "}" && this.#peek() !== "") {
      this.#member(entries);
      while (/^[;,]$/u.test(this.#peek())) this.#at += 1;
    }
    this.#take("}");
    return { kind: "object", entries, isOpen: true };
  }

  #member(entries: Map<string, Placed>): void {
    const start = this.#at;
    if (this.#peek() === "readonly") this.#at += 1;
    const name = this.#word();
    this.#take("?");
    const isMethod = this.#peek() === "(";
    if (isMethod) this.#skip();
    const type = this.#take(":") ? this.read() : undefined;
    const value = isMethod ? functionOf(type) : type;
    if (name !== "" && value !== undefined)
      entries.set(name, { value, from: 0 });
    if (this.#at === start) this.#skip();
  }
}

function eitherOf(options: readonly Expression[]): Expression | undefined {
  return options.length === 0 ? undefined : { kind: "either", options };
}

function functionOf(returns: Expression | undefined): Expression {
  return { kind: "function", returns: () => returns ?? OPAQUE };
}
