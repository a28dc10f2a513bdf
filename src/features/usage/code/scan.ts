import { isSdkModule } from "./sdk-module.ts";
import type { Call, Expression, Placed } from "./expression.ts";
import { codeLanguage } from "./language.ts";
import { namesOf, valueOf } from "./names.ts";
import { Origins } from "./origin.ts";
import { parseCode } from "./parse-code.ts";
import {
  parametersOf,
  parametersOfClass,
  type NameParameter,
} from "./sdk-methods.ts";

/**
 * A connection name that code hands over, or the place where it hands over one that is only known
 * while it runs.
 */
export interface NameUse {
  /**
   * `dynamic`: computed, so there is no name. `possible`: there is too little evidence that the
   * call is the SDK's.
   */
  readonly kind: "literal" | "dynamic" | "possible";
  /** Absent for `dynamic`. */
  readonly name?: string;
  /** What is called: `actions.getAuthorizationLink`. */
  readonly call: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A file without any of these words has nothing to find, and is not parsed. */
const WORTH_PARSING =
  /scalekit|connected_?accounts?|authorization_?link|connection_?names?/iu;

/**
 * The connection names in one file, in reading order. Text that is no code, or is broken, gives
 * what can be understood of it; it never throws. `undefined`: it is nested too deeply to be parsed.
 */
export async function scanCode(
  file: string,
  text: string,
): Promise<readonly NameUse[] | undefined> {
  const language = codeLanguage(file);
  if (language === undefined || !WORTH_PARSING.test(text)) return [];
  const model = await parseCode(language, text);
  if (model === undefined) return undefined;
  const origins = new Origins(importsSdk(text));
  const places = placesOf(file, text);
  return model.calls
    .flatMap((call) => usesIn(call, origins, places))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

/** Whether a file imports the SDK, type imports included. */
function importsSdk(text: string): boolean {
  return /["']@scalekit-sdk\/|^\s*(?:from|import)\s+scalekit\b/mu.test(text);
}

type PlaceOf = (offset: number) => Pick<NameUse, "file" | "line" | "column">;

function placesOf(file: string, text: string): PlaceOf {
  const starts = [0];
  for (const match of text.matchAll(/\r\n?|\n/gu))
    starts.push(match.index + match[0].length);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

interface Target {
  readonly call: string;
  readonly parameters: readonly NameParameter[];
  readonly isSure: boolean;
}

function usesIn(call: Call, origins: Origins, placeOf: PlaceOf): NameUse[] {
  const target = targetOf(call.callee, origins);
  if (target === undefined) return [];
  const found = target.parameters.flatMap((parameter) =>
    argumentsFor(call, parameter).flatMap(({ argument, isWeak }): NameUse[] =>
      namesIn(argument).flatMap(({ name, from }): NameUse[] => {
        const isSure =
          target.isSure &&
          !isWeak &&
          !call.isBroken &&
          parameter.isUncertain !== true;
        const use = { call: target.call, ...placeOf(from) };
        if (name !== undefined)
          return [{ ...use, name, kind: isSure ? "literal" : "possible" }];
        // A computed name in a call that may be anything is no news.
        return isSure ? [{ ...use, kind: "dynamic" }] : [];
      }),
    ),
  );
  // What is spread into the call may hold the name.
  if (found.length === 0 && call.isOpen && target.isSure)
    return target.parameters.some(({ isUncertain }) => isUncertain !== true)
      ? [{ kind: "dynamic", call: target.call, ...placeOf(call.from) }]
      : [];
  return found;
}

/** What a call is of, when it can be one of the SDK's. */
function targetOf(callee: Expression, origins: Origins): Target | undefined {
  if (callee.kind === "name") return targetOfName(callee, origins);
  if (callee.kind !== "member") return undefined;
  const origin = origins.of(callee.object);
  if (origin.kind === "section")
    return {
      call: `${origin.section}.${callee.name}`,
      parameters: parametersOf(origin.section, callee.name),
      isSure: origin.isSure,
    };
  if (origin.kind === "module")
    return {
      call: callee.name,
      parameters: parametersOfClass(callee.name),
      isSure: true,
    };
  // What is around a client, or around one of its sections, may pass the call on.
  if (origin.kind === "client" && !origin.isSure)
    return anySection(callee.name, "client");
  if (origin.kind !== "unknown") return undefined;
  // `actions.getAuthorizationLink(…)` on something from another file: its name alone is weak.
  const isNamedSo =
    /(?:actions|accounts|tools)$/iu.test(origin.name) ||
    origins.looksLikeClient(origin);
  return isNamedSo ? anySection(callee.name, origin.name) : undefined;
}

function targetOfName(
  callee: Extract<Expression, { kind: "name" }>,
  origins: Origins,
): Target | undefined {
  const bound = callee.scope.find(callee.name)?.only();
  // `const { getAuthorizationLink } = client.actions`
  if (bound?.kind === "member") return targetOf(bound, origins);
  if (bound?.kind !== "imported" || !isSdkModule(bound.module))
    return undefined;
  const parameters = parametersOfClass(bound.name ?? "");
  return { call: callee.name, parameters, isSure: true };
}

function anySection(method: string, object: string): Target {
  return {
    call: `${object}.${method}`,
    parameters: [
      ...parametersOf("actions", method),
      ...parametersOf("accounts", method),
    ],
    isSure: false,
  };
}

interface Found {
  readonly argument: Placed;
  readonly isWeak: boolean;
}

function argumentsFor(call: Call, parameter: NameParameter): Found[] {
  const [first = "", second] = parameter.path;
  const named = call.named.get(first);
  if (named !== undefined) {
    if (second === undefined) return [{ argument: named, isWeak: false }];
    const value = valueOf(named.value);
    const inner = value?.kind === "object" ? value.entries.get(second) : null;
    return inner === null || inner === undefined
      ? []
      : [{ argument: inner, isWeak: false }];
  }
  const positional =
    parameter.position === undefined
      ? undefined
      : call.positional[parameter.position];
  return positional === undefined
    ? []
    : [{ argument: positional, isWeak: true }];
}

interface FoundName {
  /** `undefined`: computed. */
  readonly name: string | undefined;
  readonly from: number;
}

/** The names an argument can hold; a list gives each of its items. */
function namesIn({ value, from }: Placed): FoundName[] {
  const constant = valueOf(value);
  if (constant?.kind === "list") {
    const items = constant.items.flatMap((item) =>
      // What a constant list holds is reported where it is used.
      namesIn(value.kind === "list" ? item : { ...item, from }),
    );
    return constant.isOpen ? [...items, { name: undefined, from }] : items;
  }
  const names = namesOf(value);
  return names === undefined
    ? [{ name: undefined, from }]
    : [...new Set(names)].map((name) => ({ name, from }));
}
