/**
 * Text and JSON for people and programs, made from values alone: every string from outside is escaped before it is part of a line.
 * Never here: input or output, a decision about what to do, or a secret.
 */
export {
  diagnosticJson,
  errorJson,
  renderDiagnostics,
  renderError,
} from "./diagnostics.ts";
export { renderDrift } from "./drift-text.ts";
export { plainText } from "./escape.ts";
export { jsonText } from "./json.ts";
export { type PlanTextOptions, renderPlan } from "./plan-text.ts";
export { renderEvent, renderRun, type RunSummary } from "./run-text.ts";
export { renderStatus } from "./status-text.ts";
export type { Style } from "./style.ts";
