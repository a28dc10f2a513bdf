import { type Shape, hasShape } from "./shape.ts";
import {
  VENDOR_NAME,
  PYTHON_PACKAGE,
  isSdkModule,
  CLIENT_NAME,
} from "./sdk-module.ts";
import { resultOf, type Binding, type Expression } from "./expression.ts";
import { SECTION_MEMBERS, type Section } from "./sdk-methods.ts";

/**
 * What an expression stands for, by the evidence of its file. `sure`: it comes from the vendor's
 * package, or is named and used as its client is; `weak`: it could be. `other`: it comes from
 * somewhere else for certain.
 */
export type Origin =
  | { readonly kind: "module" | "class" }
  /** Not sure: what is around a client, or was made from one, and may hand it out. */
  | { readonly kind: "client"; readonly isSure: boolean }
  | {
      readonly kind: "section";
      readonly section: Section;
      readonly isSure: boolean;
    }
  | { readonly kind: "other" }
  /**
   * `name` is the last name on the way, for what it hints at; `isGiven` when it is a parameter, so
   * that its name is all there is.
   */
  | {
      readonly kind: "unknown";
      readonly name: string;
      readonly isGiven: boolean;
    };

/**
 * Steps from one expression to the next, all ways together; what takes more is unknown. It bounds
 * time and depth for hostile files.
 */
const MAX_STEPS = 300;
/** Members of an object that are looked at for what it may hand out. */
const MAX_MEMBERS = 8;

/** Literals are no clients. */
const WITHOUT_ORIGIN: ReadonlySet<string> = new Set(["text", "object", "list"]);

/** Finds out what expressions of one file stand for. */
export class Origins {
  readonly #importsSdk: boolean;
  #stepsLeft = 0;
  /**
   * Names that are being looked at: what a name is made from itself, as in `a = a.b()`, says
   * nothing new.
   */
  readonly #asked = new Set<Binding>();
  readonly #shaped = new Set<Binding>();

  constructor(importsSdk: boolean) {
    this.#importsSdk = importsSdk;
  }

  of(expression: Expression): Origin {
    this.#stepsLeft = MAX_STEPS;
    return this.#of(expression);
  }

  #of(expression: Expression): Origin {
    this.#stepsLeft -= 1;
    if (this.#stepsLeft < 0) return unknown("");
    switch (expression.kind) {
      case "imported":
        return importedOrigin(expression);
      case "name": {
        const { name, scope } = expression;
        const binding = scope.find(name);
        return once(this.#asked, binding, unknown(""), (values) =>
          this.#ofSeveral(values, name),
        );
      }
      case "member":
        return this.#ofMember(expression);
      case "call":
        return this.#ofCall(expression);
      case "either":
        return this.#ofSeveral(expression.options, "");
      case "typed":
        return this.#ofTyped(expression.type);
      case "cast":
        return this.#ofCast(expression);
      case "wrapped":
        return this.#handedOut(expression.inner) ?? { kind: "other" };
      case "type":
        return this.#of(expression.value());
      case "class":
        return this.#ofClass(expression);
      default:
        return WITHOUT_ORIGIN.has(expression.kind)
          ? { kind: "other" }
          : unknown("");
    }
  }

  /** What the object of a call is, when its own name is all there is to go by. */
  looksLikeClient({
    name,
    isGiven,
  }: Extract<Origin, { kind: "unknown" }>): boolean {
    return (
      VENDOR_NAME.test(name) ||
      (isGiven && this.#importsSdk && CLIENT_NAME.test(name))
    );
  }

  #ofSeveral(values: readonly Expression[], name: string): Origin {
    const origins = values.map((value) => this.#of(value));
    const telling = origins.filter(({ kind }) => kind !== "unknown");
    const better =
      telling.find(({ kind }) => kind === "client" || kind === "section") ??
      telling[0];
    if (better === undefined) return unresolved(origins, name);
    // One name for two things: nothing can be said for certain.
    return better.kind !== "other" &&
      telling.some(({ kind }) => kind === "other")
      ? unsure(better)
      : better;
  }

  #ofMember(member: Extract<Expression, { kind: "member" }>): Origin {
    const { object, name } = member;
    const values = this.#membersOf(object, name);
    if (values !== undefined && values.length > 0)
      return this.#ofSeveral(values, name);
    const origin = this.#of(object);
    const section = SECTION_MEMBERS.get(name);
    switch (origin.kind) {
      case "other":
        return origin;
      case "module":
        return section === undefined
          ? importedOrigin({ module: PYTHON_PACKAGE, name })
          : { kind: "section", section, isSure: true };
      case "client":
        if (section !== undefined)
          return { kind: "section", section, isSure: origin.isSure };
        // A member of the client itself is none of its own; one of what is around it may be it.
        return origin.isSure ? unknown(name) : origin;
      case "section":
        return section === undefined
          ? unknown(name)
          : { kind: "section", section, isSure: origin.isSure };
      case "class":
        return unknown(name);
      case "unknown":
        return section === undefined
          ? unknown(name)
          : {
              kind: "section",
              section,
              isSure: this.looksLikeClient(origin),
            };
    }
  }

  #ofCall(call: Extract<Expression, { kind: "call" }>): Origin {
    const { callee } = call;
    const target = this.#shape(callee);
    if (target?.kind === "function") {
      const result = this.#of(target.returns());
      if (result.kind !== "unknown" || result.name !== "") return result;
    }
    const chained = this.#ofChained(call);
    if (chained !== undefined) return chained;
    const origin = this.#of(callee);
    if (origin.kind === "class") return { kind: "client", isSure: true };
    if (origin.kind === "client" && !origin.isSure) return origin;
    const handedOut = this.#handedOut(call.given());
    if (handedOut !== undefined) return handedOut;
    if (origin.kind === "other") return origin;
    if (origin.kind !== "unknown") return unknown("");
    // Something else is made, or handed out by a function that is not seen here.
    const isMade = /^[A-Z]/u.test(origin.name);
    return isMade && !VENDOR_NAME.test(origin.name)
      ? { kind: "other" }
      : unknown(origin.name);
  }

  /** `promise.then(f)` is what `f` gives, `promise.catch(f)` what was promised. */
  #ofChained({
    callee,
    given,
  }: Extract<Expression, { kind: "call" }>): Origin | undefined {
    if (callee.kind !== "member") return undefined;
    if (callee.name === "catch" || callee.name === "finally") {
      const origin = this.#of(callee.object);
      return origin.kind === "client" ? origin : undefined;
    }
    const [first] = callee.name === "then" ? given() : [];
    const next = first === undefined ? undefined : this.#shape(first);
    return next?.kind === "function" ? this.#of(next.returns()) : undefined;
  }

  /**
   * A client, less sure, where something holds or was given a client, a function that gives one, or
   * its class.
   */
  #handedOut(inner: readonly Expression[]): Origin | undefined {
    for (const each of inner) {
      const shape = this.#shape(each);
      if (shape?.kind === "object") {
        const members = [...shape.entries.values()].slice(0, MAX_MEMBERS);
        const held = this.#handedOut(members.map(({ value }) => value));
        if (held !== undefined) return held;
      }
      const origin = this.#of(
        shape?.kind === "function" ? shape.returns() : each,
      );
      if (origin.kind === "client" || origin.kind === "class")
        return { kind: "client", isSure: false };
      if (origin.kind === "section") return unsure(origin);
    }
    return undefined;
  }

  #ofTyped(type: Expression): Origin {
    const shape = this.#shape(type);
    if (shape?.kind === "type") return this.#of(shape.value());
    const origin = this.#of(type);
    if (origin.kind === "class") return { kind: "client", isSure: true };
    if (origin.kind !== "unknown") return { kind: "other" };
    // A type of another file: only its name can tell.
    return VENDOR_NAME.test(origin.name)
      ? { kind: "client", isSure: true }
      : { kind: "other" };
  }

  /** What a value is said to be counts where the value itself does not tell. */
  #ofCast({ value, type }: Extract<Expression, { kind: "cast" }>): Origin {
    const own = this.#of(value);
    if (own.kind === "client" || own.kind === "section") return own;
    const said = this.#of(type);
    if (said.kind === "client" || said.kind === "section") return said;
    return own.kind === "unknown" && said.kind !== "unknown" ? said : own;
  }

  #ofClass({ members, name }: Extract<Expression, { kind: "class" }>): Origin {
    const base = this.#of(members.base);
    return base.kind === "class" ? base : unknown(name);
  }

  /**
   * Values of a member of an object or class of this file; `undefined` where the object is none.
   */
  #membersOf(
    object: Expression,
    name: string,
  ): readonly Expression[] | undefined {
    const shape = this.#shape(object);
    switch (shape?.kind) {
      case "self":
      case "class": {
        const found = shape.members?.member(name)?.values() ?? [];
        const base = shape.members?.base;
        if (found.length > 0 || base === undefined || base.kind === "opaque")
          return found;
        const isOfSdk = this.#of(base).kind === "class";
        // An object of a class that extends the client's is a client.
        return isOfSdk
          ? [{ kind: "member", object: resultOf(base), name }]
          : this.#membersOf(base, name);
      }
      case "object": {
        const found = shape.entries.get(name);
        return found === undefined ? [] : [found.value];
      }
      default:
        return undefined;
    }
  }

  /** The object, class or function of this file that an expression stands for. */
  #shape(expression: Expression): Shape | undefined {
    this.#stepsLeft -= 1;
    if (this.#stepsLeft < 0) return undefined;
    switch (expression.kind) {
      case "name":
        return once(
          this.#shaped,
          expression.scope.find(expression.name),
          undefined,
          (values) => this.#firstShape(values),
        );
      case "member":
        return this.#firstShape(
          this.#membersOf(expression.object, expression.name) ?? [],
        );
      case "call":
        return this.#shapeOfCall(expression.callee);
      case "either":
        return this.#firstShape(expression.options);
      case "cast":
        return this.#firstShape([expression.value, expression.type]);
      case "typed":
        return this.#shapeOfType(expression.type);
      default:
        return hasShape(expression) ? expression : undefined;
    }
  }

  #shapeOfCall(callee: Expression): Shape | undefined {
    const shape = this.#shape(callee);
    if (shape?.kind === "function") return this.#shape(shape.returns());
    // `cls()` makes an object of the class it is in.
    return shape?.kind === "class" || shape?.kind === "self"
      ? { kind: "self", members: shape.members }
      : undefined;
  }

  #shapeOfType(type: Expression): Shape | undefined {
    const shape = this.#shape(type);
    if (shape?.kind === "type") return this.#shape(shape.value());
    return shape?.kind === "class"
      ? { kind: "self", members: shape.members }
      : undefined;
  }

  #firstShape(values: readonly Expression[]): Shape | undefined {
    for (const value of values) {
      const shape = this.#shape(value);
      if (shape !== undefined) return shape;
    }
    return undefined;
  }
}

/** Looks at the values of a name, but not while that is being done already. */
function once<T>(
  active: Set<Binding>,
  binding: Binding | undefined,
  otherwise: T,
  look: (values: readonly Expression[]) => T,
): T {
  if (binding === undefined) return look([]);
  if (active.has(binding)) return otherwise;
  active.add(binding);
  try {
    return look(binding.values());
  } finally {
    active.delete(binding);
  }
}

function unsure(origin: Origin): Origin {
  return origin.kind === "client" || origin.kind === "section"
    ? { ...origin, isSure: false }
    : unknown("");
}

function importedOrigin({
  module,
  name,
}: {
  readonly module: string;
  readonly name: string | null;
}): Origin {
  if (isSdkModule(module)) {
    if (name === null) return { kind: "module" };
    return /^[A-Z]/u.test(name) || name === "default"
      ? { kind: "class" }
      : { kind: "module" };
  }
  const isOfThisProject = /^(?:[.~#]|@\/)/u.test(module);
  return isOfThisProject || VENDOR_NAME.test(name ?? "")
    ? unknown(VENDOR_NAME.test(module) ? module : (name ?? ""))
    : { kind: "other" };
}

/**
 * What is left of a name none of whose values is known: a hint in its own name, or in where it
 * comes from.
 */
function unresolved(origins: readonly Origin[], name: string): Origin {
  if (origins.length === 0) return { kind: "unknown", name, isGiven: true };
  if (VENDOR_NAME.test(name)) return unknown(name);
  const first = origins.find((origin) => origin.kind === "unknown");
  return unknown(first?.kind === "unknown" ? first.name : "");
}

function unknown(name: string): Origin {
  return { kind: "unknown", name, isGiven: false };
}
