import type { ProcessEnv } from "../domain/environment-access.ts";
import { Command, CommanderError, Option } from "commander";
import { COMMANDS } from "./generated/commands.ts";
import type { CommandDefinition, CommandGroup } from "../command/command.ts";
import {
  GLOBAL_OPTIONS,
  type ArgumentDefinition,
  type Input,
  type InputValue,
  type OptionDefinition,
  type Options,
} from "../command/input.ts";
import { largest } from "../util/extremes.ts";
import { variableName } from "../command/switches.ts";
import { OWN_SWITCHES, readSwitch, readVariable } from "./variables.ts";

/** What a command line asked for, or the text and status it ends with. */
export type Parsed =
  | {
      readonly kind: "run";
      readonly command: CommandDefinition;
      readonly input: Input;
    }
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "usage";
      readonly code: "CLI001" | "CLI110";
      readonly message: string;
      readonly fix: string;
    };

/**
 * Parses a command line, and the variables that stand for options. Prints nothing and never exits.
 */
export function parseCommandLine(
  argv: readonly string[],
  version: string,
  env: ProcessEnv,
): Parsed {
  let parsed: Parsed | undefined;
  const output: string[] = [];
  const program = baseProgram(version, output);
  const add = (parent: Command, definition: CommandDefinition): void => {
    addCommand(parent, definition, output, (command, args) => {
      parsed = withVariables(command, definition, args, env);
    });
  };
  for (const entry of COMMANDS) {
    // A command that is not named is only listed: building all of them would double the time that
    // help takes.
    if (!argv.includes(entry.name))
      program.command(entry.name).summary(entry.summary);
    else if ("subcommands" in entry) {
      const group = addGroup(program, entry, output);
      for (const definition of entry.subcommands) add(group, definition);
    } else add(program, entry);
  }
  try {
    program.parse([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: "text", text: output.join("") };
    return {
      kind: "usage",
      code: "CLI001",
      message: output.join("").trim() || error.message,
      fix:
        error.code === "commander.help"
          ? "name one of the commands above"
          : `look at tieline ${[...commandPath(argv), "--help"].join(" ")}`,
    };
  }
  return parsed ?? { kind: "text", text: program.helpInformation() };
}

/** The names of the command that was meant, as far as they are names of commands. */
function commandPath(argv: readonly string[]): readonly string[] {
  const entry = COMMANDS.find(({ name }) => argv.includes(name));
  if (entry === undefined) return [];
  const inner =
    "subcommands" in entry
      ? entry.subcommands.find(({ name }) => argv.includes(name))
      : undefined;
  return inner === undefined ? [entry.name] : [entry.name, inner.name];
}

/** Commands are listed by name; what they take is in their own help. */
const subcommandTerm = (command: Command): string => command.name();

function baseProgram(version: string, output: string[]): Command {
  const program = new Command("tieline")
    .description(
      "Connections as code: reviewed YAML in, and the platform agrees with it.",
    )
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .showSuggestionAfterError(true)
    .configureHelp({ sortSubcommands: false, subcommandTerm });
  quiet(program, output);
  program.addHelpText(
    "before",
    examplesText([
      ["init demo", "scaffold a configuration that plans and applies at once"],
      ["validate", "check every document"],
      ["plan dev", "show what an apply would do, and what it means"],
      ["apply dev", "do it, after confirmation"],
      [
        "drift prod --detailed-exitcode",
        "has someone changed it by hand? (exit 2 when so)",
      ],
    ]),
  );
  return program;
}

function addGroup(
  program: Command,
  group: CommandGroup,
  output: string[],
): Command {
  const command = program
    .command(group.name)
    .description(group.summary)
    .summary(group.summary)
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .showSuggestionAfterError(true)
    .configureHelp({ sortSubcommands: false, subcommandTerm });
  quiet(command, output);
  command.addHelpText("before", examplesText(group.examples));
  return command;
}

function addCommand(
  program: Command,
  definition: CommandDefinition,
  output: string[],
  chosen: (command: Command, args: Input["args"]) => void,
): void {
  const command = program
    .command(definition.name)
    .description(definition.summary)
    .summary(definition.summary);
  quiet(command, output);
  command.helpOption("-h, --help", "print help");
  command.addHelpText("before", examplesText(definition.examples));
  const args = Object.entries(definition.args);
  for (const [name, argument] of args)
    command.argument(termOf(name, argument), argument.description);
  for (const [key, option] of Object.entries(optionsOf(definition)))
    command.addOption(optionOf(key, option));
  command.action((...values: unknown[]) => {
    // Commander hands over the arguments in order, then the options, then the command itself.
    const given = args.map(
      ([name, { kind }], index): readonly [string, InputValue] => [
        name,
        isMany(kind) ? textsOf(values[index]) : textOf(values[index]),
      ],
    );
    chosen(command, Object.fromEntries(given));
  });
}

function isMany(kind: ArgumentDefinition["kind"]): boolean {
  return kind === "several" || kind === "anyNumber";
}

/** An argument as commander reads it, and as help shows it. */
function termOf(name: string, { kind }: ArgumentDefinition): string {
  const inner = isMany(kind) ? `${name}...` : name;
  return kind === "required" || kind === "several"
    ? `<${inner}>`
    : `[${inner}]`;
}

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
function withVariables(
  command: Command,
  definition: CommandDefinition,
  args: Input["args"],
  env: ProcessEnv,
): Parsed {
  for (const name of OWN_SWITCHES) {
    const said = readSwitch(env[name] ?? "");
    if (said.kind === "problem") return misunderstood(name, said);
  }
  // By the names commander gives them: a switch and the one that takes it back share one.
  const raw: Record<string, unknown> = { ...command.opts() };
  const definitions = Object.entries(optionsOf(definition));
  for (const [key, each] of definitions) {
    const option = optionOf(key, each);
    const attribute = option.attributeName();
    const variable = variableName(option.long ?? "");
    const text = env[variable];
    if (text === undefined) continue;
    const said = readVariable(each, text, env);
    if (said.kind === "problem") return misunderstood(variable, said);
    if (command.getOptionValueSource(attribute) === "cli") continue;
    if (said.kind === "none") continue;
    if (!option.negate) raw[attribute] = said.value;
    else if (said.value === true) raw[attribute] = false;
  }
  const values = definitions.map(
    ([key, each]): readonly [string, InputValue] => {
      const option = optionOf(key, each);
      const value = raw[option.attributeName()];
      return [key, optionValue(each, { isNegative: option.negate, value })];
    },
  );
  const input = { args, options: Object.fromEntries(values) };
  return { kind: "run", command: definition, input };
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

/** The value is not repeated: what stands in the wrong variable may be a secret. */
function misunderstood(
  variable: string,
  { why, fix }: { readonly why: string; readonly fix: string },
): Parsed {
  return {
    kind: "usage",
    code: "CLI110",
    message: `error CLI110: the value of ${variable} is not understood: ${why}`,
    fix: `${fix}; or unset ${variable}`,
  };
}

function quiet(command: Command, output: string[]): void {
  command.exitOverride();
  command.configureOutput({
    writeOut: (text) => output.push(text),
    writeErr: (text) => output.push(text),
  });
}

/** An option as commander reads it, and as help shows it. */
function optionOf(key: string, definition: OptionDefinition): Option {
  const long = `--${kebabCase(key)}`;
  const option = new Option(flagsOf(long, definition), definition.description);
  if (definition.kind === "choice") option.choices([...definition.choices]);
  if (definition.kind === "list")
    option.argParser((value: string, all: unknown) => [...textsOf(all), value]);
  return option;
}

function flagsOf(long: string, definition: OptionDefinition): string {
  if (definition.kind !== "flag") return `${long} <${definition.value}>`;
  const { short } = definition;
  return short === undefined ? long : `-${short}, ${long}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** How an option is written of which the definition has the key. */
export function kebabCase(key: string): string {
  return key.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
}

function examplesText(examples: CommandDefinition["examples"]): string {
  const width = largest(
    examples.map(([line]) => line.length),
    0,
  );
  return [
    "Examples:",
    ...examples.map(
      ([line, text]) => `  tieline ${line.padEnd(width)}  ${text}`,
    ),
    "",
  ].join("\n");
}
