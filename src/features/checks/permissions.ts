import type { CheckResult } from "./report.ts";
import type { PermissionFinding } from "../../ports/connections-api.ts";

/** Whether the client has the permissions that runs need: each that is missing is named, and each that only a write would show. */
export function checkPermissions(
  findings: readonly PermissionFinding[],
): readonly CheckResult[] {
  return findings.map(({ permission, use, isHeld }): CheckResult => {
    const check = "permission";
    switch (isHeld) {
      case true:
        return { check, result: "ok", message: `${permission}: ${use}` };
      case false:
        return {
          check,
          result: "bad",
          message: `${permission} is missing: it is needed to ${use}`,
          fix: `give the client the permission ${permission} in the platform's dashboard, or use another client`,
        };
      case "unknown":
        return {
          check,
          result: "unknown",
          message: `${permission} (${use}) shows only when something is written; a client without it is refused then, by name`,
        };
    }
  });
}
