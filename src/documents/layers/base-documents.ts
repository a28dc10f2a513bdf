import {
  type Diagnostic,
  distinctDiagnostics,
} from "../../domain/problem/diagnostic.ts";
import type { FolderListing } from "../../domain/source-file.ts";
import { checkAlone } from "./check-alone.ts";
import { readFolder } from "./folder.ts";
import {
  checkTemplates,
  openTemplates,
  templateNameOf,
  unknownTemplate,
} from "./templates.ts";

/** What every environment shares. */
export interface SharedDocuments {
  readonly base: FolderListing;
  readonly templates: FolderListing;
}

/**
 * Checks the shared documents and templates by themselves, so that those no environment uses are
 * checked too. `usedTemplates` are those that environments name.
 */
export function checkSharedDocuments(
  shared: SharedDocuments,
  usedTemplates: Iterable<string>,
): readonly Diagnostic[] {
  const { documents, repeated, diagnostics } = readFolder(shared.base, "base");
  const all = [...documents.values(), ...repeated];
  const templates = openTemplates(shared.templates);
  const used = new Set(usedTemplates);
  const unknown: Diagnostic[] = [];
  for (const { name, document } of all) {
    const template = templateNameOf(document);
    if (template === undefined) continue;
    used.add(template);
    if (!templates.find(template).exists)
      unknown.push(unknownTemplate(name, document, templates));
  }
  return distinctDiagnostics([
    ...diagnostics,
    ...all.flatMap(checkAlone),
    ...unknown,
    ...checkTemplates(shared.templates, used),
  ]);
}
