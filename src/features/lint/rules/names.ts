import { quoted } from "../../../documents/read/safe-text.ts";
import { startOf } from "../../../documents/read/stack.ts";
import type { LintRule } from "../rule.ts";
import { authoredIn, placeIn } from "../world.ts";

const STYLE = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/u;
const EMPTY_WORDS =
  /^(?:a|my|new|the|test|testing|tmp|temp|foo|bar|baz|asdf|untitled|unnamed|example|sample|demo|connection|conn|connector|copy|default)?[-_]?(?:connection|conn|connector|test|tmp|temp|foo|bar|baz|asdf|untitled|unnamed|copy|new)[-_]?\d*$/u;

const FIELDS = ["description", "owner"] as const;
const STAND_IN =
  /^[\s"'<[({#/*-]*(?:todo|tbd|tba|tbc|fixme|xxx+|n\/?a|none|unknown|change ?me|fill ?me|fill in|your team|team name|owner|description|placeholder|lorem ipsum|\?+|\.+|-+)(?:[\s\])}>"':.,!?-]|$)/iu;

/** What connections are called, and what is said about them. */
export const NAME_RULES: readonly LintRule[] = [
  // Names that code and people type.
  {
    code: "LNT001",
    name: "connection-name",
    level: "warning",
    summary: "A connection is named in kebab-case, by what it is for.",
    why: "the name is what application code asks for and what people look for; one style and a purpose make it findable",
    fix: "name it by provider and purpose, such as gmail-support; list the old name under lifecycle.previous_ids so that it is renamed, not replaced",
    check: (world) =>
      [...authoredIn(world)].flatMap(({ key, stack }) => {
        const problem = problemOf(key);
        return problem === undefined
          ? []
          : [
              {
                at: placeIn(stack, "/connection_id"),
                message: `the connection ${quoted(key)} ${problem}`,
              },
            ];
      }),
  },
  // Who answers when it breaks.
  {
    code: "LNT002",
    name: "missing-owner",
    level: "warning",
    summary: "A connection names the team that answers for it.",
    why: "when a provider revokes a client or a scope must go, somebody has to decide",
    fix: "add owner: with the name of a team",
    check: (world) =>
      [...authoredIn(world)]
        .filter(({ raw }) => isBlank(raw["owner"]))
        .map(({ key, stack }) => ({
          at: startOf(stack),
          message: `the connection ${quoted(key)} has no owner`,
        })),
  },
  // What it is for.
  {
    code: "LNT003",
    name: "missing-description",
    level: "warning",
    summary: "A connection says what it is for.",
    why: "reviewers judge scopes by the purpose, and nobody dares to remove what nobody can explain",
    fix: "add description: with one sentence, such as: Sends replies for the support agent",
    check: (world) =>
      [...authoredIn(world)]
        .filter(({ raw }) => isBlank(raw["description"]))
        .map(({ key, stack }) => ({
          at: startOf(stack),
          message: `the connection ${quoted(key)} has no description`,
        })),
  },
  // Text somebody meant to come back to.
  {
    code: "LNT004",
    name: "placeholder-text",
    level: "warning",
    summary: "Description and owner are real text.",
    why: "text that stands in for the real one looks answered and is not",
    fix: "write what the connection is for and which team answers for it",
    check: (world) =>
      [...authoredIn(world)].flatMap(({ key, raw, stack }) =>
        FIELDS.flatMap((field) => {
          const text = raw[field];
          if (typeof text !== "string" || text.trim() === "") return [];
          const isSame = text.trim().toLowerCase() === key.toLowerCase();
          if (!STAND_IN.test(text) && !isSame) return [];
          return [
            {
              at: placeIn(stack, `/${field}`),
              message: isSame
                ? `the ${field} of ${quoted(key)} only repeats its name`
                : `the ${field} of ${quoted(key)} stands in for a real one`,
            },
          ];
        }),
      ),
  },
];

function problemOf(key: string): string | undefined {
  if (!STYLE.test(key)) return "is not named in kebab-case";
  if (EMPTY_WORDS.test(key)) return "has a name that does not tell its purpose";
  return undefined;
}

function isBlank(value: unknown): boolean {
  return (
    value === undefined || (typeof value === "string" && value.trim() === "")
  );
}
