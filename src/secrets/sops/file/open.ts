import { recoverDataKey } from "../core/data-key.ts";
import {
  additionalDataOf,
  decryptEncText,
  parseEncText,
  type EncText,
} from "../core/enc-text.ts";
import { scalarFromBytes } from "../core/go-text.ts";
import type { KeyProvider } from "../core/key-provider.ts";
import { sopsError } from "../core/sops-error.ts";
import {
  readSopsFile,
  type SopsFile,
  type SopsReadOptions,
} from "./sops-file.ts";
import { SopsMac } from "../core/sops-mac.ts";
import type { SopsMap, SopsScalar } from "../core/tree.ts";
import { classifyLeaf, mapLeaves, type LeafPlace } from "../core/walk.ts";

/** A decrypted file whose MAC holds. */
export interface OpenedSops {
  readonly file: SopsFile;
  /** The decrypted tree of the first document: what files of one document have. */
  readonly tree: SopsMap;
  /** The decrypted trees of all documents. */
  readonly documents: readonly SopsMap[];
  /** 32 bytes, for encrypting more values into the same file. */
  readonly dataKey: Buffer;
  /** Zeroes the data key. The trees stay readable: JavaScript strings cannot be wiped. */
  dispose(): void;
}

/** What it takes to open a file. */
export interface SopsOpenOptions extends SopsReadOptions {
  readonly providers: readonly KeyProvider[];
}

/**
 * Reads, checks and decrypts a SOPS file. Either everything holds, the MAC included, or nothing is
 * returned.
 * @throws UserError what {@link readSopsFile} and {@link decryptSopsFile} throw.
 */
export async function openSops(
  bytes: Uint8Array,
  options: SopsOpenOptions,
): Promise<OpenedSops> {
  const file = await readSopsFile(bytes, options);
  return decryptSopsFile(file, options.providers);
}

/**
 * Decrypts a file that was read before.
 * @throws UserError SEC007 for what only the `sops` program opens; SEC008 when no key opens it;
 * SEC012 when it is damaged or was changed.
 */
export async function decryptSopsFile(
  file: SopsFile,
  providers: readonly KeyProvider[],
): Promise<OpenedSops> {
  if (file.programOnly !== undefined) throw programNeeded(file);
  const dataKey = await recoverDataKey(file.metadata, file.path, providers);
  return decryptWithDataKey(file, dataKey);
}

/**
 * Decrypts a file whose data key is at hand; the result owns the key.
 * @throws UserError SEC012; the key is zeroed then.
 */
export function decryptWithDataKey(
  file: SopsFile,
  dataKey: Buffer,
): OpenedSops {
  try {
    const documents = decryptDocuments(file, dataKey);
    const tree = documents[0] ?? { kind: "map", entries: new Map() };
    return {
      file,
      tree,
      documents,
      dataKey,
      dispose: (): void => void dataKey.fill(0),
    };
  } catch (error) {
    dataKey.fill(0);
    throw error;
  }
}

function programNeeded(file: SopsFile): Error {
  return sopsError(
    "SEC007",
    file.path,
    `${String(file.programOnly)} can only be read by the sops program`,
    {
      why: "rules that look at comments depend on a layout that formatters change, and ini has no standard",
      fix: "install sops 3.10 or newer, or encrypt the file again as YAML with encrypted_regex or unencrypted_suffix",
    },
  );
}

/**
 * The MAC text of a file as its values stand now, whatever MAC it carries. @throws UserError
 * SEC012.
 */
export function computeMac(file: SopsFile, dataKey: Buffer): string {
  return decryptLeaves(file, dataKey).mac.digest();
}

function decryptDocuments(file: SopsFile, dataKey: Buffer): readonly SopsMap[] {
  const { documents, mac } = decryptLeaves(file, dataKey);
  checkMac(file, dataKey, mac);
  return documents;
}

function decryptLeaves(
  file: SopsFile,
  dataKey: Buffer,
): { readonly documents: readonly SopsMap[]; readonly mac: SopsMac } {
  const mac = new SopsMac({
    onlyEncrypted: file.metadata.macOnlyEncrypted,
    acceptsFloatIntegers: file.format === "json" || file.format === "binary",
  });
  const documents = file.documents.map((document) =>
    mapLeaves(document, file.rule, (leaf, place) => {
      const form = classifyLeaf(leaf, place, file.path);
      const plain =
        form.kind === "cipher"
          ? decryptLeaf(form.enc, place, { file, dataKey })
          : leaf;
      mac.add(plain, place.isEncrypted);
      return plain;
    }),
  );
  return { documents, mac };
}

function decryptLeaf(
  enc: EncText,
  place: LeafPlace,
  opened: { readonly file: SopsFile; readonly dataKey: Buffer },
): SopsScalar {
  const additionalData = additionalDataOf(place.keys);
  const bytes = decryptEncText(enc, opened.dataKey, additionalData);
  const scalar =
    bytes === undefined ? undefined : scalarFromBytes(enc.label, bytes);
  bytes?.fill(0);
  if (scalar !== undefined) return scalar;
  throw sopsError(
    "SEC012",
    opened.file.path,
    "an encrypted value was changed or moved",
    {
      path: place.path,
      why: "a value is bound to the file and to the keys above it, and this one does not fit them",
      fix: "restore the file from version control, and edit it with sops or tieline only",
    },
  );
}

function checkMac(file: SopsFile, dataKey: Buffer, mac: SopsMac): void {
  const enc = parseEncText(file.metadata.mac);
  const stored =
    enc === undefined
      ? undefined
      : decryptEncText(enc, dataKey, file.metadata.lastModified);
  if (stored !== undefined && mac.matches(stored)) return;
  throw sopsError("SEC012", file.path, "the MAC does not match", {
    why: "values or the time of the last change were edited by something other than SOPS",
    fix: "restore the file from version control; after a merge, take one side whole and repeat the other change with sops",
  });
}
