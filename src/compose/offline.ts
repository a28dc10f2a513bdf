import type { OfflineChecks } from "../app/documents.ts";
import type { EnvironmentRules } from "../domain/environment.ts";
import { CATALOGUE } from "../domain/generated/catalogue.ts";
import { createAgentAuthAudit } from "../drivers/agent-auth/index.ts";
import { createScalekitAudit } from "../drivers/scalekit/index.ts";
import type { ConnectionsReader } from "../ports/connections-api.ts";
import type { DocumentSource } from "../ports/document-source.ts";
import { createReferenceCheck } from "../secrets/store.ts";

const AUDITS: Readonly<
  Record<EnvironmentRules["driver"], () => ConnectionsReader["audit"]>
> = {
  scalekit: () => createScalekitAudit(CATALOGUE),
  "agent-auth": () => createAgentAuthAudit(CATALOGUE),
};

/** The checks of an environment that need neither network nor key. */
export function openOfflineChecks(
  source: DocumentSource,
): (rules: EnvironmentRules) => OfflineChecks {
  return (rules) => ({
    audit: AUDITS[rules.driver](),
    checkReference: createReferenceCheck({
      files: rules.secretFiles,
      readFile: async (path) => (await source.readFile(path))?.bytes ?? null,
    }),
  });
}
