import { choice, type ChoiceOption } from "./input.ts";

/**
 * Every way in which a result can be written: the word of `--output` that asks for it, and what for
 * it is. Help, the checks of command lines and docs/guides/outputs.md come from here.
 */
export const WRITERS = {
  text: { form: "text", use: "for people" },
  json: { form: "json", use: "one JSON value" },
  markdown: {
    form: "markdown",
    use: "for a comment or a job summary, within 60,000 bytes",
  },
  html: { form: "html", use: "one page, to keep, print and search in" },
  sarif: { form: "sarif", use: "SARIF 2.1.0, for code scanning" },
  github: {
    form: "github",
    use: "annotations of a workflow run, and the summary of its step",
  },
  codeQuality: {
    form: "gitlab",
    use: "the Code Quality report of a merge request",
  },
  changeReport: {
    form: "gitlab",
    use: "the counts that artifacts:reports:terraform takes",
  },
} as const;

/** One way to write a result. */
export type Writer = keyof typeof WRITERS;

/** A word of `--output`. */
export type Form = (typeof WRITERS)[Writer]["form"];

/** The words of `--output` that mean one of these writers. */
type FormsOf<W extends Writer> = (typeof WRITERS)[W]["form"];

/**
 * `--output` of a command whose result has more forms than text and JSON; it takes the place of the
 * option every command has.
 */
export function outputOption<const W extends Writer>(
  ...writers: readonly W[]
): { readonly output: ChoiceOption<"text" | "json" | FormsOf<W>> } {
  const words = writers.map((writer): FormsOf<W> => WRITERS[writer].form);
  const uses = writers.map((writer) => {
    const { form, use } = WRITERS[writer];
    return `${form}: ${use}`;
  });
  return {
    output: choice(
      "format",
      ["text", "json", ...words],
      `how the result is written; ${uses.join("; ")}`,
      { short: "o" },
    ),
  };
}

/** The form that a command line asks for. */
export function formOf(word: unknown): Form {
  const found = Object.values(WRITERS).find(({ form }) => form === word);
  return found?.form ?? WRITERS.text.form;
}
