import { UserError } from "../../domain/problem/error.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { inspectSops } from "../../secrets/sops/file/inspect.ts";
import { assertOneDocument } from "../../secrets/sops/file/one-document.ts";

/**
 * Tells which values SOPS files hold, without a key. A file that is missing or damaged counts as
 * empty: what refers to it is refused elsewhere.
 */
export function openSecretKeys(source: DocumentSource): ListSecretKeys {
  return async (files) => {
    const keys = await Promise.all(
      files.map(async (file) => {
        try {
          const bytes = (await source.readFile(file))?.bytes;
          if (bytes === undefined) return [];
          const { file: read, values } = await inspectSops(bytes, {
            path: file,
          });
          assertOneDocument(read);
          return values.map(({ path }) => ({ file, path }));
        } catch (error) {
          if (error instanceof UserError) return [];
          throw error;
        }
      }),
    );
    return keys.flat();
  };
}

/** A value in an environment's SOPS files, by the names on the way to it; never the value. */
export interface SecretKey {
  readonly file: string;
  readonly path: readonly string[];
}

/**
 * Tells which values the SOPS files hold. Needs no key; files that are missing or damaged count as
 * empty, validation speaks of them.
 */
export type ListSecretKeys = (
  files: readonly string[],
) => Promise<readonly SecretKey[]>;
