/**
 * What commands work with, in one place that is loaded only when a command runs.
 * It only gathers: nothing is decided here.
 */
export { doctorJson, testJson } from "./check-json.ts";
export { runDoctor, runTest } from "./check-session.ts";
export { catalogListJson, loadCatalogue, providerCardJson } from "./catalog.ts";
export { runAdd } from "./add.ts";
export { carryOut } from "./carry-out.ts";
export { describeProvider, listCatalogue } from "../app/catalog.ts";
export { searchCatalogue } from "../app/catalog-search.ts";
export { approvalsOf } from "./confirm.ts";
export { countOption } from "./count-option.ts";
export { blameJson, receiptJson, verdictJson } from "./ledger-json.ts";
export { openStateSession } from "./state-session.ts";
export { blame } from "../app/blame.ts";
export { compareEnvironments, resolvePair } from "../app/compare.ts";
export { hasDifferences } from "../domain/comparison.ts";
export { comparisonJson } from "./compare-json.ts";
export { findReceipt } from "../app/find-receipt.ts";
export { verifyLedger } from "../app/ledger-verify.ts";
export { runPromotion } from "./promotion.ts";
export { askYes } from "./ask-yes.ts";
export { prepareRollback, rollbackJson } from "./rollback.ts";
export { rebuildJson, stateJson } from "./state-json.ts";
export { pullState, pushState, readStateReport } from "./state-place.ts";
export { UserError } from "../domain/error.ts";
export { startEmulator } from "./emulator.ts";
export { writeFindings } from "./findings-output.ts";
export { lintWorkspace } from "./lint.ts";
export { errorPage, isCode } from "./error-page.ts";
export { execute } from "./execute.ts";
export { EXIT } from "./exit-codes.ts";
export { runImport } from "./import.ts";
export { consentJson, driftJson, statusJson } from "./report-json.ts";
export { openOfflineChecks, openPreview } from "../compose/offline.ts";
export {
  explainConnection,
  isIncomplete,
} from "../app/explain/explain-connection.ts";
export { explanationJson } from "./explain-json.ts";
export { createWorkspaceWriter } from "../sources/workspace-writer.ts";
export { findUsage } from "../app/usage.ts";
export { createCodeFiles } from "../sources/code-files.ts";
export { codeLanguage } from "../usage/index.ts";
export { usageJson } from "./usage-json.ts";
export { scaffold } from "../compose/scaffold.ts";
export { askedEnvironment, initEnvironment } from "./init-environment.ts";
export { documentSchemas, schemaText, writeSchemas } from "./schemas.ts";
export { changeOwnership } from "./ownership.ts";
export { showPlan } from "./plan-output.ts";
export { showPlanFile } from "./show-plan-file.ts";
export { resume } from "./resume.ts";
export { generateKeys } from "./signing-keys.ts";
export * as secrets from "./secrets/index.ts";
export { openSession } from "./session.ts";
export { writeTextFile } from "./named-files.ts";
export { openWorkspace, readPlan } from "./workspace.ts";
export { documentPaths } from "./document-paths.ts";
export { formatDocuments } from "../app/format.ts";
export { migrateDocuments } from "../app/migrate.ts";
export { loadDesired, validateDocuments } from "../app/documents.ts";
export { connectionsNamed } from "../app/known-names.ts";
export { renderedText } from "./rendered-text.ts";
export { terraformFiles } from "../compose/terraform.ts";
export { writeExport } from "./export-files.ts";
export { isAnyBad } from "../domain/check.ts";
export { hasErrors } from "../domain/diagnostic.ts";
export { hasDrift } from "../domain/drift.ts";
export {
  diagnosticJson,
  fileChangesJson,
  jsonLine,
  jsonText,
  plainText,
  renderBlame,
  renderCatalogList,
  renderCatalogSearch,
  renderComparison,
  renderConsent,
  renderDiagnostics,
  renderDoctor,
  renderDrift,
  renderExplanation,
  renderFileChanges,
  renderLedger,
  renderPlan,
  renderProviderCard,
  renderRebuild,
  renderReceipt,
  renderRollback,
  renderState,
  renderStatus,
  renderTest,
  renderUsage,
  renderVerdict,
  urgentUsage,
} from "../render/index.ts";
