import type { DesiredConnection } from "../../domain/connection.ts";
import type { EnvironmentRules } from "../../domain/environment.ts";
import type { Pointer } from "../../domain/field/pointer.ts";
import { AppError } from "../../domain/problem/error.ts";
import type { Openers } from "../../domain/secret/file-openers.ts";
import {
  secretRefText,
  type SecretDescription,
  type SecretRef,
} from "../../domain/secret/secret.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { checkSecretFiles } from "../../secrets/recipients.ts";
import { createCipherDigests } from "../../secrets/store.ts";
import { sha256 } from "../../util/hash.ts";

/** What documents and files tell about an environment's secrets without a key. */
export interface OfflineSecrets {
  readonly openers: Openers;
  readonly descriptions: ReadonlyMap<
    string,
    ReadonlyMap<Pointer, SecretDescription>
  >;
}

/**
 * Describes secrets by what stands in the repository alone: a ciphertext by its digest, a variable
 * by its name. A reference that leads nowhere is described by nothing; whoever checks the documents
 * says so.
 */
export async function describeOffline(
  source: DocumentSource,
  { secretFiles: files, secretRecipients: pinned }: EnvironmentRules,
  connections: readonly DesiredConnection[],
): Promise<OfflineSecrets> {
  const readFile = async (path: string): Promise<Uint8Array | null> =>
    (await source.readFile(path))?.bytes ?? null;
  const digestOf = createCipherDigests({ files, readFile, pinned });
  const { openers } = await checkSecretFiles({
    files,
    readFile,
    root: source.root,
    pinned,
  });
  const descriptions = new Map<string, Map<Pointer, SecretDescription>>();
  for (const { key, secrets } of connections) {
    const known = new Map<Pointer, SecretDescription>();
    for (const [pointer, ref] of secrets) {
      const cipherDigest = await told(ref, digestOf);
      known.set(pointer, {
        ref,
        ...(cipherDigest === undefined ? {} : { cipherDigest }),
      });
    }
    descriptions.set(key, known);
  }
  return { openers, descriptions };
}

async function told(
  ref: SecretRef,
  digestOf: (ref: SecretRef) => Promise<string | undefined>,
): Promise<string | undefined> {
  // The same variable is taken for the same value: what it holds is no matter of the repository.
  if (ref.kind === "env") return sha256(secretRefText(ref));
  try {
    return await digestOf(ref);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
