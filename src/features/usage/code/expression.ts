/** An expression with the place of its first character. */
export interface Placed {
  readonly value: Expression;
  readonly from: number;
}

/**
 * What scanning needs to know of an expression of either language. Anything else is `opaque`:
 * nothing is concluded from it. `isOpen` on an object or list: it may have more members than those
 * that are written out.
 */
export type Expression =
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "name"; readonly name: string; readonly scope: Scope }
  | {
      readonly kind: "member";
      readonly object: Expression;
      readonly name: string;
    }
  /** An object of a class of this file. */
  | { readonly kind: "self"; readonly members: Scope | undefined }
  | {
      readonly kind: "call";
      readonly callee: Expression;
      /** The first few arguments; not all, so that hostile calls cost little. */
      readonly given: () => readonly Expression[];
    }
  | {
      readonly kind: "object";
      readonly entries: ReadonlyMap<string, Placed>;
      readonly isOpen: boolean;
    }
  | {
      readonly kind: "list";
      readonly items: readonly Placed[];
      readonly isOpen: boolean;
    }
  | { readonly kind: "either"; readonly options: readonly Expression[] }
  | {
      readonly kind: "imported";
      readonly module: string;
      /** `null` for the module itself. */
      readonly name: string | null;
    }
  /** A value of a declared type. */
  | { readonly kind: "typed"; readonly type: Expression }
  /** The name of a declared type: gives what a value of it is. */
  | { readonly kind: "type"; readonly value: () => Expression }
  /** A value that is said to be of a type. */
  | {
      readonly kind: "cast";
      readonly value: Expression;
      readonly type: Expression;
    }
  /** Something around other values, a list or a lazy one, that may hand them out. */
  | { readonly kind: "wrapped"; readonly inner: readonly Expression[] }
  | { readonly kind: "function"; readonly returns: () => Expression }
  | {
      readonly kind: "class";
      readonly name: string;
      readonly members: Scope;
    }
  | { readonly kind: "opaque" };

export const OPAQUE: Expression = { kind: "opaque" };

/**
 * A value that is worked out when it is asked for first, and kept: what many calls lead to is read
 * once.
 */
export function lazily<T extends object>(work: () => T): () => T {
  let done: T | undefined;
  return () => (done ??= work());
}

/**
 * Scopes walked up for one name; deeper nesting is not looked through, so that hostile files cost
 * no quadratic time.
 */
const MAX_SCOPES = 200;

/** What a name was bound to, in one scope. */
export class Binding {
  readonly #values: (() => Expression)[] = [];
  #isOpen = false;

  add(value: () => Expression): void {
    // What is assigned this often is no constant, and its origin is not worth looking for.
    if (this.#values.length >= 8) {
      this.#isOpen = true;
      return;
    }
    this.#values.push(lazily(value));
  }

  /**
   * It may also hold what cannot be seen here: a parameter, a loop variable, something changed in
   * place.
   */
  open(): void {
    this.#isOpen = true;
  }

  /** Everything it was bound to. */
  values(): readonly Expression[] {
    return this.#values.map((value) => value());
  }

  /** Its one value, or `undefined` when there may be another. */
  only(): Expression | undefined {
    const [first] = this.#values;
    return this.#isOpen || this.#values.length !== 1 ? undefined : first?.();
  }
}

/** Names bound in one part of a file. */
export class Scope {
  readonly #names = new Map<string, Binding>();
  readonly parent: Scope | undefined;
  /** Members of the class this is in, for `this` and `self`. */
  readonly members: Scope | undefined;
  /** What the class extends whose members these are. */
  base: Expression = OPAQUE;

  /**
   * @param members - `own`: this is the body of a class, where members are looked up that its
   * objects do not set.
   */
  constructor(parent?: Scope, members?: "own") {
    this.parent = parent;
    this.members = members === "own" ? new Scope(this) : parent?.members;
  }

  /** A member of the class whose members these are. */
  member(name: string): Binding | undefined {
    const own = this.#names.get(name);
    return (
      own ?? (this.parent === undefined ? own : this.parent.#names.get(name))
    );
  }

  /** The binding of a name in this very scope, made when there is none. */
  own(name: string): Binding {
    const found = this.#names.get(name);
    if (found !== undefined) return found;
    const made = new Binding();
    this.#names.set(name, made);
    return made;
  }

  /** The binding a name has here, in the nearest scope that has one. */
  find(name: string): Binding | undefined {
    let found = this.#names.get(name);
    let scope = this.parent;
    for (let steps = 0; steps < MAX_SCOPES; steps += 1) {
      if (found !== undefined || scope === undefined) return found;
      found = scope.#names.get(name);
      scope = scope.parent;
    }
    return found;
  }

  /** The names bound in this very scope, in the order written. */
  entries(): IterableIterator<[string, Binding]> {
    return this.#names.entries();
  }
}

/** `a.b.c` as an expression. */
export function dotted(path: string, scope: Scope): Expression {
  const [first = "", ...rest] = path.split(".").slice(0, 8);
  return rest.reduce<Expression>(
    (object, name) => ({ kind: "member", object, name }),
    { kind: "name", name: first, scope },
  );
}

/** What a getter or property gives: the result of what it runs. */
export function resultOf(callee: Expression): Expression {
  return { kind: "call", callee, given: () => [] };
}

/** What a function gives back: one of these, of the type that is declared. */
export function returned(
  options: readonly Expression[],
  type: Expression | undefined,
): Expression {
  const [only = OPAQUE] = options;
  const value: Expression =
    options.length > 1 ? { kind: "either", options } : only;
  return type === undefined ? value : { kind: "cast", value, type };
}

/** A call, as far as its arguments can be read. */
export interface Call {
  readonly callee: Expression;
  readonly from: number;
  readonly positional: readonly Placed[];
  readonly named: ReadonlyMap<string, Placed>;
  /** There may be arguments that are not written out. */
  readonly isOpen: boolean;
  /** The parser had to guess inside it. */
  readonly isBroken: boolean;
}

/** What one file of code says, before anything is concluded. */
export interface CodeModel {
  readonly calls: readonly Call[];
}
