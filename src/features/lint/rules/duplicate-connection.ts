import { quoted } from "../../../documents/read/safe-text.ts";
import { startOf } from "../../../documents/read/stack.ts";
import type { DesiredConnection } from "../../../domain/connection.ts";
import { canonicalJson } from "../../../util/canonical-json.ts";
import type { LintFinding, LintRule } from "../rule.ts";
import type { LintEnvironment } from "../world.ts";

/** Two names for one consent. */
export const duplicateConnectionRule: LintRule = {
  code: "LNT005",
  name: "duplicate-connection",
  level: "warning",
  summary:
    "No two connections of an environment ask the same provider for the same scopes with the same client.",
  why: "users are asked twice for what they granted already, and each of the two is changed without the other",
  fix: "keep one and let code use its name, or say in each what makes it different",
  check: (world) => world.chosen.flatMap(duplicatesIn),
};

function duplicatesIn({
  name,
  connections,
  authored,
}: LintEnvironment): LintFinding[] {
  const first = new Map<string, string>();
  return connections.flatMap((connection) => {
    const mark = markOf(connection);
    const stack = authored.get(connection.key)?.stack;
    if (mark === undefined || stack === undefined) return [];
    const earlier = first.get(mark);
    if (earlier === undefined) {
      first.set(mark, connection.key);
      return [];
    }
    return [
      {
        at: startOf(stack),
        message: `in the environment ${quoted(name)} the connection ${quoted(connection.key)} has provider, client and scopes of ${quoted(earlier)}`,
      },
    ];
  });
}

/** Provider, client and scopes; `undefined` where client or scopes are not told, because then nothing is known to be equal. */
function markOf({
  provider,
  authType,
  fields,
}: DesiredConnection): string | undefined {
  const client =
    fields["/credentials/use_platform_creds"] === true
      ? true
      : fields["/credentials/client_id"];
  const scopes = fields["/scopes"];
  if (client === undefined || client === null) return undefined;
  if (!Array.isArray(scopes) || scopes.length === 0) return undefined;
  const asked = [...new Set(scopes.map(String))].sort();
  return canonicalJson([provider, authType, client, asked]);
}
