import { quoted } from "../../../documents/read/safe-text.ts";
import type { LintRule } from "../rule.ts";
import { authoredIn, placeIn } from "../world.ts";

const STYLE = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/u;
const EMPTY_WORDS =
  /^(?:a|my|new|the|test|testing|tmp|temp|foo|bar|baz|asdf|untitled|unnamed|example|sample|demo|connection|conn|connector|copy|default)?[-_]?(?:connection|conn|connector|test|tmp|temp|foo|bar|baz|asdf|untitled|unnamed|copy|new)[-_]?\d*$/u;

/** Names that code and people type. */
export const connectionNameRule: LintRule = {
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
};

function problemOf(key: string): string | undefined {
  if (!STYLE.test(key)) return "is not named in kebab-case";
  if (EMPTY_WORDS.test(key)) return "has a name that does not tell its purpose";
  return undefined;
}
