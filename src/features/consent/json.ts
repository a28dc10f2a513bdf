import type { JsonObject } from "../../domain/json.ts";
import type { ConsentReport } from "./report.ts";
import { scopesJson } from "../../output/scope-json.ts";

/** Who may still hold an old grant. */
export function consentJson(report: ConsentReport): JsonObject {
  return {
    kind: "consent",
    environment: report.environment,
    api_host: report.apiHost,
    changed: report.changedCount,
    connections: report.connections.map((lag) => ({
      key: lag.key,
      changed_at: lag.changedAt,
      plan_digest: lag.planDigest,
      actor: lag.actor,
      paths: [...lag.paths],
      scopes: scopesJson(lag.scopes),
      accounts: lag.accounts,
      lagging: lag.lagging === "unknown" ? "unknown" : lag.lagging.length,
      account_hashes: lag.lagging === "unknown" ? [] : [...lag.lagging],
    })),
  };
}
