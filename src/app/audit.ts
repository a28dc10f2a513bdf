import type { DesiredConnection } from "../domain/connection.ts";
import type { Diagnostic, Severity } from "../domain/diagnostic.ts";
import type { EnvironmentRules } from "../domain/environment.ts";
import type { SourceLocation } from "../domain/location.ts";
import type { Pointer } from "../domain/pointer.ts";
import type {
  AuditFinding,
  ConnectionsReader,
} from "../ports/connections-api.ts";

/** What a driver's audit means for a run. */
export interface Audit {
  readonly diagnostics: readonly Diagnostic[];
  /** Fields that stay local by the environment's rule, per connection; `""` is the whole connection. */
  readonly local: ReadonlyMap<string, ReadonlySet<Pointer>>;
}

/** Asks the driver what it cannot represent and lets the environment decide: an error, or local. Nothing is ever dropped in silence. */
export function auditConnections(
  api: Pick<ConnectionsReader, "audit">,
  rules: EnvironmentRules,
  connections: readonly DesiredConnection[],
): Audit {
  const byKey = new Map(
    connections.map((connection) => [connection.key, connection]),
  );
  const local = new Map<string, Set<Pointer>>();
  const diagnostics: Diagnostic[] = [];
  for (const finding of api.audit(connections)) {
    const staysLocal =
      finding.kind === "unrepresentable" && rules.unrepresentable === "local";
    if (staysLocal) {
      const pointers = local.get(finding.key) ?? new Set<Pointer>();
      local.set(finding.key, pointers.add(finding.pointer));
      continue;
    }
    diagnostics.push(
      diagnosticOf(finding, locate(byKey.get(finding.key), finding.pointer)),
    );
  }
  return { diagnostics, local };
}

function locate(
  connection: DesiredConnection | undefined,
  pointer: Pointer,
): SourceLocation | undefined {
  return connection?.origins.get(pointer) ?? connection?.location;
}

const SEVERITIES: Readonly<Record<AuditFinding["kind"], Severity>> = {
  unrepresentable: "error",
  invalid: "error",
  warning: "warning",
  note: "note",
};

function diagnosticOf(
  finding: AuditFinding,
  location: SourceLocation | undefined,
): Diagnostic {
  const advice =
    finding.kind === "unrepresentable"
      ? `${finding.fix ?? "remove it"}; or set unrepresentable: local in environment.yaml to keep it for \`tieline render\` only`
      : finding.fix;
  return {
    code: finding.code,
    severity: SEVERITIES[finding.kind],
    message: finding.message,
    ...(location === undefined ? {} : { location }),
    ...(finding.why === undefined ? {} : { why: finding.why }),
    ...(advice === undefined ? {} : { fix: advice }),
  };
}
