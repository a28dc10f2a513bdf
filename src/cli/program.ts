import { Command, CommanderError, Option } from "commander";
import { COMMANDS } from "./generated/commands.ts";
import type {
  CommandDefinition,
  CommandGroup,
  OptionDefinition,
} from "../command/command.ts";
import type { Input, InputValue } from "../command/input.ts";
import { largest } from "../util/extremes.ts";
import { variableName } from "../command/switches.ts";
import { OWN_SWITCHES, readSwitch, readVariable } from "./variables.ts";

/** Variables of the process. */
type Env = Readonly<Record<string, string | undefined>>;

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

/** Options every command has. */
export const GLOBAL_OPTIONS: readonly OptionDefinition[] = [
  {
    flags: "--root <folder>",
    description:
      "folder that holds connections/ and environments/ (default: the nearest one upward)",
  },
  {
    flags: "--output <format>",
    description: "how results are written",
    choices: ["text", "json"],
  },
  {
    flags: "--json",
    description: "same as --output json: exactly one JSON value on stdout",
  },
  { flags: "--color", description: "colour even without a terminal" },
  { flags: "--no-color", description: "no colour (also: NO_COLOR)" },
  {
    flags: "--no-input",
    description: "never ask; a question becomes an error",
  },
  { flags: "-q, --quiet", description: "only results and errors" },
  {
    flags: "-v, --verbose",
    description: "more detail, and one line for each request on stderr",
  },
];

/**
 * Parses a command line, and the variables that stand for options. Prints nothing and never exits.
 */
export function parseCommandLine(
  argv: readonly string[],
  version: string,
  env: Env,
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
  for (const argument of definition.args) {
    const inner =
      argument.isVariadic === true ? `${argument.name}...` : argument.name;
    command.argument(
      argument.isRequired ? `<${inner}>` : `[${inner}]`,
      argument.description,
    );
  }
  for (const option of optionsOf(definition))
    command.addOption(optionOf(option));
  command.action((...values: unknown[]) => {
    const args: Record<string, InputValue> = {};
    // Commander hands over the arguments in order, then the options, then the command itself.
    definition.args.forEach((argument, index) => {
      args[camelCase(argument.name)] = inputValue(values[index]);
    });
    chosen(command, args);
  });
}

/** Its own options, and those that every command has as far as it has none of the same name. */
function optionsOf(definition: CommandDefinition): readonly OptionDefinition[] {
  const own = new Set(definition.options.map(({ flags }) => flags));
  const global = GLOBAL_OPTIONS.filter(({ flags }) => !own.has(flags));
  return [...definition.options, ...global];
}

/** What was chosen, with what variables say where the command line says nothing. */
function withVariables(
  command: Command,
  definition: CommandDefinition,
  args: Input["args"],
  env: Env,
): Parsed {
  const options: Record<string, InputValue> = {};
  for (const [name, value] of Object.entries(command.opts()))
    options[name] = inputValue(value);
  for (const name of OWN_SWITCHES) {
    const said = readSwitch(env[name] ?? "");
    if (said.kind === "problem") return misunderstood(name, said);
  }
  for (const each of optionsOf(definition)) {
    const option = optionOf(each);
    const attribute = option.attributeName();
    const variable = variableName(option.long ?? "");
    const text = env[variable];
    if (text === undefined) continue;
    const said = readVariable(each, text, env);
    if (said.kind === "problem") return misunderstood(variable, said);
    if (command.getOptionValueSource(attribute) === "cli") continue;
    if (said.kind === "none") continue;
    if (!option.negate) options[attribute] = said.value;
    else if (said.value === true) options[attribute] = false;
  }
  return { kind: "run", command: definition, input: { args, options } };
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

function optionOf(definition: OptionDefinition): Option {
  const option = new Option(definition.flags, definition.description);
  if (definition.choices !== undefined) option.choices([...definition.choices]);
  if (definition.isRepeatable === true)
    option.argParser((value: string, all: unknown) => [
      ...(Array.isArray(all) ? (all as unknown[]) : []),
      value,
    ]);
  return option;
}

function inputValue(value: unknown): InputValue {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(String);
  return undefined;
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/gu, (_, letter: string) =>
    letter.toUpperCase(),
  );
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
