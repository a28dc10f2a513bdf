import type { JsonObject } from "../../domain/json.ts";
import { largest } from "../../util/extremes.ts";
import { wrapped } from "../../util/wrapped.ts";
import type { TOPIC_NAMES } from "./command.ts";
import { EXIT_ROWS } from "./exit-codes.ts";
import { VARIABLES } from "./variables.ts";

type TopicName = (typeof TOPIC_NAMES)[number];

/** Something that help explains and that is no command. */
export interface Topic {
  readonly name: TopicName;
  readonly summary: string;
  text(): string;
  json(): JsonObject;
}

/** Columns that every terminal has. */
const COLUMNS = 80;

/** In the order in which help names them. */
export const TOPICS: readonly Topic[] = [
  {
    name: "exit-codes",
    summary: "what each exit status means",
    text: exitCodesText,
    json: () => ({ exit_codes: EXIT_ROWS.map((row) => ({ ...row })) }),
  },
  {
    name: "environment",
    summary: "every variable that is read",
    text: variablesText,
    json: () => ({
      groups: VARIABLES.map(({ title, rows }) => ({
        title,
        variables: rows.map((row) => ({ ...row })),
      })),
    }),
  },
  prose("output", "streams, forms, colour and times", [
    "The result goes to standard output, everything else to standard error. With --json standard output holds exactly one JSON value, also when the command fails, with the exit status in exit_code; plans, schemas and what render and export print are documents of their own and have none.",
    "-o json is --json. Some commands also write markdown, html, sarif, github or gitlab; their help says which. YAML is not among them: what is to be read by a program is JSON.",
    "Colour is on where standard output is a terminal; --color=always, --color=never, NO_COLOR, FORCE_COLOR and TERM=dumb say otherwise. It never says anything alone: + ~ - and words do.",
    "-q leaves results and errors, -v says more, --trace-http prints a line for each request: never a header or a body.",
    "Times are RFC 3339 in UTC for programs, and how long ago for people.",
    "A reader that goes away (| head) ends nothing. Ctrl-C stops safely (130): what is in flight is finished and recorded; again cuts short.",
  ]),
  prose("agents", "what differs where an agent runs it", [
    "Where TIELINE_AGENT is on, or one of the variables that agents set is there (tieline help environment), results are JSON unless --output or TIELINE_OUTPUT says otherwise, nobody is asked, and no line is redrawn. TIELINE_AGENT=0 turns that off.",
    "Nothing else changes: guards, thresholds and confirmations hold. What needs a confirmation needs --yes. Deleting or replacing needs a plan that somebody saw: tieline plan prod --out plan.json, then tieline apply plan.json, or tieline apply prod --expect <digest>.",
  ]),
  prose("files", "where things are found and kept", [
    "A configuration is the nearest folder upward that holds environments/, or the one that --root names. There is no configuration of a user: what a run does follows from the documents, the command line and variables.",
    "Documents stand in connections/, environments/<name>/ and templates/. State, plans of the embedded API and caches stand in .tieline/, which hides itself from git.",
    "tieline config view --show-origin says what counts here, and why.",
  ]),
];

function prose(
  name: TopicName,
  summary: string,
  paragraphs: readonly string[],
): Topic {
  return {
    name,
    summary,
    text: () =>
      `${paragraphs.map((each) => wrapped(each, COLUMNS).join("\n")).join("\n\n")}\n`,
    json: () => ({ paragraphs: [...paragraphs] }),
  };
}

function exitCodesText(): string {
  const rows = EXIT_ROWS.map(
    ({ status, meaning }) => [status, meaning] as const,
  );
  return `${table(rows)}\n\nMore: docs/exit-codes.md\n`;
}

function variablesText(): string {
  const groups = VARIABLES.map(
    ({ title, rows }) =>
      `${title}:\n${rows.map(({ name, kind, meaning }) => variableText(name, `${meaning} (${kind})`)).join("\n")}`,
  );
  return `${groups.join("\n\n")}\n`;
}

/** Where names end, as far as they are not longer. */
const NAME_WIDTH = 34;

function variableText(name: string, meaning: string): string {
  const [first = "", ...rest] = wrapped(meaning, COLUMNS - NAME_WIDTH);
  const indented = rest.map((line) => `${" ".repeat(NAME_WIDTH)}${line}`);
  const head = `  ${name}`;
  return [
    ...(head.length < NAME_WIDTH - 1
      ? [`${head.padEnd(NAME_WIDTH)}${first}`]
      : [head, `${" ".repeat(NAME_WIDTH)}${first}`]),
    ...indented,
  ].join("\n");
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = largest(
    rows.map(([left]) => left.length),
    0,
  );
  return rows
    .flatMap(([left, right]) =>
      wrapped(right, COLUMNS - width - 4).map(
        (line, index) =>
          `  ${(index === 0 ? left : "").padEnd(width)}  ${line}`,
      ),
    )
    .join("\n");
}
