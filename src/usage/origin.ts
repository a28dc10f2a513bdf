import { type Expression } from "./expression.ts";
import { SECTION_MEMBERS, type Section } from "./sdk-methods.ts";

/**
 * What an expression stands for, by the evidence of its file. `sure`: it comes from the vendor's package, or is named and used as
 * its client is; `weak`: it could be. `other`: it comes from somewhere else for certain.
 */
export type Origin =
  | { readonly kind: "module" | "class" | "client" }
  | {
      readonly kind: "section";
      readonly section: Section;
      readonly isSure: boolean;
    }
  | { readonly kind: "other" }
  /** `name` is the last name on the way, for what it hints at; `isGiven` when it is a parameter, so that its name is all there is. */
  | {
      readonly kind: "unknown";
      readonly name: string;
      readonly isGiven: boolean;
    };

/** Steps from one expression to the next, all ways together; what takes more is unknown. It bounds time and depth for hostile files. */
const MAX_STEPS = 300;
/** Packages of the vendor. @remarks Source: the names both SDKs are published under and imported by. */
const JAVASCRIPT_PACKAGE = "@scalekit-sdk/";
const PYTHON_PACKAGE = "scalekit";
const VENDOR_NAME = /scalekit/iu;
/** Names people give to the client; they count only in a file that imports the SDK. */
const CLIENT_NAME = /^_?(?:client|sdk|sk|sc|agentkit|agent_?auth)$/iu;

/** Literals are no clients. */
const WITHOUT_ORIGIN: ReadonlySet<string> = new Set(["text", "object", "list"]);

/** Whether a module is the vendor's SDK. */
export function isSdkModule(module: string): boolean {
  return (
    module.startsWith(JAVASCRIPT_PACKAGE) ||
    module === PYTHON_PACKAGE ||
    module.startsWith(`${PYTHON_PACKAGE}.`)
  );
}

/** Finds out what expressions of one file stand for. */
export class Origins {
  readonly #importsSdk: boolean;
  #stepsLeft = 0;

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
        const values = expression.scope.find(expression.name)?.values() ?? [];
        return this.#ofSeveral(values, expression.name);
      }
      case "member":
        return this.#ofMember(expression);
      case "call":
        return this.#ofCall(expression.callee);
      case "either":
        return this.#ofSeveral(expression.options, "");
      case "typed":
        return this.#ofTyped(expression.type);
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
      ? unknown("")
      : better;
  }

  #ofMember(member: Extract<Expression, { kind: "member" }>): Origin {
    const { object, name } = member;
    if (object.kind === "self") {
      const values = object.members?.find(name)?.values() ?? [];
      return this.#ofSeveral(values, name);
    }
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
        return section === undefined
          ? unknown(name)
          : { kind: "section", section, isSure: true };
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

  #ofCall(callee: Expression): Origin {
    const target = resolved(callee);
    if (target.kind === "function") return this.#of(target.returns);
    const origin = this.#of(callee);
    if (origin.kind === "class") return { kind: "client" };
    if (origin.kind === "other") return origin;
    if (origin.kind !== "unknown") return unknown("");
    // Something else is made, or handed out by a function that is not seen here.
    const isMade = /^[A-Z]/u.test(origin.name);
    return isMade && !VENDOR_NAME.test(origin.name)
      ? { kind: "other" }
      : unknown(origin.name);
  }

  #ofTyped(type: Expression): Origin {
    const origin = this.#of(type);
    if (origin.kind === "class") return { kind: "client" };
    if (origin.kind !== "unknown") return { kind: "other" };
    // A type of another file: only its name can tell.
    return VENDOR_NAME.test(origin.name)
      ? { kind: "client" }
      : { kind: "other" };
  }
}

function resolved(expression: Expression): Expression {
  if (expression.kind !== "name") return expression;
  return expression.scope.find(expression.name)?.only() ?? expression;
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

/** What is left of a name none of whose values is known: a hint in its own name, or in where it comes from. */
function unresolved(origins: readonly Origin[], name: string): Origin {
  if (origins.length === 0) return { kind: "unknown", name, isGiven: true };
  if (VENDOR_NAME.test(name)) return unknown(name);
  const first = origins.find((origin) => origin.kind === "unknown");
  return unknown(first?.kind === "unknown" ? first.name : "");
}

function unknown(name: string): Origin {
  return { kind: "unknown", name, isGiven: false };
}
