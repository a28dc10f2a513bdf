import type { Diagnostic } from "../../domain/problem/diagnostic.ts";
import type {
  FolderListing,
  RefusedFile,
  SourceFile,
} from "../../domain/source-file.ts";
import {
  placeAt,
  placeOfDocument,
  type ParsedDocument,
} from "../read/document.ts";
import {
  hasOwnSecrets,
  severalWithSecrets,
  withOwnSecrets,
} from "./own-secrets.ts";
import { fileStemOf, markedStem } from "../read/file-stem.ts";
import { parseFile, type ParsedFile } from "../read/parse.ts";
import { locationText, report, reportFile } from "../read/report.ts";
import { quoted } from "../read/safe-text.ts";
import { append } from "../../util/append.ts";
import { spend } from "../../domain/work.ts";

/** A document of a folder with the connection it is about. */
export interface NamedDocument {
  /** `connection_id`, or the file's name where the document leaves it out. */
  readonly name: string;
  readonly document: ParsedDocument;
}

/** What a folder of connection documents holds. */
export interface ReadFolder {
  readonly documents: ReadonlyMap<string, NamedDocument>;
  /** Documents for a connection that already has one. */
  readonly repeated: readonly NamedDocument[];
  /** Connections whose file could not be understood; nothing is concluded from their absence. */
  readonly failed: ReadonlySet<string>;
  /** False when the folder itself could not be read. */
  readonly isReadable: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** Work of looking once at a file that is parsed already. */
const STEPS_PER_FILE = 200;

/** Documents of one connection that are told besides the first. */
const MAX_REPEATED = 100;

/** Reads a folder of connection documents: base or overlays. */
export function readFolder(
  listing: FolderListing,
  layer: "base" | "overlay",
): ReadFolder {
  const documents = new Map<string, NamedDocument>();
  const repeated: NamedDocument[] = [];
  const failed = new Set<string>();
  const diagnostics: Diagnostic[] = listing.refused.map(refusal);
  for (const { path } of listing.refused) failed.add(stemOf(path));
  for (const file of listing.files) {
    // Every environment reads the shared folder.
    spend(STEPS_PER_FILE);
    const parsed = parseFile(file, "connection", layer);
    append(diagnostics, parsed.diagnostics);
    if (parsed.documents.length === 0) failed.add(stemOf(file.path));
    const isAlone = parsed.documents.length === 1;
    const opened = openFile(parsed.documents);
    append(diagnostics, opened.diagnostics);
    if (opened.diagnostics.length > 0) failed.add(stemOf(file.path));
    for (const document of opened.documents) {
      const id = document.value["connection_id"];
      const name = typeof id === "string" ? id : stemOf(file.path);
      if (typeof id !== "string" && !isAlone)
        diagnostics.push(unnamed(document));
      if (typeof id === "string" && isAlone && !isNamedAfter(file.path, id))
        diagnostics.push(misnamed(document, id, stemFor(id, file, listing)));
      const first = documents.get(name);
      if (first === undefined) documents.set(name, { name, document });
      else {
        repeated.push({ name, document });
        if (repeated.length <= MAX_REPEATED)
          diagnostics.push(twice(name, document, first.document));
      }
    }
  }
  const isReadable = isFolderReadable(listing);
  return { documents, repeated, failed, isReadable, diagnostics };
}

/**
 * False when the folder itself was refused: then nothing is concluded from the absence of a file.
 */
export function isFolderReadable({ refused }: FolderListing): boolean {
  return refused.every(
    ({ path }) => stemOf(path) !== path.slice(path.lastIndexOf("/") + 1),
  );
}

/**
 * The documents of a file with their encrypted secrets as references; none where that does not work
 * out.
 */
function openFile(
  documents: readonly ParsedDocument[],
): Pick<ParsedFile, "documents" | "diagnostics"> {
  const sealed = documents.filter(hasOwnSecrets);
  const [first] = sealed;
  if (first === undefined) return { documents, diagnostics: [] };
  if (documents.length > 1)
    return { documents: [], diagnostics: sealed.map(severalWithSecrets) };
  const { document, diagnostics } = withOwnSecrets(first);
  return {
    documents: diagnostics.length === 0 ? [document] : [],
    diagnostics,
  };
}

/** The name of a file without folder and ending. */
export function stemOf(path: string): string {
  const file = path.slice(path.lastIndexOf("/") + 1);
  return file.replace(/\.(?:yaml|yml|json)$/u, "");
}

const REFUSALS: Readonly<
  Record<RefusedFile["reason"], { readonly why: string; readonly fix: string }>
> = {
  "too-large": {
    why: "documents are at most 1 MiB",
    fix: "split it: a file holds one connection",
  },
  outside: {
    why: "documents are read from inside the project only",
    fix: "replace the link with the file",
  },
  unreadable: {
    why: "leaving the file out would look like a wish to delete what it declares",
    fix: "make it readable for this user",
  },
  "not-a-file": {
    why: "documents are plain files",
    fix: "move it out of this folder",
  },
  "not-checked-out": {
    why: "leaving the file out would look like a wish to delete what it declares",
    fix: "check it out",
  },
};

/** Says that a file was not taken in. */
export function refusal({
  path,
  reason,
  detail,
  fix: special,
}: RefusedFile): Diagnostic {
  const { why, fix } = REFUSALS[reason];
  return reportFile(path, {
    code: "CFG002",
    message: `${quoted(path)} was not read: ${detail}`,
    why,
    fix: special ?? fix,
  });
}

function unnamed(document: ParsedDocument): Diagnostic {
  return report(placeOfDocument(document), {
    code: "SCH006",
    message: '"connection_id" is missing in one of several documents of a file',
    why: "the file's name can stand for the connection only when the file holds one document",
    fix: "add connection_id:",
  });
}

function isNamedAfter(path: string, id: string): boolean {
  const stem = stemOf(path);
  const plain = fileStemOf(id);
  // The mark keeps apart what a file system takes for one name.
  return [id, plain, markedStem(plain, id)].includes(stem);
}

/** What a file is best named: as new files are, without taking another one's place. */
function stemFor(
  id: string,
  { path }: SourceFile,
  { files, refused }: FolderListing,
): string {
  const plain = fileStemOf(id);
  const isTaken = [...files, ...refused].some(
    (other) =>
      other.path !== path &&
      stemOf(other.path).toLowerCase() === plain.toLowerCase(),
  );
  return isTaken ? markedStem(plain, id) : plain;
}

function misnamed(
  document: ParsedDocument,
  id: string,
  stem: string,
): Diagnostic {
  const { file } = document.source;
  const extension = file.slice(file.lastIndexOf("."));
  return report(
    placeAt(document, "/connection_id", "value") ?? placeOfDocument(document),
    {
      code: "CFG010",
      severity: "warning",
      message: `the file is named ${quoted(stemOf(file))}, but declares the connection ${quoted(id)}`,
      why: "people look for a connection under its name",
      fix: `rename the file to ${quoted(`${stem}${extension}`)}`,
    },
  );
}

function twice(
  name: string,
  document: ParsedDocument,
  first: ParsedDocument,
): Diagnostic {
  const placeOf = (one: ParsedDocument): ReturnType<typeof placeOfDocument> =>
    placeAt(one, "/connection_id", "value") ?? placeOfDocument(one);
  return report(placeOf(document), {
    code: "CFG009",
    message: `the connection ${quoted(name)} is declared twice; the first is at ${locationText(placeOf(first))}`,
    why: "one of the two would be ignored",
    fix: "remove one, or give it another connection_id",
  });
}
