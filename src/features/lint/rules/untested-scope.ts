import { quoted } from "../../../documents/read/safe-text.ts";
import type { LintRule } from "../rule.ts";
import { placeOfItemIn } from "../world.ts";
import { counterparts, isProduction, scopesOf } from "./scopes.ts";

/** What customers are asked for first of all. */
export const untestedScopeRule: LintRule = {
  code: "LNT011",
  name: "untested-scope",
  level: "warning",
  summary:
    "Production asks for no scope that the same connection asks for nowhere else.",
  why: "the scope meets users without ever having been tried: consent screens and code were tested with other permissions",
  fix: "ask for it in another environment as well, or do without it",
  check: ({ all, chosen }) =>
    chosen.filter(isProduction).flatMap(({ connections, authored }) =>
      connections.flatMap((connection) => {
        const others = counterparts(
          connection,
          all.filter((each) => !isProduction(each)),
        );
        const stack = authored.get(connection.key)?.stack;
        if (others.length === 0 || stack === undefined) return [];
        return [...scopesOf(connection)]
          .filter((scope) => !others.some(({ scopes }) => scopes.has(scope)))
          .map((scope) => ({
            at: placeOfItemIn(stack, "/scopes", scope),
            message: `${quoted(connection.key)} asks for ${quoted(scope)} in production, which no other environment asks for`,
          }));
      }),
    ),
};
