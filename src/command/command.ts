import type { Input } from "./input.ts";
import type { Io } from "./io.ts";

/** Carries out a command and resolves to the exit status. Throws AppErrors; the caller prints them. */
export type Run = (input: Input, io: Io) => Promise<number>;

/** An option. Every one has a `TIELINE_…` variable, made from its name; what the command line says counts first. */
export interface OptionDefinition {
  /** As commander reads it: `--out <file>`, `--yes`. */
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
  /** May be given several times. */
  readonly isRepeatable?: boolean;
  /** Answers a question about changing something: its variable counts in pipelines only. */
  readonly confirms?: boolean;
}

/** A positional argument. */
export interface ArgumentDefinition {
  readonly name: string;
  readonly description: string;
  readonly isRequired: boolean;
  readonly isVariadic?: boolean;
}

/** One command as data, with where to find what carries it out. */
export interface CommandDefinition {
  readonly name: string;
  /** Where help lists it, among the others from small to large: the order in which a newcomer needs them. Not for a command of a group. */
  readonly place?: number;
  readonly summary: string;
  /** Command lines without the program's name, each with what it does. Help starts with them. */
  readonly examples: readonly (readonly [string, string])[];
  readonly args: readonly ArgumentDefinition[];
  /** One with the flags of an option that every command has takes its place. */
  readonly options: readonly OptionDefinition[];
  /** Loads what carries it out: only when the command runs, so that help and usage errors cost next to nothing. */
  readonly run: () => Promise<{ readonly run: Run }>;
}

/** Commands under one word, such as `state show`. The word alone prints help. */
export interface CommandGroup {
  readonly name: string;
  readonly place: number;
  readonly summary: string;
  readonly examples: CommandDefinition["examples"];
  readonly subcommands: readonly CommandDefinition[];
}
