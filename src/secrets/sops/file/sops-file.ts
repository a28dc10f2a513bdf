import { argumentWord } from "../../../util/shell-word.ts";
import { parseDotenvTree, parseIniTree } from "../formats/flat-tree.ts";
import { formatOf, type SopsFormat } from "../core/format.ts";
import { parseJsonTree } from "../formats/json-tree.ts";
import {
  SOPS_LIMITS,
  type ParseContext,
  type SopsLimits,
} from "../core/limits.ts";
import { readMetadata, type SopsMetadata } from "../core/metadata.ts";
import {
  compileRule,
  EVERYTHING,
  type SelectionRule,
} from "../core/selection-rule.ts";
import { sopsError } from "../core/sops-error.ts";
import type { SopsMap } from "../core/tree.ts";
import { classifyLeaf, mapLeaves } from "../core/walk.ts";
import { parseYamlTree } from "../formats/yaml-tree.ts";

/** How to read a file. */
export interface SopsReadOptions {
  /** The name messages use. */
  readonly path: string;
  /** Default: by the suffix of `path`. */
  readonly format?: SopsFormat;
  readonly limits?: SopsLimits;
}

/** A SOPS file that was read and checked without a key. */
export interface SopsFile {
  readonly path: string;
  readonly format: SopsFormat;
  /**
   * The trees as they stand in the file, one per document, without metadata and encrypted comments.
   */
  readonly documents: readonly SopsMap[];
  readonly metadata: SopsMetadata;
  /** The metadata as they stand in the file. */
  readonly metadataTree: SopsMap;
  /** Why only the `sops` program can decrypt the file; absent when the own core can. */
  readonly programOnly?: string;
  /** The bytes that were read, for the program. */
  readonly bytes: Uint8Array;
  readonly rule: SelectionRule;
}

/**
 * Reads a SOPS file and checks everything that needs no key: size and shape, metadata, one
 * selection rule, and that every value the rule covers is a well-formed ciphertext. Loads no
 * cryptographic library.
 * @throws UserError SEC002 for a file that is no SOPS file, SEC003, SEC007 or SEC012 for one that
 * is damaged or not supported.
 */
export async function readSopsFile(
  bytes: Uint8Array,
  options: SopsReadOptions,
): Promise<SopsFile> {
  const { path, limits = SOPS_LIMITS } = options;
  const format = options.format ?? formatOf(path);
  const text = decodeText(bytes, path, limits);
  assertNoMark(bytes, format, path);
  const parsed = parseTrees(text, format, { file: path, limits });
  const metadataTree = metadataNode(parsed[0], path);
  const metadata = readMetadata(metadataTree, path);
  const programOnly = reasonForProgram(format, metadata);
  const rule =
    format === "binary" ? EVERYTHING : await compileRule(metadata.rule);
  const documents = parsed.map((root) =>
    mapLeaves(withoutMetadata(root), rule, (leaf, place) =>
      // Comments are outside the MAC, and left out here list positions are those people see.
      programOnly === undefined &&
      classifyLeaf(leaf, place, path).kind === "comment"
        ? undefined
        : leaf,
    ),
  );
  return {
    path,
    format,
    documents,
    metadata,
    metadataTree,
    rule,
    bytes,
    ...(programOnly === undefined ? {} : { programOnly }),
  };
}

/** The trees of a text, metadata included. @throws UserError SEC003. */
export function parseTrees(
  text: string,
  format: SopsFormat,
  context: ParseContext,
): readonly SopsMap[] {
  switch (format) {
    case "yaml":
      return parseYamlTree(text, context);
    case "dotenv":
      return parseDotenvTree(text, context);
    case "ini":
      return parseIniTree(text, context);
    case "json":
    case "binary":
      return parseJsonTree(text, context);
  }
}

function reasonForProgram(
  format: SopsFormat,
  metadata: SopsMetadata,
): string | undefined {
  if (format === "ini") return "values of .ini files";
  return metadata.commentRule === undefined
    ? undefined
    : `selection by "${metadata.commentRule}"`;
}

function decodeText(
  bytes: Uint8Array,
  file: string,
  limits: SopsLimits,
): string {
  if (bytes.length > limits.maxBytes)
    throw sopsError("SEC003", file, "the file is too large", {
      why: `${String(bytes.length)} bytes; at most ${String(limits.maxBytes)} are read`,
      fix: "split the secrets over several files",
    });
  return decodeUtf8(bytes, file);
}

/**
 * SOPS opens YAML that begins with a byte order mark, and ini; to JSON it is an error, and to
 * dotenv a part of the first name.
 */
function assertNoMark(
  bytes: Uint8Array,
  format: SopsFormat,
  file: string,
): void {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  if (!hasMark || format === "yaml" || format === "ini") return;
  throw sopsError("SEC003", file, "the file begins with a byte order mark", {
    why: "no program that reads SOPS files in this format opens it so; some editors add one when they save",
    fix: "save it as UTF-8 without a byte order mark",
  });
}

/** Text without a byte order mark. @throws UserError SEC003. */
export function decodeUtf8(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw sopsError("SEC003", file, "the file is not UTF-8 text");
  }
}

function metadataNode(root: SopsMap | undefined, file: string): SopsMap {
  const node = root?.entries.get("sops");
  if (node?.kind === "map") return node;
  throw sopsError("SEC002", file, "the file is not encrypted with SOPS", {
    why: 'it has no "sops" mapping, and a readable file is never taken for a file of secrets',
    fix: `encrypt it: sops encrypt --in-place ${argumentWord(file)}; treat values that were committed in the clear as leaked`,
  });
}

function withoutMetadata(root: SopsMap): SopsMap {
  const entries = new Map(root.entries);
  entries.delete("sops");
  return { kind: "map", entries };
}
