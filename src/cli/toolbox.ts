/**
 * What commands work with, in one place that is loaded only when a command runs.
 * It only gathers: nothing is decided here.
 */
export { doctorJson, testJson } from "../features/checks/json.ts";
export { runDoctor, runTest } from "../features/checks/check-environments.ts";
export {
  catalogListJson,
  loadCatalogue,
  providerCardJson,
} from "../features/catalogue/catalogue-json.ts";
export { runAdd } from "../features/add/add-connection.ts";
export { carryOut } from "../features/apply/carry-out.ts";
export {
  describeProvider,
  listCatalogue,
} from "../features/catalogue/catalog.ts";
export { searchCatalogue } from "../features/catalogue/catalog-search.ts";
export { approvalsOf } from "../command/confirm.ts";
export { countOption } from "../command/count-option.ts";
export {
  blameJson,
  receiptJson,
  verdictJson,
} from "../features/ledger/json.ts";
export { openStateSession } from "../features/state/state-session.ts";
export { blame } from "../features/ledger/blame.ts";
export {
  compareEnvironments,
  resolvePair,
} from "../features/compare/compare.ts";
export { hasDifferences } from "../features/compare/report.ts";
export { comparisonJson } from "../features/compare/json.ts";
export { findReceipt } from "../features/ledger/find-receipt.ts";
export { verifyLedger } from "../features/ledger/ledger-verify.ts";
export { runPromotion } from "../features/promote/promotion.ts";
export { askYes } from "../command/ask-yes.ts";
export {
  prepareRollback,
  rollbackJson,
} from "../features/rollback/prepare-rollback.ts";
export { rebuildJson, stateJson } from "../features/state/json.ts";
export {
  pullState,
  pushState,
  readStateReport,
} from "../features/state/state-place.ts";
export { UserError } from "../domain/error.ts";
export { startEmulator } from "../features/emulate/emulator.ts";
export { writeFindings } from "../command/findings-output.ts";
export { lintWorkspace } from "../features/lint/lint-workspace.ts";
export { errorPage, isCode } from "../features/explain/error-page.ts";
export { execute } from "./execute.ts";
export { EXIT } from "../command/exit-codes.ts";
export { runImport } from "../features/import/import-documents.ts";
export { consentJson, driftJson, statusJson } from "../command/report-json.ts";
export { openOfflineChecks, openPreview } from "../environment/offline.ts";
export {
  explainConnection,
  isIncomplete,
} from "../features/explain/explain-connection.ts";
export { explanationJson } from "../features/explain/json.ts";
export { createWorkspaceWriter } from "../sources/workspace-writer.ts";
export { findUsage } from "../features/usage/usage.ts";
export { createCodeFiles } from "../sources/code-files.ts";
export { codeLanguage } from "../features/usage/code/language.ts";
export { usageJson } from "../features/usage/json.ts";
export { scaffold } from "../features/init/scaffold.ts";
export {
  askedEnvironment,
  initEnvironment,
} from "../features/init/init-environment.ts";
export {
  documentSchemas,
  schemaText,
  writeSchemas,
} from "../features/schema/schemas.ts";
export { changeOwnership } from "../features/ownership/change-ownership.ts";
export { showPlan } from "../features/plan/show-plan.ts";
export { showPlanFile } from "../features/plan/show-plan-file.ts";
export { resume } from "../features/apply/resume-run.ts";
export { generateKeys } from "../features/keys/signing-keys.ts";
export * as secrets from "../features/secrets/index.ts";
export { openSession } from "../environment/session.ts";
export { writeTextFile } from "../command/named-files.ts";
export { openWorkspace, readPlan } from "../environment/workspace.ts";
export { documentPaths } from "../command/document-paths.ts";
export { formatDocuments } from "../features/format/format.ts";
export { migrateDocuments } from "../features/format/migrate.ts";
export { loadDesired, validateDocuments } from "../environment/documents.ts";
export { connectionsNamed } from "../environment/known-names.ts";
export { renderedText } from "../features/export/rendered-text.ts";
export { terraformFiles } from "../features/export/environment-terraform.ts";
export { writeExport } from "../features/export/export-files.ts";
export { isAnyBad } from "../features/checks/report.ts";
export { hasErrors } from "../domain/diagnostic.ts";
export { hasDrift } from "../domain/drift.ts";
export {
  renderCatalogList,
  renderCatalogSearch,
  renderProviderCard,
} from "../features/catalogue/text.ts";
export { renderDoctor, renderTest } from "../features/checks/text.ts";
export { renderComparison } from "../features/compare/text.ts";
export { renderConsent } from "../features/consent/text.ts";
export { renderDrift } from "../features/drift/text.ts";
export { renderExplanation } from "../features/explain/text.ts";
export {
  renderBlame,
  renderLedger,
  renderReceipt,
  renderVerdict,
} from "../features/ledger/text.ts";
export { renderPlan } from "../features/plan/text.ts";
export { renderRollback } from "../features/rollback/text.ts";
export { renderRebuild, renderState } from "../features/state/text.ts";
export { renderStatus } from "../features/status/text.ts";
export { renderUsage, urgentUsage } from "../features/usage/text.ts";
export { diagnosticJson, renderDiagnostics } from "../output/diagnostics.ts";
export { plainText } from "../output/escape.ts";
export { fileChangesJson, renderFileChanges } from "../output/file-changes.ts";
export { jsonLine, jsonText } from "../output/json.ts";
