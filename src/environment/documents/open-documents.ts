import { BASE_FOLDER, ENVIRONMENTS_FOLDER } from "./documents.ts";
import { TEMPLATES_FOLDER } from "../../documents/layers/templates.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { createCheckoutSource } from "../../sources/checkout-source.ts";
import { createFilesystemSource } from "../../sources/filesystem.ts";

/** The documents of a workspace in the file system, with what git knows of those that are not there. */
export function openDocuments(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): DocumentSource {
  return createCheckoutSource(createFilesystemSource(root), {
    env,
    folders: [BASE_FOLDER, ENVIRONMENTS_FOLDER, TEMPLATES_FOLDER],
  });
}
