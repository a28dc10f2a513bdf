import type { ImportReport } from "./report.ts";
import type { JsonObject } from "../../domain/json.ts";

/** The machine form of an import: the same facts as the text. */
export function importJson(report: ImportReport): JsonObject {
  return {
    kind: "import",
    source: report.source,
    environments: report.environments.map((each) => ({
      name: each.name,
      unchanged: each.unchangedCount,
      adoptable: each.adoptable,
      missing: each.missing,
      sends_secrets: [...each.sendsSecrets],
      left_to_platform: each.leftToPlatform,
    })),
    files: report.files.map(({ path, fate, connections }) => ({
      path,
      change: fate,
      connections,
    })),
    written: !report.isDryRun && report.files.length > 0,
    skipped: report.skipped.map(({ environment, name, why, fix }) => ({
      environment,
      name,
      why,
      fix: fix ?? null,
    })),
    notes: report.notes.map(
      ({ environment, connection, pointer, message }) => ({
        environment,
        connection,
        path: pointer,
        message,
      }),
    ),
    gaps: [...report.gaps],
    secrets: report.secrets.map(({ environment, connection, pointer }) => ({
      environment,
      connection,
      path: pointer,
    })),
  };
}
