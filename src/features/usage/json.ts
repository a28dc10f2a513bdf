import type { UsageReport } from "./usage.ts";
import type { JsonObject } from "../../domain/json.ts";
import { diagnosticJson } from "../../output/diagnostics.ts";
import type { NameUse } from "./code/scan.ts";

/** What a scan of code found, for machines. */
export function usageJson(report: UsageReport): JsonObject {
  return {
    kind: "usage",
    environments: report.environments,
    files_scanned: report.filesScanned,
    names: report.literal.map(useJson),
    dynamic: report.dynamic.map(useJson),
    possible: report.possible.map(useJson),
    skipped: report.skipped.map(({ path, reason, detail }) => ({
      path,
      reason,
      detail,
    })),
    diagnostics: report.diagnostics.map(diagnosticJson),
  };
}

function useJson({ name, call, file, line, column }: NameUse): JsonObject {
  return {
    ...(name === undefined ? {} : { name }),
    call,
    location: { file, line, column },
  };
}
