/**
 * What a command line gives: the options and arguments of a command as data, and the types of their
 * values, which follow from it.
 */

/** An option that is given or not. */
export interface FlagOption {
  readonly kind: "flag";
  readonly description: string;
  /** One letter that says the same. */
  readonly short?: string;
  /** Answers a question about changing something: its variable counts in pipelines only. */
  readonly confirms?: boolean;
}

/** An option with a value. */
export interface TextOption {
  readonly kind: "text";
  /** What the value is, as help shows it. */
  readonly value: string;
  readonly description: string;
  readonly short?: string;
}

/** An option whose value is one of a few words. */
export interface ChoiceOption<Word extends string = string> {
  readonly kind: "choice";
  readonly value: string;
  readonly choices: readonly Word[];
  readonly description: string;
  readonly short?: string;
  /**
   * The words that on and off stand for: the option without a value is on, and its variable may be
   * either.
   */
  readonly switch?: { readonly on: Word; readonly off: Word };
}

/** An option that may be given several times. */
export interface ListOption {
  readonly kind: "list";
  readonly value: string;
  readonly description: string;
  readonly short?: string;
}

/**
 * An option. It has a `TIELINE_…` variable of its name; what the command line says counts first.
 */
export type OptionDefinition =
  FlagOption | TextOption | ChoiceOption | ListOption;

/** A positional argument; `several` is at least one. Both `several` and `anyNumber` come last. */
export interface ArgumentDefinition {
  readonly kind: "required" | "optional" | "several" | "anyNumber";
  readonly description: string;
}

/** Options by key, from which their names follow: `signKeyFile` is `--sign-key-file`. */
export type Options = Readonly<Record<string, OptionDefinition>>;

/** Arguments by name, in their order. */
export type Arguments = Readonly<Record<string, ArgumentDefinition>>;

/** A value given on the command line. */
export type InputValue = string | boolean | readonly string[] | undefined;

/** A parsed command line of which the definition is not known. */
export interface Input {
  readonly args: Readonly<Record<string, InputValue>>;
  readonly options: Readonly<Record<string, InputValue>>;
  /** Variables that gave a value, by the option's key; what the command line says is not here. */
  readonly variables?: Readonly<Record<string, string>>;
}

type OptionValue<O extends OptionDefinition> = O extends FlagOption
  ? boolean
  : O extends ListOption
    ? readonly string[]
    : O extends ChoiceOption<infer Word>
      ? Word | undefined
      : string | undefined;

type ArgumentValue<A extends ArgumentDefinition> = A extends {
  readonly kind: "required";
}
  ? string
  : A extends { readonly kind: "optional" }
    ? string | undefined
    : readonly string[];

/** The values of options. */
export type ValuesOf<O extends Options> = {
  readonly [K in keyof O]: OptionValue<O[K]>;
};

/** The parsed command line of a command that takes this, and what every command takes. */
export interface InputOf<
  T extends { readonly args: Arguments; readonly options: Options },
> {
  readonly args: {
    readonly [K in keyof T["args"]]: ArgumentValue<T["args"][K]>;
  };
  readonly options: ValuesOf<T["options"]> &
    Omit<ValuesOf<typeof GLOBAL_OPTIONS>, keyof T["options"]>;
  readonly variables?: NonNullable<Input["variables"]>;
}

/** What matters of any command line, whichever command it is of. */
export interface CommonInput {
  readonly options: Omit<ValuesOf<typeof GLOBAL_OPTIONS>, "output"> & {
    /** Commands whose result is findings have more forms than others. */
    readonly output?: string | undefined;
    /** Of commands that speak to an API. */
    readonly target?: string | undefined;
    /** Of commands that can be followed. */
    readonly jsonEvents?: boolean;
  };
}

/** An option that is given or not. */
export function flag(
  description: string,
  more: Pick<FlagOption, "short" | "confirms"> = {},
): FlagOption {
  return { kind: "flag", description, ...more };
}

/** An option with a value, which help shows as `<value>`. */
export function text(
  value: string,
  description: string,
  more: Pick<TextOption, "short"> = {},
): TextOption {
  return { kind: "text", value, description, ...more };
}

/** An option whose value is one of a few words. */
export function choice<const Word extends string>(
  value: string,
  choices: readonly Word[],
  description: string,
  more: Pick<ChoiceOption<Word>, "short" | "switch"> = {},
): ChoiceOption<Word> {
  return { kind: "choice", value, choices, description, ...more };
}

/** An option that may be given several times. */
export function list(
  value: string,
  description: string,
  more: Pick<ListOption, "short"> = {},
): ListOption {
  return { kind: "list", value, description, ...more };
}

/** An argument of one kind. */
type Argument<K extends ArgumentDefinition["kind"]> = ArgumentDefinition & {
  readonly kind: K;
};

/** An argument that must be there. */
export function required(description: string): Argument<"required"> {
  return { kind: "required", description };
}

/** An argument that may be left out. */
export function optional(description: string): Argument<"optional"> {
  return { kind: "optional", description };
}

/** At least one argument, the last of a command. */
export function several(description: string): Argument<"several"> {
  return { kind: "several", description };
}

/** Any number of arguments, the last of a command. */
export function anyNumber(description: string): Argument<"anyNumber"> {
  return { kind: "anyNumber", description };
}

/** Options every command has. */
export const GLOBAL_OPTIONS = {
  root: text(
    "folder",
    "folder that holds connections/ and environments/ (default: the nearest one upward)",
  ),
  output: choice("format", ["text", "json"], "how results are written", {
    short: "o",
  }),
  json: flag("same as --output json: exactly one JSON value on stdout"),
  color: choice(
    "when",
    ["always", "auto", "never"],
    "auto is colour on a terminal, unless NO_COLOR is set; alone it is always (default: auto)",
    { switch: { on: "always", off: "never" } },
  ),
  noColor: flag("same as --color never"),
  noInput: flag("never ask; a question becomes an error that names an option"),
  quiet: flag("only results and errors", { short: "q" }),
  verbose: flag("more detail", { short: "v" }),
  traceHttp: flag(
    "one line for each request on stderr: method, route, status, time; never a header or a body",
  ),
};
