import type { ProcessEnv } from "../../domain/environment-access.ts";
import {
  ENVIRONMENTS_FOLDER,
  SHARED_FOLDERS,
} from "../../domain/document-folders.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { createCheckoutSource } from "../../sources/checkout-source.ts";
import { createFilesystemSource } from "../../sources/filesystem.ts";

/**
 * The documents of a workspace in the file system, with what git knows of those that are not there.
 */
export function openDocuments(root: string, env: ProcessEnv): DocumentSource {
  return createCheckoutSource(createFilesystemSource(root), {
    env,
    folders: [...SHARED_FOLDERS, ENVIRONMENTS_FOLDER],
  });
}
