/** A value given on the command line, by name of its option or argument in camelCase. */
export type InputValue = string | boolean | readonly string[] | undefined;

/** The parsed command line of one command. */
export interface Input {
  readonly args: Readonly<Record<string, InputValue>>;
  readonly options: Readonly<Record<string, InputValue>>;
}

/** A text option or argument, or `undefined` when it was not given. */
export function textOf(value: InputValue): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A repeatable option or variadic argument as a list. */
export function listOf(value: InputValue): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" ? value : [];
}
