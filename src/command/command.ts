import type { Arguments, Input, InputOf, Options } from "./input.ts";
import type { Io } from "./io.ts";

/** One command as data, with where to find what carries it out. */
export interface CommandDefinition {
  readonly name: string;
  /**
   * Where help lists it, among the others from small to large: the order in which a newcomer needs
   * them. Not for a command of a group.
   */
  readonly place?: number;
  readonly summary: string;
  /** Command lines without the program's name, each with what it does. Help starts with them. */
  readonly examples: readonly (readonly [string, string])[];
  readonly args: Arguments;
  /**
   * A program reads what it prints, whoever started that program: an agent in between changes
   * nothing.
   */
  readonly isForPrograms?: boolean;
  /** One with the key of an option that every command has takes its place. */
  readonly options: Options;
  /**
   * Loads what carries it out: only when the command runs, so that help and usage errors cost next
   * to nothing.
   */
  load(): Promise<Loaded>;
}

/** What carries a command out, when it is not known which command it is. */
interface Loaded {
  /** Resolves to the exit status. Throws AppErrors; the caller prints them. */
  run(input: Input, io: Io): Promise<number>;
}

/** A definition whose run is given exactly what its arguments and options say. */
type Typed<A extends Arguments, O extends Options> = Omit<
  CommandDefinition,
  "args" | "options" | "load"
> & {
  readonly args: A;
  readonly options: O;
  readonly load: () => Promise<{
    readonly run: (
      input: InputOf<{ readonly args: A; readonly options: O }>,
      io: Io,
    ) => Promise<number>;
  }>;
};

/**
 * A command: what runs is held to what the definition takes. From here on the types are those of
 * any command; the parser makes of a command line what {@link InputOf} says.
 */
export function defineCommand<A extends Arguments, O extends Options>(
  definition: Typed<A, O>,
): CommandDefinition {
  return definition;
}

/** Commands under one word, such as `state show`. The word alone prints help. */
export interface CommandGroup {
  readonly name: string;
  readonly place: number;
  readonly summary: string;
  readonly examples: CommandDefinition["examples"];
  readonly subcommands: readonly CommandDefinition[];
}
