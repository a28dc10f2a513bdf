/**
 * Finds the connection names that application code hands to the vendor's SDKs, by parsing it. Nothing is run, no file is read here, and
 * nothing is concluded from a name alone: what is no evidence is listed as possible or left out.
 */
export { codeLanguage } from "./language.ts";
export { scanCode, type NameUse } from "./scan.ts";
export { compareUsage, type DeclaredNames, type Usage } from "./compare.ts";
