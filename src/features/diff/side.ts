import { auditConnections } from "../../environment/documents/audit.ts";
import {
  checkOffline,
  resolveDocuments,
  type ResolvedDocuments,
} from "../../environment/documents/documents.ts";
import { openOfflineChecks } from "../../environment/api/offline.ts";
import {
  describeOffline,
  type OfflineSecrets,
} from "../../environment/secrets/offline-secrets.ts";
import type { DesiredConnection } from "../../domain/connection.ts";
import type { ProcessEnv } from "../../domain/environment-access.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import type { CompiledPolicy } from "../../domain/policy.ts";
import { hasErrors, type Diagnostic } from "../../domain/problem/diagnostic.ts";
import type { RecordedRules } from "../../domain/state/inventory.ts";
import { whollyLocalValues } from "../../engine/diff/local-fields.ts";
import { recordRules } from "../../engine/rules/record-rules.ts";
import type { DocumentSource } from "../../ports/document-source.ts";

/** One environment as one commit, or the working tree, has it. */
export interface Side {
  readonly rules: EnvironmentRules;
  readonly connections: readonly DesiredConnection[];
  readonly local: ReadonlyMap<string, ReadonlySet<Pointer>>;
  readonly recorded: RecordedRules;
  readonly secrets: OfflineSecrets["descriptions"];
  readonly policies: readonly CompiledPolicy[];
  readonly authored: ResolvedDocuments["authored"];
  readonly documentsDigest: string;
  /** Warnings and notes. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A side that can be compared, or what is wrong with its documents. */
export type SideReading =
  | { readonly side: Side }
  | { readonly side: null; readonly diagnostics: readonly Diagnostic[] };

/**
 * Reads one environment of one side: everything that validation finds, and what a plan is made
 * from.
 */
export async function readSide(
  source: DocumentSource,
  name: string,
  env: ProcessEnv,
): Promise<SideReading> {
  const resolution = await resolveDocuments(source, name, env);
  const checks = openOfflineChecks(source);
  const diagnostics = [
    ...resolution.diagnostics,
    ...(await checkOffline(resolution, checks)),
  ];
  const { rules, authored, policies } = resolution;
  if (rules === null || hasErrors(diagnostics))
    return { side: null, diagnostics };
  const audit = auditConnections(checks(rules), rules, resolution.connections);
  const { connections, local } = audit;
  const { openers, descriptions } = await describeOffline(
    source,
    rules,
    connections,
  );
  const wholly = connections.filter(
    ({ key }) => local.get(key)?.has("") === true,
  );
  return {
    side: {
      rules,
      connections,
      local,
      recorded: recordRules(rules.declared, {
        openers,
        localConnections: new Map(
          wholly.map((each) => [each.key, whollyLocalValues(each)]),
        ),
      }),
      secrets: descriptions,
      policies,
      authored,
      documentsDigest: resolution.documentsDigest(),
      diagnostics,
    },
  };
}
