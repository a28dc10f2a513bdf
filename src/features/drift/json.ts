import { scopesJson } from "../../output/scope-json.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { DriftReport } from "../../domain/drift.ts";
import { UNREADABLE } from "../../domain/problem/unreadable.ts";

/** What moved on the platform. A value that is missing was absent there. */
export function driftJson(report: DriftReport): JsonObject {
  return {
    kind: "drift",
    environment: report.environment,
    api_host: report.apiHost,
    checked: report.checkedCount,
    drifted: report.drifted.map((connection) => ({
      key: connection.key,
      remote_id: connection.remoteId,
      provider: connection.provider,
      fields: connection.fields.map(
        ({ path, class: fieldClass, last, live, desired }) => ({
          path,
          class: fieldClass,
          ...(last === undefined ? {} : { last_applied: last }),
          ...(live === undefined ? {} : { live }),
          ...(desired === undefined ? {} : { desired }),
        }),
      ),
      scopes: scopesJson(connection.scopes),
    })),
    missing: [...report.missing],
    unreadable: report.unreadable.map(({ key, why }) => ({
      key,
      code: UNREADABLE,
      why,
    })),
    unmanaged: report.unmanaged.map(({ key, remoteId, provider }) => ({
      key,
      remote_id: remoteId,
      provider,
    })),
  };
}
