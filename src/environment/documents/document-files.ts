import {
  BASE_FOLDER,
  ENVIRONMENTS_FOLDER,
  TEMPLATES_FOLDER,
} from "../../domain/document-folders.ts";
import type { FileRole } from "../../documents/format/format.ts";
import { UserError } from "../../domain/problem/error.ts";
import type { FolderListing, SourceFile } from "../../domain/source-file.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { compareText } from "../../util/compare-text.ts";
import { nearest } from "../../util/nearest.ts";
import { append } from "../../util/append.ts";

/** A file of documents, and what it is. */
export interface DocumentFile {
  readonly file: SourceFile;
  readonly role: FileRole;
}

/** The files of documents of a workspace, or those of them that were named. */
export interface DocumentFiles {
  /** Sorted by path. */
  readonly files: readonly DocumentFile[];
  readonly refused: FolderListing["refused"];
}

/**
 * Every file of connections, overlays, templates and environments; of them those at or below one of
 * the paths, when there are paths.
 * @throws UserError CLI001 for a path at which there is no document.
 */
export async function documentFiles(
  source: DocumentSource,
  paths: readonly string[],
): Promise<DocumentFiles> {
  const files: DocumentFile[] = [];
  const refused: FolderListing["refused"][number][] = [];
  const take = (
    { files: found, refused: bad }: FolderListing,
    role: FileRole,
  ): void => {
    append(
      files,
      found.map((file) => ({ file, role })),
    );
    append(refused, bad);
  };
  take(await source.readFolder(BASE_FOLDER), {
    kind: "connection",
    layer: "base",
  });
  take(await source.readFolder(TEMPLATES_FOLDER), {
    kind: "template",
    layer: "template",
  });
  for (const name of await source.listFolders(ENVIRONMENTS_FOLDER)) {
    const folder = `${ENVIRONMENTS_FOLDER}/${name}`;
    const file = await source.readFile(`${folder}/environment.yaml`);
    if (file !== null)
      files.push({ file, role: { kind: "environment", layer: "environment" } });
    take(await source.readFolder(`${folder}/connections`), {
      kind: "connection",
      layer: "overlay",
    });
  }
  const known = [
    ...files.map(({ file }) => file.path),
    ...refused.map(({ path }) => path),
  ];
  for (const path of paths) assertKnown(path, known);
  const isWanted = (path: string): boolean =>
    paths.length === 0 || paths.some((each) => isAtOrBelow(path, each));
  return {
    files: files
      .filter(({ file }) => isWanted(file.path))
      .sort((a, b) => compareText(a.file.path, b.file.path)),
    refused: refused.filter(({ path }) => isWanted(path)),
  };
}

const CONNECTION_FILE =
  /^(?:environments\/[^/]+\/)?connections\/[^/]+\.(?:yaml|yml|json)$/u;
const ENVIRONMENT_FILE = /^environments\/[^/]+\/environment\.yaml$/u;

/** What a document at this path is; `undefined` for a file that is none. */
export function roleOf(path: string): FileRole | undefined {
  if (ENVIRONMENT_FILE.test(path))
    return { kind: "environment", layer: "environment" };
  if (path.startsWith(`${TEMPLATES_FOLDER}/`))
    return { kind: "template", layer: "template" };
  if (!CONNECTION_FILE.test(path)) return undefined;
  const layer = path.startsWith(`${BASE_FOLDER}/`) ? "base" : "overlay";
  return { kind: "connection", layer };
}

function isAtOrBelow(path: string, named: string): boolean {
  return named === "" || path === named || path.startsWith(`${named}/`);
}

function assertKnown(path: string, known: readonly string[]): void {
  if (known.some((each) => isAtOrBelow(each, path))) return;
  const near = nearest(path, [...known, ...foldersOf(known)]);
  const isSecrets = /\.enc\.(?:ya?ml|json)$/u.test(path);
  throw new UserError(
    "CLI001",
    `"${path}" is not a document of this project${near === undefined || isSecrets ? "" : `; did you mean "${near}"?`}`,
    {
      why: isSecrets
        ? "files of secrets are written by SOPS and left alone here"
        : `documents are the .yaml, .yml and .json files in ${BASE_FOLDER}/, ${TEMPLATES_FOLDER}/ and ${ENVIRONMENTS_FOLDER}/`,
      fix: "name a file or folder of documents, or none for all of them",
      notDone: "nothing was written",
    },
  );
}

function foldersOf(paths: readonly string[]): readonly string[] {
  const folders = paths.flatMap((path) => {
    const names = path.split("/");
    return names.slice(1).map((_, at) => names.slice(0, at + 1).join("/"));
  });
  return [...new Set(folders)];
}
