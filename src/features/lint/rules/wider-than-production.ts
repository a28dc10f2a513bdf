import { quoted } from "../../../documents/read/safe-text.ts";
import type { LintRule } from "../rule.ts";
import { placeOfItemIn } from "../world.ts";
import { counterparts, isProduction, scopesOf } from "./scopes.ts";

/** What works here and fails there. */
export const widerThanProductionRule: LintRule = {
  code: "LNT012",
  name: "wider-than-production",
  level: "note",
  summary:
    "Other environments ask for no scope that the same connection does not ask for in production.",
  why: "code that was tested with more permissions than production grants can fail there",
  fix: "test with production's scopes, or add the scope to production when it is needed there",
  check: ({ all, chosen }) =>
    chosen
      .filter((each) => !isProduction(each))
      .flatMap(({ name, connections, authored }) =>
        connections.flatMap((connection) => {
          const others = counterparts(connection, all.filter(isProduction));
          const stack = authored.get(connection.key)?.stack;
          if (others.length === 0 || stack === undefined) return [];
          const extra = [...scopesOf(connection)]
            .filter((scope) => !others.some(({ scopes }) => scopes.has(scope)))
            .sort();
          const [first] = extra;
          if (first === undefined) return [];
          return [
            {
              at: placeOfItemIn(stack, "/scopes", first),
              message: `${quoted(connection.key)} asks for more in ${quoted(name)} than in production: ${extra.map(quoted).join(", ")}`,
            },
          ];
        }),
      ),
};
