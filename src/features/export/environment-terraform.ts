import { shellWord } from "../../util/shell-word.ts";
import { connectionsNamed } from "../../environment/documents/known-names.ts";
import {
  invalidDocuments,
  type Desired,
} from "../../environment/documents/documents.ts";
import type { DesiredConnection } from "../../domain/connection.ts";
import { hasErrors, type Diagnostic } from "../../domain/problem/diagnostic.ts";
import { UserError } from "../../domain/problem/error.ts";
import { CATALOGUE } from "../../domain/generated/catalogue.ts";
import type { Inventory } from "../../domain/state/inventory.ts";
import { secretRefText } from "../../domain/secret/secret.ts";
import { declaredBody } from "../../drivers/scalekit/declared-body.ts";
import type { TerraformConnection } from "./terraform-export.ts";
import { renderTerraform, type ExportedFile } from "./terraform.ts";

/** What an export for Terraform is made from. */
export interface TerraformRequest {
  readonly desired: Desired;
  readonly inventory: Inventory | null;
  /** Names of connections; none means all. */
  readonly only: readonly string[];
  readonly provider: "restapi" | "builtin";
}

/** The files, and what is to be said about them. */
export interface TerraformResult {
  readonly files: readonly ExportedFile[];
  readonly diagnostics: readonly Diagnostic[];
  /** Connections without an import block, because their id is not known. */
  readonly withoutId: readonly string[];
}

/**
 * The connections of an environment as Terraform configuration. Nothing is asked of the API: ids
 * are those of the inventory.
 * @throws UserError CLI092 for an environment of another driver; InvalidDocumentsError CFG000 with
 * CLI092 for connections the API has no type for.
 */
export function terraformFiles(request: TerraformRequest): TerraformResult {
  const { desired, inventory, only, provider } = request;
  const { rules } = desired;
  if (rules.driver !== "scalekit")
    throw new UserError("CLI092", `"${rules.name}" cannot be exported`, {
      why: `its driver is ${rules.driver}, and the export writes requests of the driver scalekit`,
      fix: `use: tieline render ${shellWord(rules.name)}`,
      notDone: "nothing was written",
    });
  const { target } = rules;
  // Ids of another host would import the wrong connections.
  const isOfThisHost =
    !/^https?:/u.test(target) || inventory?.apiHost === new URL(target).host;
  const ids = new Map(
    (isOfThisHost ? (inventory?.entries ?? []) : []).map(
      ({ key, remoteId }) => [key, remoteId],
    ),
  );
  const diagnostics: Diagnostic[] = [];
  const connections: TerraformConnection[] = [];
  for (const connection of connectionsNamed(
    desired.connections,
    only,
    "nothing was written",
  )) {
    const exported = exportedConnection(connection, ids.get(connection.key));
    if (exported === undefined) diagnostics.push(withoutType(connection));
    else connections.push(exported);
  }
  if (hasErrors(diagnostics)) throw invalidDocuments(diagnostics);
  const withoutId = connections
    .filter(({ remoteId }) => remoteId === null)
    .map(({ key }) => key);
  const files = renderTerraform({
    environment: rules.name,
    url: /^https:/u.test(rules.target) ? rules.target : null,
    provider,
    connections,
  });
  return { files, diagnostics: desired.diagnostics, withoutId };
}

function exportedConnection(
  connection: DesiredConnection,
  remoteId: string | null | undefined,
): TerraformConnection | undefined {
  const declared = declaredBody(connection, CATALOGUE);
  if (declared === undefined) return undefined;
  return {
    ...declared,
    key: connection.key,
    provider: connection.provider,
    secrets: declared.secrets.map(({ at, ref }) => ({
      at,
      ref: secretRefText(ref),
    })),
    remoteId: remoteId ?? null,
  };
}

function withoutType({
  key,
  authType,
  origins,
  location,
}: DesiredConnection): Diagnostic {
  return {
    code: "CLI092",
    severity: "error",
    message: `"${key}" cannot be exported`,
    location: origins.get("/auth_type") ?? location,
    why: `the API has no type for the auth type "${authType}" without an auth pattern`,
    fix: "declare custom_provider.auth_patterns, then: tieline validate",
  };
}
