import type { DesiredConnection } from "../../domain/connection.ts";
import type { AuditFinding } from "../../ports/connections-api.ts";

/** The memory driver holds every field but one condition: it has no drafts. */
export function auditConnections(
  connections: readonly DesiredConnection[],
): readonly AuditFinding[] {
  return connections
    .filter(({ fields }) => fields["/state"] === "draft")
    .map(({ key }) => ({
      code: "DRV030",
      key,
      pointer: "/state",
      kind: "unrepresentable",
      message: `"${key}" cannot be put into state "draft"`,
      why: "a connection in memory is on or off",
      fix: "use state: inactive until it is ready",
      instead: "inactive",
    }));
}
