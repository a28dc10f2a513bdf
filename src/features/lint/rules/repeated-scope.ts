import type { AuthoredLayer } from "../../../documents/layers/authored.ts";
import { placeAt, placeOfDocument } from "../../../documents/read/document.ts";
import { quoted } from "../../../documents/read/safe-text.ts";
import type { JsonValue } from "../../../domain/json.ts";
import { pointerOf } from "../../../domain/field/pointer.ts";
import type { LintFinding, LintRule } from "../rule.ts";
import { authoredIn } from "../world.ts";

/** A list that looks longer than it is. */
export const repeatedScopeRule: LintRule = {
  code: "LNT017",
  name: "repeated-scope",
  level: "warning",
  summary: "A scope is listed once.",
  why: "scopes are a set; removing one of the two lines would seem to take the permission away and would not",
  fix: "remove the repetition, by hand or with: tieline lint --fix",
  isFixable: true,
  check: (world) =>
    [...authoredIn(world)].flatMap(({ key, layers }) =>
      layers
        .filter(({ layer }) => layer === "base" || layer === "overlay")
        .flatMap((layer) => repetitions(key, layer)),
    ),
};

function repetitions(key: string, { document }: AuthoredLayer): LintFinding[] {
  const { scopes } = document.value;
  if (!Array.isArray(scopes)) return [];
  // Array.isArray leaves `any[]`; documents hold JSON values only.
  const list = scopes as readonly JsonValue[];
  const once = [...new Set(list)];
  const seen = new Set<JsonValue>();
  return list.flatMap((scope, index) => {
    if (typeof scope !== "string" || !seen.has(scope)) {
      seen.add(scope);
      return [];
    }
    return [
      {
        at:
          placeAt(document, pointerOf(["scopes", index]), "value") ??
          placeOfDocument(document),
        message: `${quoted(key)} lists the scope ${quoted(scope)} twice`,
        edit: { document, edits: [{ pointer: "/scopes", value: once }] },
      },
    ];
  });
}
