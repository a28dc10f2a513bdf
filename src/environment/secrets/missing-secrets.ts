import { AppError, UserError } from "../../domain/problem/error.ts";
import { auditConnections } from "../documents/audit.ts";
import type { OfflineChecks } from "../documents/documents.ts";
import { visitSecrets } from "./secret-state.ts";
import type { DesiredConnection } from "../../domain/connection.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import type { Diagnostic } from "../../domain/problem/diagnostic.ts";

/** A secret that connections refer to and no file of the environment has. */
export interface MissingSecret {
  readonly path: string;
  /** What a validation says of it, once for each reference. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The secrets that are missing, each once, in the order they are referred to. */
export async function missingSecrets(
  rules: EnvironmentRules,
  connections: readonly DesiredConnection[],
  checks: OfflineChecks,
): Promise<readonly MissingSecret[]> {
  const paths: string[] = [];
  const { local } = auditConnections(checks, rules, connections);
  const diagnostics = await visitSecrets(connections, local, async (ref) => {
    try {
      await checks.checkReference(ref);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (!isAbsent(error) || ref.path.includes("#")) return;
      paths.push(ref.path);
      throw error;
    }
  });
  return [...new Set(paths)].map((path) => ({
    path,
    diagnostics: diagnostics.filter((_, index) => paths[index] === path),
  }));
}

function isAbsent(error: AppError): boolean {
  return error instanceof UserError && error.code === "SEC001";
}
