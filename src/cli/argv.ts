import { GLOBAL_OPTIONS, type ChoiceOption } from "../command/input.ts";
import { kebabCase } from "./options.ts";

/** Options that may stand without a value, which then is the word for on. */
const BARE: ReadonlyMap<string, ChoiceOption> = new Map(
  Object.entries(GLOBAL_OPTIONS).flatMap(([key, option]) =>
    option.kind === "choice" && option.switch !== undefined
      ? [[`--${kebabCase(key)}`, option] as const]
      : [],
  ),
);

/** A command line as the parser takes it. */
export function writtenOut(argv: readonly string[]): readonly string[] {
  const options = beforeEnd(argv);
  return [
    ...options.map((word, index) => {
      const option = BARE.get(word);
      if (option?.switch === undefined) return word;
      const isGiven = option.choices.includes(options[index + 1] ?? "");
      return isGiven ? word : `${word}=${option.switch.on}`;
    }),
    ...argv.slice(options.length),
  ];
}

/**
 * Whether a command line names an environment by `-e`, in one of the ways in which that is written.
 */
export function namesEnvironment(argv: readonly string[]): boolean {
  return beforeEnd(argv).some((word) =>
    /^(?:-e.*|--environment(?:=.*)?)$/su.test(word),
  );
}

/** The words among which options are: none stands behind `--`. */
function beforeEnd(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf("--");
  return end < 0 ? argv : argv.slice(0, end);
}
