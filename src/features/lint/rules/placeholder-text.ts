import { quoted } from "../../../documents/read/safe-text.ts";
import type { LintRule } from "../rule.ts";
import { authoredIn, placeIn } from "../world.ts";

const FIELDS = ["description", "owner"] as const;
const STAND_IN =
  /^[\s"'<[({#/*-]*(?:todo|tbd|tba|tbc|fixme|xxx+|n\/?a|none|unknown|change ?me|fill ?me|fill in|your team|team name|owner|description|placeholder|lorem ipsum|\?+|\.+|-+)(?:[\s\])}>"':.,!?-]|$)/iu;

/** Text somebody meant to come back to. */
export const placeholderTextRule: LintRule = {
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
};
