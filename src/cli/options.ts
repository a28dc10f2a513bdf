import { Option, type Command } from "commander";
import { agentVariable } from "../command/agent.ts";
import type { CommandDefinition } from "../command/command.ts";
import {
  GLOBAL_OPTIONS,
  list,
  type Input,
  type InputValue,
  type OptionDefinition,
  type Options,
} from "../command/input.ts";
import { variableName } from "../command/switches.ts";
import type { ProcessEnv } from "../domain/environment-access.ts";
import { OWN_SWITCHES, readSwitch, readVariable } from "./variables.ts";

/** The values of all options, or the variable that says nothing that can be understood. */
export type OptionsRead =
  | {
      readonly kind: "values";
      readonly values: Input["options"];
      readonly variables: NonNullable<Input["variables"]>;
    }
  | {
      readonly kind: "problem";
      readonly variable: string;
      readonly why: string;
      readonly fix: string;
    };

/** What names the environment where an argument could. */
export const ENVIRONMENT_OPTION: OptionDefinition = list(
  "name",
  "same as the argument",
  { short: "e" },
);

/** Its own options, and those that every command has as far as it has none of the same name. */
export function optionsOf({
  options,
}: Pick<CommandDefinition, "options">): Options {
  const others = Object.entries(GLOBAL_OPTIONS).filter(
    ([key]) => !Object.hasOwn(options, key),
  );
  return { ...options, ...Object.fromEntries(others) };
}

/** What was chosen, with what variables say where the command line says nothing. */
export function readOptions(
  command: Command,
  definition: CommandDefinition,
  env: ProcessEnv,
): OptionsRead {
  for (const variable of OWN_SWITCHES) {
    const said = readSwitch(env[variable] ?? "");
    if (said.kind === "problem") return { ...said, variable };
  }
  // By the names commander gives them: a switch and the one that takes it back share one.
  const raw: Record<string, unknown> = { ...command.opts() };
  const variables: Record<string, string> = {};
  const definitions = Object.entries(optionsOf(definition));
  for (const [key, each] of definitions) {
    const option = optionOf(key, each);
    const attribute = option.attributeName();
    const variable = variableName(option.long ?? "");
    const text = env[variable];
    if (text === undefined) continue;
    const said = readVariable(each, text, env);
    if (said.kind === "problem") return { ...said, variable };
    if (command.getOptionValueSource(attribute) === "cli") continue;
    if (said.kind === "none") continue;
    variables[key] = variable;
    if (!option.negate) raw[attribute] = said.value;
    else if (said.value === true) raw[attribute] = false;
  }
  settleForm(raw, { command, definition, env });
  const values = definitions.map(
    ([key, each]): readonly [string, InputValue] => {
      const option = optionOf(key, each);
      const value = raw[option.attributeName()];
      return [key, optionValue(each, { isNegative: option.negate, value })];
    },
  );
  return { kind: "values", values: Object.fromEntries(values), variables };
}

/**
 * One form is left: what the command line says counts before variables, and what anybody says
 * before what an agent is given.
 */
function settleForm(
  raw: Record<string, unknown>,
  {
    command,
    definition,
    env,
  }: {
    readonly command: Command;
    readonly definition: CommandDefinition;
    readonly env: ProcessEnv;
  },
): void {
  const isSaid = (name: string): boolean =>
    command.getOptionValueSource(name) === "cli";
  if (isSaid("output") && !isSaid("json")) raw["json"] = false;
  if (agentVariable(env) === undefined || definition.isForPrograms === true)
    return;
  const isOpen = ["output", "json", "jsonEvents"].every(
    (name) => raw[name] === undefined,
  );
  if (isOpen) raw["json"] = true;
}

/**
 * The value of an option as the types of input promise it: switches are on or off, lists are there.
 */
function optionValue(
  { kind }: OptionDefinition,
  {
    isNegative,
    value,
  }: { readonly isNegative: boolean; readonly value: unknown },
): InputValue {
  if (kind === "flag") return value === !isNegative;
  return kind === "list" ? textsOf(value) : textOf(value);
}

/** An option as commander reads it, and as help shows it. */
export function optionOf(key: string, definition: OptionDefinition): Option {
  const long = `--${kebabCase(key)}`;
  const option = new Option(flagsOf(long, definition), definition.description);
  if (definition.kind === "choice") option.choices([...definition.choices]);
  if (definition.kind === "list")
    option.argParser((value: string, all: unknown) => [...textsOf(all), value]);
  return option;
}

function flagsOf(long: string, definition: OptionDefinition): string {
  const { short } = definition;
  const names = short === undefined ? long : `-${short}, ${long}`;
  return definition.kind === "flag" ? names : `${names} <${definition.value}>`;
}

/** A text, where it is one. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The texts of a list, none where it is none. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** How an option is written of which the definition has the key. */
export function kebabCase(key: string): string {
  return key.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
}
