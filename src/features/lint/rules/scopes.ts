import type { AuthoredLayer } from "../../../documents/layers/authored.ts";
import { placeAt, placeOfDocument } from "../../../documents/read/document.ts";
import { quoted } from "../../../documents/read/safe-text.ts";
import type { DesiredConnection } from "../../../domain/connection.ts";
import { pointerOf } from "../../../domain/field/pointer.ts";
import type { JsonValue } from "../../../domain/json.ts";
import type { LintFinding, LintRule } from "../rule.ts";
import {
  authoredIn,
  isProduction,
  type LintEnvironment,
  placeOfItemIn,
} from "../world.ts";

/** What is asked for, here and elsewhere. */
export const SCOPE_RULES: readonly LintRule[] = [
  // What customers are asked for first of all.
  {
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
  },
  // What works here and fails there.
  {
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
              .filter(
                (scope) => !others.some(({ scopes }) => scopes.has(scope)),
              )
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
  },
  // A list that looks longer than it is.
  {
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
  },
];

/** Scopes a connection asks for; empty where it does not say. */
function scopesOf({ fields }: DesiredConnection): ReadonlySet<string> {
  const scopes = fields["/scopes"];
  return new Set(Array.isArray(scopes) ? scopes.map(String) : []);
}

/** The same connection elsewhere: same name, provider and auth type, with scopes of its own. */
function counterparts(
  connection: DesiredConnection,
  environments: readonly LintEnvironment[],
): readonly { readonly name: string; readonly scopes: ReadonlySet<string> }[] {
  return environments.flatMap(({ name, connections }) => {
    const same = connections.find(
      ({ key, provider, authType }) =>
        key === connection.key &&
        provider === connection.provider &&
        authType === connection.authType,
    );
    const scopes = same === undefined ? new Set<string>() : scopesOf(same);
    return scopes.size === 0 ? [] : [{ name, scopes }];
  });
}

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
