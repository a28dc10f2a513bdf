import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import {
  isVariableName,
  variableRefusal,
  type ProcessEnv,
  type VariableRefusal,
} from "../../domain/environment-access.ts";
import {
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonPrimitive,
  type JsonValue,
} from "../../domain/json.ts";
import { pointerOf, type Pointer } from "../../domain/field/pointer.ts";
import { parseSecretRef, type SecretRef } from "../../domain/secret/secret.ts";
import { nearest } from "../../util/nearest.ts";
import type { Place } from "../read/document.ts";
import { isSecretField } from "../read/members.ts";
import { didYouMean, report, type Report } from "../read/report.ts";
import { findControlCharacter, quoted } from "../read/safe-text.ts";
import { originOf, type Stack } from "../read/stack.ts";
import { spend } from "../../domain/work.ts";

/** A variable of an environment and where it is defined. */
export interface Variable {
  readonly value: Exclude<JsonPrimitive, null>;
  readonly place: Place;
}

/** What references of one environment lead to. */
export interface Bindings {
  /**
   * `null` when the environment could not be read: then variables stay as they are and nothing is
   * said about them.
   */
  readonly variables: ReadonlyMap<string, Variable> | null;
  readonly env: ProcessEnv;
  /** Names of variables that something used; filled while resolving. */
  readonly used: Set<string>;
}

/** A document with its references resolved. */
export interface Resolved {
  readonly value: JsonObject;
  readonly diagnostics: readonly Diagnostic[];
  /**
   * Fields whose value could not be resolved: whatever else is wrong with them follows from that.
   */
  readonly unresolved: ReadonlySet<Pointer>;
}

/**
 * Replaces `var://name` (keeping its type), `${var.name}` inside text, and `env://NAME` in ordinary
 * fields. In secret fields references stay what they are. One pass: what a variable holds is never
 * searched for variables again, so nothing can loop or grow.
 */
export function resolveReferences(
  document: JsonObject,
  stack: Stack,
  bindings: Bindings,
): Resolved {
  const resolver = new Resolver(stack, bindings);
  const value = resolver.walk(document);
  return {
    value: isJsonObject(value) ? value : document,
    diagnostics: resolver.diagnostics,
    unresolved: resolver.unresolved,
  };
}

/** Work of looking at one value of a document: reading it, checking it, sending it on. */
const STEPS_PER_VALUE = 40;

/** Characters that variables may add to one document; a document itself may be as long. */
const MAX_INSERTED = 1024 * 1024;

/** Problems of one document after which the rest of them are only counted as unresolved. */
const MAX_PROBLEMS = 50;

class Resolver {
  readonly diagnostics: Diagnostic[] = [];
  #inserted = 0;
  /** Where the walk is; made a pointer of only where something is to be said or replaced. */
  readonly #path: (string | number)[] = [];
  readonly unresolved: Set<Pointer> = new Set();
  readonly #stack: Stack;
  readonly #bindings: Bindings;

  constructor(stack: Stack, bindings: Bindings) {
    this.#stack = stack;
    this.#bindings = bindings;
  }

  walk(value: JsonValue): JsonValue {
    spend(STEPS_PER_VALUE);
    if (typeof value === "string")
      return this.#isPlain(value)
        ? value
        : this.#text(value, pointerOf(this.#path));
    if (isJsonList(value)) return this.#list(value);
    if (!isJsonObject(value)) return value;
    const names = Object.keys(value);
    const next = names.map((name) => this.#below(name, value[name] ?? null));
    // The same object where nothing was replaced, which is most of every document.
    return names.some((name, index) => next[index] !== value[name])
      ? Object.fromEntries(
          names.map((name, index) => [name, next[index] ?? null]),
        )
      : value;
  }

  #list(value: readonly JsonValue[]): JsonValue {
    const next = value.map((child, index) => this.#below(index, child));
    return next.some((child, index) => child !== value[index]) ? next : value;
  }

  #below(name: string | number, child: JsonValue): JsonValue {
    this.#path.push(name);
    const next = this.walk(child);
    this.#path.pop();
    return next;
  }

  #isPlain(text: string): boolean {
    return !text.includes("${") && !/^(?:var|env|secret):\/\//u.test(text);
  }

  #text(text: string, pointer: Pointer): JsonValue {
    // Made from the file's name, which is nobody's interpolation.
    if (this.#isOwn(text, pointer)) return text;
    const value = this.#variables(text, pointer);
    if (typeof value !== "string" || this.unresolved.has(pointer)) return value;
    const ref = parseSecretRef(value);
    if (isSecretField(pointer)) {
      if (ref !== undefined) this.#checkSecret(ref, pointer);
      return value;
    }
    if (ref?.kind === "env")
      return this.#environmentVariable(ref.path, pointer);
    if (ref?.kind === "secret" || /^(?:env|secret):\/\//u.test(value))
      this.#refuse(pointer, {
        code: "CFG018",
        message: `the field ${quoted(pointer)} takes no secret reference`,
        why: "only fields the schema marks as secret are kept out of plans, logs and state",
        fix: "write the value, var://name or env://NAME",
      });
    return value;
  }

  /**
   * Whether a layer has this field encrypted under its own `sops:` block, and this is where that
   * leads.
   */
  #isOwn(text: string, pointer: Pointer): boolean {
    return this.#stack.layers.some(
      ({ document }) => document.ownReferences?.get(pointer) === text,
    );
  }

  #variables(text: string, pointer: Pointer): JsonValue {
    if (text.startsWith("var://"))
      return this.#wholeVariable(text.slice("var://".length), text, pointer);
    return text.replace(/\$\{([^}]{0,200})\}?/gu, (whole, inside: string) => {
      const name = whole.endsWith("}")
        ? /^var\.([A-Za-z_][A-Za-z0-9_.-]*)$/u.exec(inside)?.[1]
        : undefined;
      if (name !== undefined) {
        const variable = this.#variable(name, pointer);
        if (variable === undefined) return whole;
        const text = String(variable.value);
        return this.#mayInsert(text, pointer) ? text : whole;
      }
      this.#refuse(pointer, {
        code: "CFG018",
        message: `an interpolation in ${quoted(pointer)} is refused`,
        why: "documents are data: inside text only ${var.name} is replaced, and anything else of that form would be sent as it stands",
        fix: "use ${var.name} with a variable of the environment",
      });
      return whole;
    });
  }

  #wholeVariable(name: string, text: string, pointer: Pointer): JsonValue {
    const variable = this.#variable(name, pointer);
    if (variable === undefined) return text;
    if (!this.#mayInsert(String(variable.value), pointer)) return text;
    this.#stack.variables.set(pointer, variable.place);
    return variable.value;
  }

  /** A few characters can stand for a long variable, many times over. */
  #mayInsert(text: string, pointer: Pointer): boolean {
    const before = this.#inserted;
    this.#inserted += text.length;
    if (this.#inserted <= MAX_INSERTED) return true;
    this.unresolved.add(pointer);
    if (before <= MAX_INSERTED)
      this.#refuse(pointer, {
        code: "CFG018",
        message: `variables add more than 1 MiB to the document, here in ${quoted(pointer)}`,
        why: "documents are at most 1 MiB, and variables do not make them longer than that",
        fix: "use shorter variables, or fewer of them",
      });
    return false;
  }

  #variable(name: string, pointer: Pointer): Variable | undefined {
    const { variables, used } = this.#bindings;
    used.add(name);
    const variable = variables?.get(name);
    if (variable !== undefined) return variable;
    this.unresolved.add(pointer);
    if (variables === null || this.#isFull) return undefined;
    this.#refuse(pointer, {
      code: "CFG018",
      message: `there is no variable ${quoted(name)}${didYouMean(nearest(name, variables.keys()))}`,
      why: "variables are defined under variables: in environment.yaml",
      fix: "define it there, or correct the name",
    });
    return undefined;
  }

  #environmentVariable(name: string, pointer: Pointer): JsonValue {
    const { env } = this.#bindings;
    const refusal = isVariableName(name)
      ? variableRefusal(name, "field", env)
      : NO_NAME;
    if (refusal !== undefined) this.#refuseVariable(name, pointer, refusal);
    else {
      const value = Object.hasOwn(env, name) ? env[name] : undefined;
      if (value !== undefined && findControlCharacter(value) < 0) return value;
      this.#refuse(pointer, {
        code: "CFG017",
        message: `the environment variable ${quoted(name)} ${value === undefined ? "is not set" : "holds a control character"}`,
        why: `the field ${quoted(pointer)} takes its value from it`,
        fix: "set it for this command, or write the value",
      });
    }
    return `env://${name}`;
  }

  #refuseVariable(
    name: string,
    pointer: Pointer,
    refusal: VariableRefusal,
  ): void {
    this.#refuse(pointer, {
      code: "CFG017",
      message: `the environment variable ${quoted(name)} is not open to this field`,
      ...refusal,
    });
  }

  #checkSecret({ kind, path }: SecretRef, pointer: Pointer): void {
    const isWellFormed =
      kind === "env" ? isVariableName(path) : isSecretPath(path);
    if (!isWellFormed) {
      this.#refuse(pointer, {
        code: "CFG018",
        message: `the reference in ${quoted(pointer)} is not well-formed`,
        why: "a secret path is names separated by single slashes, without #; an environment variable has letters, digits and underscores",
        fix: "write secret://connection/field or env://NAME",
      });
      return;
    }
    const refusal =
      kind === "env"
        ? variableRefusal(path, "secret", this.#bindings.env)
        : undefined;
    if (refusal !== undefined) this.#refuseVariable(path, pointer, refusal);
  }

  get #isFull(): boolean {
    return this.diagnostics.length >= MAX_PROBLEMS;
  }

  #refuse(pointer: Pointer, problem: Report): void {
    this.unresolved.add(pointer);
    if (this.#isFull) return;
    this.diagnostics.push(report(originOf(this.#stack, pointer), problem));
  }
}

const NO_NAME: VariableRefusal = {
  why: "its name is not that of an environment variable",
  fix: "use a variable of another name, or var://name",
};

function isSecretPath(path: string): boolean {
  // With # it would lead into a connection document, which only the document's own ciphertext does.
  if (path.includes("#")) return false;
  return path.split("/").every(
    (name) =>
      name.trim() === name &&
      name !== "" &&
      // `_tieline` holds the program's own key: as a value somewhere else it would make published
      // fingerprints guessable.
      !/[${}]|^(?:\.\.?|__proto__|constructor|prototype|_tieline)$/u.test(
        name,
      ) &&
      findControlCharacter(name) < 0,
  );
}
