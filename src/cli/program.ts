import { Command, CommanderError } from "commander";
import type { CommandDefinition, CommandGroup } from "../command/command.ts";
import type {
  ArgumentDefinition,
  Input,
  InputValue,
} from "../command/input.ts";
import type { ProcessEnv } from "../domain/environment-access.ts";
import { namesEnvironment, writtenOut } from "./argv.ts";
import { examplesText } from "./examples.ts";
import { COMMANDS } from "./generated/commands.ts";
import {
  ENVIRONMENT_OPTION,
  optionOf,
  optionsOf,
  readOptions,
  textOf,
  textsOf,
} from "./options.ts";
import { usageProblem, type UsageProblem } from "./usage.ts";

/** What a command line asked for, or the text and status it ends with. */
export type Parsed =
  | {
      readonly kind: "run";
      readonly command: CommandDefinition;
      readonly input: Input;
    }
  | { readonly kind: "text"; readonly text: string }
  | (UsageProblem & {
      readonly kind: "usage";
      readonly code: "CLI001" | "CLI110";
      /** Help, where a command was named that is none by itself. */
      readonly help?: string;
    });

/** How a command line is read, and where what is found goes. */
interface Reading {
  readonly argv: readonly string[];
  readonly env: ProcessEnv;
  readonly output: string[];
  readonly found: (parsed: Parsed) => void;
}

/**
 * Parses a command line, and the variables that stand for options. Prints nothing and never exits.
 */
export function parseCommandLine(
  given: readonly string[],
  version: string,
  env: ProcessEnv,
): Parsed {
  const argv = writtenOut(helpWords(given) ?? given);
  let parsed: Parsed | undefined;
  const output: string[] = [];
  const found = (what: Parsed): void => {
    parsed = what;
  };
  const reading: Reading = { argv, env, output, found };
  const program = baseProgram(version, output);
  for (const entry of COMMANDS) {
    // A command that is not named is only listed: building all of them would double the time that
    // help takes.
    if (!argv.includes(entry.name))
      program.command(entry.name).summary(entry.summary);
    else if ("subcommands" in entry) {
      const group = addGroup(program, entry, output);
      for (const definition of entry.subcommands)
        addCommand(group, definition, reading);
    } else addCommand(program, entry, reading);
  }
  try {
    program.parse([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return endOf(error, { argv, text: output.join("") });
  }
  return parsed ?? { kind: "text", text: program.helpInformation() };
}

/** The words of `help <command>` as those of `<command> --help`; topics stay what they are. */
function helpWords(argv: readonly string[]): readonly string[] | undefined {
  const [first, ...words] = argv;
  if (first !== "help") return undefined;
  const [name] = words;
  const isCommand = COMMANDS.some((entry) => entry.name === name);
  return name === undefined || (isCommand && name !== "help")
    ? [...words, "--help"]
    : undefined;
}

function endOf(
  error: CommanderError,
  { argv, text }: { readonly argv: readonly string[]; readonly text: string },
): Parsed {
  if (error.exitCode === 0) return { kind: "text", text };
  if (error.code === "commander.help")
    return {
      kind: "usage",
      code: "CLI001",
      message: "no command is named",
      fix: "name one of the commands above",
      help: text,
    };
  return {
    kind: "usage",
    code: "CLI001",
    ...usageProblem(
      argv,
      error.code === "commander.excessArguments" && namesEnvironment(argv)
        ? "too many arguments: -e names the environment, which is no argument then"
        : text.trim() || error.message,
    ),
  };
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
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .configureHelp({ sortSubcommands: false, subcommandTerm });
  quiet(program, output);
  program.addHelpText(
    "before",
    examplesText([
      ["init demo", "scaffold a configuration that plans and applies"],
      ["validate", "check every document"],
      ["plan dev", "show what an apply would do, and what it means"],
      ["apply dev", "do it, after confirmation"],
      ["drift prod", "has someone changed it by hand?"],
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
  reading: Reading,
): void {
  const command = program
    .command(definition.name)
    .description(definition.summary)
    .summary(definition.summary);
  quiet(command, reading.output);
  command.helpOption("-h, --help", "print help");
  command.addHelpText("before", examplesText(definition.examples));
  const way = wayOfEnvironment(definition, reading.argv);
  const args = Object.entries(definition.args).filter(
    ([name]) => !(way === "instead" && name === "environment"),
  );
  for (const [name, argument] of args) {
    const isFree = way === "fills" && name === "what";
    command.argument(
      termOf(name, isFree ? { ...argument, kind: "optional" } : argument),
      argument.description,
    );
  }
  if (way !== "own" && way !== "fills")
    command.addOption(optionOf("environment", ENVIRONMENT_OPTION));
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
    chosen(command, { definition, given: Object.fromEntries(given) }, reading);
  });
}

function chosen(
  command: Command,
  {
    definition,
    given,
  }: { readonly definition: CommandDefinition; readonly given: Input["args"] },
  { env, found }: Reading,
): void {
  const args = withEnvironment(given, definition, command);
  const read = readOptions(command, definition, env);
  found(
    read.kind === "problem"
      ? misunderstood(read)
      : {
          kind: "run",
          command: definition,
          input: { args, options: read.values, variables: read.variables },
        },
  );
}

/**
 * What `-e` is to a command: an option of its own, of which `fills` is one that names what is
 * missing; one more way to write the argument, which is then there (`instead`) or not (`beside`);
 * or nothing.
 */
function wayOfEnvironment(
  { args, options }: CommandDefinition,
  argv: readonly string[],
): "own" | "fills" | "instead" | "beside" {
  if (Object.hasOwn(options, "environment"))
    return Object.hasOwn(args, "what") && namesEnvironment(argv)
      ? "fills"
      : "own";
  const argument = args["environment"];
  if (argument === undefined) return "own";
  return namesEnvironment(argv) && !isMany(argument.kind)
    ? "instead"
    : "beside";
}

/** The arguments with what `-e` says. */
function withEnvironment(
  given: Input["args"],
  { args, options }: CommandDefinition,
  command: Command,
): Input["args"] {
  const said: unknown = command.opts()["environment"];
  if (Object.hasOwn(options, "environment"))
    return Object.hasOwn(args, "what") && given["what"] === undefined
      ? { ...given, what: textOf(said) }
      : given;
  const names = textsOf(said);
  const argument = args["environment"];
  if (argument === undefined || (names.length === 0 && "environment" in given))
    return given;
  if (isMany(argument.kind))
    return {
      ...given,
      environment: [...textsOf(given["environment"]), ...names],
    };
  const [name, ...others] = names;
  if (name === undefined || others.length > 0)
    command.error("error: this command takes one environment");
  return { ...given, environment: name };
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

/** The value is not repeated: what stands in the wrong variable may be a secret. */
function misunderstood({
  variable,
  why,
  fix,
}: {
  readonly variable: string;
  readonly why: string;
  readonly fix: string;
}): Parsed {
  return {
    kind: "usage",
    code: "CLI110",
    message: `the value of ${variable} is not understood: ${why}`,
    fix: `${fix}; or: unset ${variable}`,
  };
}

function quiet(command: Command, output: string[]): void {
  command.exitOverride();
  command.configureOutput({
    writeOut: (text) => output.push(text),
    writeErr: (text) => output.push(text),
  });
}
