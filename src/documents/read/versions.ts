import { isJsonObject, type JsonObject } from "../../domain/json.ts";
import type { DocumentKind } from "./document.ts";
import type { Report } from "./report.ts";
import { quoted } from "./safe-text.ts";
import { isVersion0 } from "./version-0.ts";

/** The version of each kind of document that is read; older ones are migrated. */
export const NEWEST: Readonly<Record<DocumentKind, number>> = {
  connection: 1,
  environment: 1,
  template: 1,
};

/**
 * The version a document is of. One that does not say so is of version 1, unless it is written as
 * version 0 was: that version knew no `version`. `undefined` for what is no version at all.
 */
export function versionOf(
  value: JsonObject,
  kind: DocumentKind,
): number | undefined {
  if (!Object.hasOwn(value, "version")) return isVersion0(value, kind) ? 0 : 1;
  const version = value["version"];
  return typeof version === "number" &&
    Number.isInteger(version) &&
    version >= 0
    ? version
    : undefined;
}

/** What is wrong with the version a document gives itself. */
export function versionProblem(
  kind: DocumentKind,
  name: string,
  value: JsonObject,
): Report {
  const version = isJsonObject(value) ? versionOf(value, kind) : undefined;
  const newest = NEWEST[kind];
  const title = `${kind} ${quoted(name)}`;
  if (version === undefined)
    return {
      code: "SCH002",
      message: `"version" in ${title} must be a whole number such as ${String(newest)}`,
      why: "it is the version of the document's format",
      fix: `write version: ${String(newest)}, or remove the line`,
    };
  return version > newest
    ? {
        code: "CFG040",
        message: `${title} has version ${String(version)}, which this tieline does not know`,
        why: `the newest version it knows is ${String(newest)}`,
        fix: "update tieline, or correct the number",
      }
    : {
        code: "CFG040",
        message: `${title} has version ${String(version)}`,
        why: `documents of version ${String(newest)} are read`,
        fix: "run: tieline migrate",
      };
}
