import { UserError } from "../../domain/problem/error.ts";
import { auditConnections } from "../documents/audit.ts";
import type { OfflineChecks } from "../documents/documents.ts";
import { visitSecrets } from "./secret-state.ts";
import type { DesiredConnection } from "../../domain/connection.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";

/** Paths of the secrets that connections refer to and no file of the environment has, each once. */
export async function missingSecrets(
  rules: EnvironmentRules,
  connections: readonly DesiredConnection[],
  checks: OfflineChecks,
): Promise<readonly string[]> {
  const missing = new Set<string>();
  const { local } = auditConnections(checks, rules, connections);
  await visitSecrets(connections, local, async (ref) => {
    try {
      await checks.checkReference(ref);
    } catch (error) {
      const isAbsent =
        error instanceof UserError &&
        (error.code === "SEC001" || error.code === "SEC013");
      if (!isAbsent) throw error;
      if (!ref.path.includes("#")) missing.add(ref.path);
    }
  });
  return [...missing];
}
