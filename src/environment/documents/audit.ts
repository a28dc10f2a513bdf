import type {
  DesiredConnection,
  FieldValues,
} from "../../domain/connection.ts";
import type { Diagnostic, Severity } from "../../domain/problem/diagnostic.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import { knownField } from "../../domain/field/fields.ts";
import type { SourceLocation } from "../../domain/problem/location.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import type {
  AuditFinding,
  ConnectionsReader,
} from "../../ports/connections-api.ts";

/** What a driver's audit means for a run. */
export interface Audit {
  readonly diagnostics: readonly Diagnostic[];
  /**
   * Fields that stay local by the environment's rule, per connection; `""` is the whole connection.
   */
  readonly local: ReadonlyMap<string, ReadonlySet<Pointer>>;
  /**
   * The connections as the API is to have them: a value it does not know is the nearest it knows,
   * and a diagnostic says so.
   */
  readonly connections: readonly DesiredConnection[];
}

/**
 * Asks the driver what it cannot represent and lets the environment decide: an error, or local.
 * Nothing is ever dropped in silence, and what only the platform can act on is never local: it is
 * sent as the nearest value that promises no more, or it is an error.
 */
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
    const { key, pointer, instead } = finding;
    const connection = byKey.get(key);
    if (isKnownAbsence(finding, connection)) continue;
    const treatment = treatmentOf(finding, rules);
    if (treatment === "local") {
      const pointers = local.get(key) ?? new Set<Pointer>();
      local.set(key, pointers.add(pointer));
      continue;
    }
    if (treatment === "instead" && connection && instead !== undefined)
      byKey.set(key, {
        ...connection,
        fields: { ...connection.fields, [pointer]: instead },
        asked: {
          ...connection.asked,
          ...valueAt(connection.fields, pointer),
        },
      });
    diagnostics.push(
      diagnosticOf(finding, treatment, locate(connection, pointer)),
    );
  }
  return {
    diagnostics,
    local,
    connections: connections.map((one) => byKey.get(one.key) ?? one),
  };
}

function valueAt(fields: FieldValues, pointer: Pointer): FieldValues {
  const value = fields[pointer];
  return value === undefined ? {} : { [pointer]: value };
}

/** Nothing is missed that the documents say they leave out on purpose. */
function isKnownAbsence(
  { kind, absent }: AuditFinding,
  connection: DesiredConnection | undefined,
): boolean {
  const isAdvice = kind === "warning" || kind === "note";
  return (
    isAdvice &&
    absent !== undefined &&
    connection?.unmanaged?.has(absent) === true
  );
}

/**
 * What becomes of a finding: said as it is, kept local, sent as another value, or an error although
 * the environment keeps fields local.
 */
type Treatment = "said" | "local" | "instead" | "insisted";

function treatmentOf(
  { kind, pointer, instead }: AuditFinding,
  rules: EnvironmentRules,
): Treatment {
  if (kind !== "unrepresentable" || rules.unrepresentable !== "local")
    return "said";
  if (knownField(pointer)?.isPlatforms !== true) return "local";
  return instead === undefined ? "insisted" : "instead";
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
  treatment: Treatment,
  location: SourceLocation | undefined,
): Diagnostic {
  const { code, kind, instead } = finding;
  const isSentOtherwise = treatment === "instead";
  const why =
    treatment === "insisted"
      ? `${finding.why ?? "the API has no place for it"}; only the platform could act on it, so it is not kept local`
      : finding.why;
  const fix = fixOf(finding, treatment);
  return {
    code,
    severity: isSentOtherwise ? "note" : SEVERITIES[kind],
    message: isSentOtherwise
      ? `${finding.message}: it is sent as ${JSON.stringify(instead)}`
      : finding.message,
    ...(location === undefined ? {} : { location }),
    ...(why === undefined ? {} : { why }),
    ...(fix === undefined ? {} : { fix }),
  };
}

/** Keeping a field local is advice only where that is possible. */
function fixOf(
  { kind, fix, pointer, instead }: AuditFinding,
  treatment: Treatment,
): string | undefined {
  if (kind !== "unrepresentable" || treatment !== "said") return fix;
  if (knownField(pointer)?.isPlatforms !== true)
    return `${fix ?? "remove it"}; or set unrepresentable: local in environment.yaml to keep it for \`tieline render\` only`;
  return instead === undefined
    ? fix
    : `${fix ?? "remove it"}; or set unrepresentable: local in environment.yaml to have it sent as ${JSON.stringify(instead)}`;
}
