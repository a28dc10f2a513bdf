import { inspectSops } from "../../secrets/sops/file/inspect.ts";
import { keyName } from "../../secrets/sops/keys/key-names.ts";
import { assertOneDocument } from "../../secrets/sops/file/one-document.ts";
import { bytesOf, type SecretsFile } from "./secrets-file.ts";

/** What a file of secrets tells without a key. */
export interface SecretsListing {
  readonly values: readonly {
    readonly path: string;
    readonly encrypted: boolean;
  }[];
  readonly recipients: readonly string[];
  readonly lastModified: string;
  readonly version: string;
}

/** Names, recipients and time of a file. Needs no key and shows no value. */
export async function listValues(target: SecretsFile): Promise<SecretsListing> {
  const { file, values, lastModified, version } = await inspectSops(
    bytesOf(target),
    { path: target.shown },
  );
  assertOneDocument(file);
  return {
    values: values.map(({ path, cipherText }) => ({
      path: path.join("/"),
      encrypted: cipherText !== undefined,
    })),
    recipients: file.metadata.keyGroups.flat().map(keyName),
    lastModified,
    version,
  };
}
