import { quoted } from "../../../documents/read/safe-text.ts";
import { startOf } from "../../../documents/read/stack.ts";
import type { LintRule } from "../rule.ts";
import { isProduction } from "./scopes.ts";

/** One lost file away from deletion. */
export const unprotectedInProductionRule: LintRule = {
  code: "LNT018",
  name: "unprotected-in-production",
  level: "warning",
  summary: "Where production prunes, connections are protected.",
  why: "with prune: true a file that is gone means a connection that is deleted, together with what users granted it",
  fix: "set lifecycle.protected: true in its overlay, or prune: false in environment.yaml",
  check: ({ chosen }) =>
    chosen
      .filter((each) => isProduction(each) && each.rules?.prunes === true)
      .flatMap(({ name, connections, authored }) =>
        connections.flatMap(({ key, isProtected }) => {
          const stack = authored.get(key)?.stack;
          if (isProtected || stack === undefined) return [];
          return [
            {
              at: startOf(stack),
              message: `${quoted(key)} is not protected in ${quoted(name)}, which prunes`,
            },
          ];
        }),
      ),
};
