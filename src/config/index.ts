/**
 * Turns the text of documents into the desired connections of an environment, or into located diagnostics: parsing with positions,
 * layers, references, schema and rules. No file, network, process or clock here, and no value of a secret ever.
 */
export type { AuthoredConnection, AuthoredLayer } from "./authored.ts";
export { editDocument, type DocumentEdit } from "./edit/edit-document.ts";
export { checkBaseDocuments } from "./base-documents.ts";
export { yamlText } from "./yaml-text.ts";
export { readPlanFile, type ReadPlan } from "./plan-file.ts";
export {
  resolveEnvironment,
  type Resolution,
  type ResolveInput,
} from "./resolve.ts";
