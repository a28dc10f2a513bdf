import { quoted } from "../../../documents/read/safe-text.ts";
import type { DesiredConnection } from "../../../domain/connection.ts";
import type { Pointer } from "../../../domain/field/pointer.ts";
import { secretRefText } from "../../../domain/secret/secret.ts";
import type { LintFinding, LintRule } from "../rule.ts";
import { type LintEnvironment, placeIn } from "../world.ts";

/** Where tieline keeps its own key. */
const OWN_GROUP = "_tieline";

/** What references lead to. */
export const SECRET_RULES: readonly LintRule[] = [
  // Secrets that wait to leak.
  {
    code: "LNT007",
    name: "unused-secret",
    level: "warning",
    summary: "Each value in an environment's file of secrets is referred to.",
    why: "a secret nobody uses can still leak, and nobody thinks of it when secrets are renewed",
    fix: "revoke it at the provider and remove it: tieline secrets edit <environment>",
    securitySeverity: "3.0",
    check: (world) => world.chosen.flatMap(unusedIn),
  },
  // One value, two owners.
  {
    code: "LNT008",
    name: "shared-secret",
    level: "warning",
    summary:
      "No two connections refer to one secret, unless they have the same client.",
    why: "renewing it for one breaks the other; most often the reference was copied and not changed",
    fix: "store a secret of its own and refer to it, or give both the same client where they really share one",
    securitySeverity: "4.0",
    check: (world) => world.chosen.flatMap(sharedIn),
  },
];

function unusedIn({
  connections,
  isSound,
  secretKeys,
}: LintEnvironment): LintFinding[] {
  if (!isSound) return [];
  const used = new Set(
    connections.flatMap(({ secrets }) =>
      [...secrets.values()].map(({ path }) => path),
    ),
  );
  return secretKeys
    .filter(({ path }) => path[0] !== OWN_GROUP && !used.has(path.join("/")))
    .map(({ path, location }) => ({
      at: location,
      message: `no connection of the environment refers to the secret ${quoted(path.join("/"))}`,
    }));
}

interface Use {
  readonly connection: DesiredConnection;
  readonly pointer: Pointer;
}

function sharedIn({
  name,
  connections,
  authored,
}: LintEnvironment): LintFinding[] {
  const uses = new Map<string, Use>();
  const found: LintFinding[] = [];
  for (const connection of connections)
    for (const [pointer, ref] of connection.secrets) {
      const text = secretRefText(ref);
      const first = uses.get(text);
      if (first === undefined) uses.set(text, { connection, pointer });
      const stack = authored.get(connection.key)?.stack;
      if (
        first === undefined ||
        stack === undefined ||
        first.connection === connection ||
        isSameClient(first, { connection, pointer })
      )
        continue;
      found.push({
        at: placeIn(stack, pointer),
        message: `in the environment ${quoted(name)} the connections ${quoted(first.connection.key)} and ${quoted(connection.key)} share the secret ${quoted(text)}`,
      });
    }
  return found;
}

/** An OAuth client has one secret, however many connections use the client. */
function isSameClient(a: Use, b: Use): boolean {
  const client = a.connection.fields["/credentials/client_id"];
  return (
    a.pointer === b.pointer &&
    typeof client === "string" &&
    client === b.connection.fields["/credentials/client_id"]
  );
}
