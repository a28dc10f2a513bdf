import { quoted } from "../../../documents/read/safe-text.ts";
import type { LintFinding, LintRule } from "../rule.ts";
import type { LintEnvironment } from "../world.ts";

/** Where tieline keeps its own key. */
const OWN_GROUP = "_tieline";

/** Secrets that wait to leak. */
export const unusedSecretRule: LintRule = {
  code: "LNT007",
  name: "unused-secret",
  level: "warning",
  summary: "Each value in an environment's file of secrets is referred to.",
  why: "a secret nobody uses can still leak, and nobody thinks of it when secrets are renewed",
  fix: "revoke it at the provider and remove it: tieline secrets edit",
  securitySeverity: "3.0",
  check: (world) => world.chosen.flatMap(unusedIn),
};

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
