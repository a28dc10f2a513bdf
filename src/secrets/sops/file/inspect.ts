import {
  readSopsFile,
  type SopsFile,
  type SopsReadOptions,
} from "./sops-file.ts";
import { classifyLeaf, mapLeaves } from "../core/walk.ts";

/** One value of a file, as far as it can be seen without a key. */
interface SopsValueInfo {
  /** Map keys and list positions from the root of its document. */
  readonly path: readonly string[];
  /** Position of the document, from 0. */
  readonly document: number;
  /** The ciphertext as it stands in the file; absent for a value that is not encrypted. */
  readonly cipherText?: string;
}

/** What a file tells without a key. */
export interface SopsInspection {
  readonly file: SopsFile;
  /** Values in document order, comments left out. */
  readonly values: readonly SopsValueInfo[];
  /** Public names of the age keys the file says it is encrypted to. Not authenticated. */
  readonly recipients: readonly string[];
  readonly lastModified: string;
  readonly version: string;
}

/**
 * Reads a file and tells what it holds, without a key and without loading a cryptographic library.
 * @throws UserError what {@link readSopsFile} throws.
 */
export async function inspectSops(
  bytes: Uint8Array,
  options: SopsReadOptions,
): Promise<SopsInspection> {
  const file = await readSopsFile(bytes, options);
  return {
    file,
    values: listValues(file),
    recipients: file.metadata.keyGroups
      .flat()
      .map((entry) => entry.fields.get("recipient"))
      .filter((name) => name !== undefined),
    lastModified: file.metadata.lastModified,
    version: file.metadata.version,
  };
}

function listValues(file: SopsFile): readonly SopsValueInfo[] {
  const values: SopsValueInfo[] = [];
  file.documents.forEach((tree, document) => {
    mapLeaves(tree, file.rule, (leaf, place) => {
      const form = classifyLeaf(leaf, place, file.path);
      if (form.kind === "plain") values.push({ path: place.path, document });
      else if (form.kind === "cipher" && leaf.kind === "str")
        values.push({ path: place.path, document, cipherText: leaf.text });
      return leaf;
    });
  });
  return values;
}
