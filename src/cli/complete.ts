import type { CommandDefinition, CommandGroup } from "../command/command.ts";
import type { OptionDefinition } from "../command/input.ts";
import { compareText } from "../util/compare-text.ts";
import { namesOf, type NameSource, type NamesWorld } from "./complete-names.ts";
import { COMMANDS } from "./generated/commands.ts";
import { ENVIRONMENT_OPTION, kebabCase, optionsOf } from "./options.ts";

/** One way to go on: what would be written, and what it is. */
interface Candidate {
  readonly value: string;
  readonly about: string;
}

/** What a word can be: one of these, and perhaps a file. */
interface Candidates {
  readonly candidates: readonly Candidate[];
  readonly hasFiles: boolean;
}

/** Where the values of a word come from. */
type Source = NameSource | "file";

/** Arguments by name, or by the command as well where the name alone does not tell. */
const ARGUMENTS: Readonly<Record<string, readonly Source[]>> = {
  environment: ["environment"],
  other: ["environment"],
  "promote from": ["environment"],
  "promote to": ["environment"],
  connection: ["connection"],
  provider: ["provider"],
  what: ["environment", "file"],
  plan: ["file"],
  file: ["file"],
  folder: ["file"],
  path: ["file"],
  where: ["file"],
  base: ["file"],
  ours: ["file"],
  theirs: ["file"],
  shell: ["shell"],
  topic: ["topic"],
};

/** Options by name. Where the value is a file, its name says so. */
const OPTIONS: Readonly<Record<string, readonly Source[]>> = {
  environment: ["environment"],
  expectEnvironments: ["environment"],
  connection: ["connection"],
};

const FILE_VALUES: ReadonlySet<string> = new Set(["file", "folder", "path"]);

/**
 * The lines that a shell is answered: candidates with what they are, and `:files` where a file may
 * follow. Asks nobody and changes nothing.
 * @param given - How many words there are, then the words: a shell may lose the last one when it is
 * empty.
 */
export function completionLines(
  given: readonly string[],
  world: NamesWorld,
): readonly string[] {
  const [count = "", ...rest] = given;
  const words = joinedAtEquals(padded(rest, Number(count)));
  const { candidates, hasFiles } = candidatesFor(words, {
    ...world,
    root: valueOfOption(words, "--root") ?? world.root,
  });
  const lines = candidates.map(({ value, about }) => `${value}\t${about}`);
  return hasFiles ? [":files", ...lines] : lines;
}

function padded(words: readonly string[], count: number): readonly string[] {
  return count === words.length + 1 ? [...words, ""] : words;
}

/** bash breaks `--output=js` into three words; here it is an option and the word after it. */
function joinedAtEquals(words: readonly string[]): readonly string[] {
  return words.flatMap((word, index) => {
    const isLast = index === words.length - 1;
    const isAfterOption = words[index - 1]?.startsWith("--") === true;
    if (word === "=" && isAfterOption) return isLast ? [""] : [];
    return [word];
  });
}

function valueOfOption(
  words: readonly string[],
  name: string,
): string | undefined {
  const joined = words.find((word) => word.startsWith(`${name}=`));
  if (joined !== undefined) return joined.slice(name.length + 1);
  const at = words.indexOf(name);
  return at < 0 || at >= words.length - 2 ? undefined : words[at + 1];
}

function candidatesFor(
  words: readonly string[],
  world: NamesWorld,
): Candidates {
  const [name = ""] = words;
  if (words.length <= 1) return only(listed(COMMANDS), name);
  const entry = COMMANDS.find((each) => each.name === name);
  if (entry === undefined) return NOTHING;
  if (!("subcommands" in entry))
    return wordsOf(entry.name, entry, words.slice(1), world);
  const [, inner = ""] = words;
  if (words.length === 2) return only(listed(entry.subcommands), inner);
  const command = entry.subcommands.find((each) => each.name === inner);
  if (command === undefined) return NOTHING;
  return wordsOf(`${entry.name} ${inner}`, command, words.slice(2), world);
}

const NOTHING: Candidates = { candidates: [], hasFiles: false };

function listed(
  entries: readonly Pick<CommandGroup, "name" | "summary">[],
): readonly Candidate[] {
  return entries.map(({ name, summary }) => ({ value: name, about: summary }));
}

/** What can follow in a command: the value of an option, an option, or an argument. */
function wordsOf(
  path: string,
  command: CommandDefinition,
  words: readonly string[],
  world: NamesWorld,
): Candidates {
  const word = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const options = namedOptions(command);
  const isEnded = before.includes("--");
  const pending = isEnded ? undefined : options.get(before.at(-1) ?? "");
  if (pending !== undefined && pending.definition.kind !== "flag")
    return only(valuesOf(pending, world), word);
  const [, flag = "", value = ""] = /^(--[a-z-]+)=(.*)$/su.exec(word) ?? [];
  const joined = isEnded ? undefined : options.get(flag);
  if (joined !== undefined && joined.definition.kind !== "flag")
    return only(valuesOf(joined, world), value, `${flag}=`);
  if (word.startsWith("-") && !isEnded) return only(optionList(options), word);
  const place = positionals(before, options);
  return only(argumentsAt(path, command, place, world), word);
}

interface NamedOption {
  readonly key: string;
  readonly definition: OptionDefinition;
}

/** Options by every way in which they are written. */
function namedOptions(
  command: CommandDefinition,
): ReadonlyMap<string, NamedOption> {
  const all = Object.entries({
    ...(Object.hasOwn(command.args, "environment")
      ? { environment: ENVIRONMENT_OPTION }
      : {}),
    ...optionsOf(command),
  });
  return new Map(
    all.flatMap(([key, definition]) => {
      const option = { key, definition };
      const { short } = definition;
      return [
        [`--${kebabCase(key)}`, option] as const,
        ...(short === undefined ? [] : [[`-${short}`, option] as const]),
      ];
    }),
  );
}

function optionList(
  options: ReadonlyMap<string, NamedOption>,
): readonly Candidate[] {
  const own = [...options].map(([value, { definition }]) => ({
    value,
    about: definition.description,
  }));
  return [...own, { value: "--help", about: "print help" }];
}

/** How many arguments stand before the word. */
function positionals(
  before: readonly string[],
  options: ReadonlyMap<string, NamedOption>,
): number {
  let count = 0;
  let isValue = false;
  for (const word of before) {
    if (isValue) isValue = false;
    else if (word.startsWith("-"))
      isValue = (options.get(word)?.definition.kind ?? "flag") !== "flag";
    else count += 1;
  }
  return count;
}

function argumentsAt(
  path: string,
  { args }: CommandDefinition,
  place: number,
  world: NamesWorld,
): Candidates {
  const all = Object.entries(args);
  const last = all.at(-1);
  const isMany = last?.[1].kind === "several" || last?.[1].kind === "anyNumber";
  const [key] = all[place] ?? (isMany ? last : []);
  if (key === undefined) return NOTHING;
  return fromSources(
    ARGUMENTS[`${path} ${key}`] ?? ARGUMENTS[key] ?? [],
    world,
  );
}

function valuesOf(
  { key, definition }: NamedOption,
  world: NamesWorld,
): Candidates {
  if (definition.kind === "choice")
    return {
      candidates: definition.choices.map((value) => ({ value, about: "" })),
      hasFiles: false,
    };
  const isFile =
    definition.kind !== "flag" && FILE_VALUES.has(definition.value);
  return fromSources(OPTIONS[key] ?? (isFile ? ["file"] : []), world);
}

function fromSources(
  sources: readonly Source[],
  world: NamesWorld,
): Candidates {
  return {
    candidates: sources.flatMap((source) =>
      source === "file"
        ? []
        : namesOf(source, world).map((value) => ({ value, about: source })),
    ),
    hasFiles: sources.includes("file"),
  };
}

/** Of candidates those that the word begins, in order, each once. */
function only(
  found: Candidates | readonly Candidate[],
  word: string,
  prefix = "",
): Candidates {
  const { candidates, hasFiles } =
    "candidates" in found ? found : { candidates: found, hasFiles: false };
  const fitting = candidates
    .filter(({ value }) => value.startsWith(word))
    .map(({ value, about }) => [`${prefix}${value}`, about] as const);
  return {
    candidates: [...new Map(fitting)]
      .map(([value, about]) => ({ value, about }))
      .sort((a, b) => compareText(a.value, b.value)),
    hasFiles,
  };
}
