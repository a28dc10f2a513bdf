/**
 * What commands work with, in one place that is loaded only when a command runs.
 * It only gathers: nothing is decided here.
 */
export { approvalsOf, confirm, interruptedCode } from "./confirm.ts";
export { startEmulator } from "./emulator.ts";
export { execute } from "./execute.ts";
export { EXIT, exitCodeOfOutcomes } from "./exit-codes.ts";
export { driftJson, runJson, statusJson } from "./report-json.ts";
export { scaffold } from "../compose/scaffold.ts";
export { schemaText, writeSchemas } from "./schemas.ts";
export { openSession } from "./session.ts";
export { openWorkspace, readPlan, writeTextFile } from "./workspace.ts";
export { loadDesired, validateDocuments } from "../app/documents.ts";
export { renderedEnvironment } from "../app/resolved.ts";
export { yamlText } from "../config/index.ts";
export { hasErrors } from "../domain/diagnostic.ts";
export { hasDrift } from "../domain/drift.ts";
export {
  diagnosticJson,
  renderDiagnostics,
  renderDrift,
  renderPlan,
  renderRun,
  renderStatus,
  jsonText,
  plainText,
} from "../render/index.ts";
