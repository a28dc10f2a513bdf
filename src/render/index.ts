/**
 * Text and JSON for people and programs, made from values alone: every string from outside is escaped before it is part of a line.
 * Never here: input or output, a decision about what to do, or a secret.
 */
export { fileChangesJson, renderFileChanges } from "./file-changes.ts";
export { renderComparison } from "./compare-text.ts";
export {
  renderCatalogList,
  renderCatalogSearch,
  renderProviderCard,
} from "./catalog-text.ts";
export { renderConsent } from "./consent-text.ts";
export {
  diagnosticJson,
  errorJson,
  renderDiagnostics,
  renderError,
} from "./diagnostics.ts";
export { renderDoctor, renderTest } from "./check-text.ts";
export { renderDrift } from "./drift-text.ts";
export { behaviourOf, renderExplanation } from "./explain-text.ts";
export { plainText } from "./escape.ts";
export type { ReportedFinding } from "./findings.ts";
export { renderGithub } from "./github.ts";
export { sarifLog, type SarifOptions } from "./sarif.ts";
export { renderImport } from "./import-text.ts";
export { jsonLine, jsonText } from "./json.ts";
export {
  renderBlame,
  renderLedger,
  renderReceipt,
  renderVerdict,
} from "./ledger-text.ts";
export { type PlanTextOptions, renderPlan } from "./plan-text.ts";
export { renderPromotion } from "./promote-text.ts";
export { renderEvent, renderRun, type RunSummary } from "./run-text.ts";
export { renderStatus } from "./status-text.ts";
export { renderRollback } from "./rollback-text.ts";
export { renderRebuild, renderState } from "./state-text.ts";
export type { Style } from "./style.ts";
export { renderTerraform, type ExportedFile } from "./terraform.ts";
export {
  EXPORT_FILES,
  EXPORT_MARK,
  type TerraformConnection,
} from "./terraform-export.ts";
export { envSettings, renderEnv } from "./env-format.ts";
export { renderUsage, urgentUsage } from "./usage-text.ts";
export { commandText } from "./words.ts";
