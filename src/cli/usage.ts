import { shellWord } from "../util/shell-word.ts";
import { COMMANDS } from "./generated/commands.ts";

/** What is wrong with a command line, and a command that can be pasted instead. */
export interface UsageProblem {
  readonly message: string;
  readonly fix: string;
}

/**
 * Puts what commander says in the words of every message. Where it knows one word that was meant,
 * the command line with that word is the fix; else it is the help of the command.
 */
export function usageProblem(
  argv: readonly string[],
  said: string,
): UsageProblem {
  const [first = "", ...more] = said.trim().split("\n");
  const what = first.replace(/^error: /u, "");
  const meant = /^\(Did you mean (?:one of )?(.+)\?\)$/u.exec(more.join(" "));
  const wrong = /^unknown (?:option|command) '(.+)'$/u.exec(what)?.[1];
  const words = meant?.[1]?.split(", ") ?? wordOfGroup(wrong);
  const [word, ...others] = words;
  if (word === undefined) return { message: what, fix: helpCommand(argv) };
  const isOne = wrong !== undefined && others.length === 0;
  return {
    message: `${what}; did you mean ${words.join(" or ")}?`,
    fix: isOne ? corrected(argv, wrong, word) : helpCommand(argv),
  };
}

/** A command of a group, named without its group. */
function wordOfGroup(wrong: string | undefined): readonly string[] {
  return COMMANDS.flatMap((entry) =>
    "subcommands" in entry &&
    entry.subcommands.some(({ name }) => name === wrong)
      ? [`${entry.name} ${wrong ?? ""}`]
      : [],
  );
}

function corrected(
  argv: readonly string[],
  wrong: string,
  word: string,
): string {
  const at = argv.findIndex(
    (each) => each === wrong || each.startsWith(`${wrong}=`),
  );
  const words = argv.map((each, index) =>
    index === at
      ? `${word}${shellTail(each.slice(wrong.length))}`
      : shellWord(each),
  );
  return ["tieline", ...words].join(" ");
}

function shellTail(text: string): string {
  return text === "" ? "" : shellWord(text);
}

/**
 * What prints the help of the command that was meant, as far as its words are names of commands.
 */
export function helpCommand(argv: readonly string[]): string {
  return ["tieline", ...commandPath(argv), "--help"].join(" ");
}

function commandPath(argv: readonly string[]): readonly string[] {
  const entry = COMMANDS.find(({ name }) => argv.includes(name));
  if (entry === undefined) return [];
  const inner =
    "subcommands" in entry
      ? entry.subcommands.find(({ name }) => argv.includes(name))
      : undefined;
  return inner === undefined ? [entry.name] : [entry.name, inner.name];
}
