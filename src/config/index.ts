/**
 * Turns the text of documents into the desired connections of an environment, or into located diagnostics: parsing with positions,
 * layers, references, schema and rules. No file, network, process or clock here, and no value of a secret ever.
 */
export type { AuthoredConnection, AuthoredLayer } from "./authored.ts";
export { applyEdits, type DocumentEdit } from "./edit/apply-edits.ts";
export { orderValue } from "./format-order.ts";
export { formatFile, type FileRole, type Formatted } from "./format.ts";
export { migrateFile, type Migrated } from "./migrate/migrate-file.ts";
export { editConnection } from "./edit/edit-connection.ts";
export { editDocument } from "./edit/edit-document.ts";
export {
  checkSharedDocuments,
  type SharedDocuments,
} from "./base-documents.ts";
export { fileStemOf, markedStem } from "./file-stem.ts";
export { PATCH_MEMBER } from "./json-patch.ts";
export { selectionEdits } from "./selection-edits.ts";
export {
  isShippedFile,
  shippedTemplates,
  TEMPLATES_FOLDER,
  type ShippedTemplate,
} from "./templates.ts";
export type { LeftOut } from "./choose.ts";
export {
  fieldNameOf,
  fieldPointerOf,
  fieldsAt,
  nearestField,
} from "./field-names.ts";
export { layerValues, placeOfItem, type LayerValue } from "./layer-values.ts";
export { outputYamlText, yamlText } from "./yaml-text.ts";
export { checkPlan, readPlanFile, type ReadPlan } from "./plan-file.ts";
export {
  resolveEnvironment,
  type DefinedVariable,
  type Resolution,
  type ResolveInput,
} from "./resolve.ts";
export {
  placeAt,
  placeOfDocument,
  type ParsedDocument,
  type Place,
} from "./document.ts";
export { readFolder, type NamedDocument } from "./folder.ts";
export { readEnvironment } from "./environment.ts";
export { layOver, mergePatch } from "./merge-patch.ts";
export { parseFile } from "./parse.ts";
export { locationOf, report } from "./report.ts";
export { quoted } from "./safe-text.ts";
export { originOf, startOf } from "./stack.ts";
export { readSuppressions, type Suppression } from "./suppressions.ts";
export { isLoopbackHost } from "./url-rules.ts";
