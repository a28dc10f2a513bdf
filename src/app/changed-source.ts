import type { FileChange } from "../domain/source-file.ts";
import type {
  DocumentSource,
  FolderListing,
  SourceFile,
} from "../ports/document-source.ts";
import { compareText } from "../util/compare-text.ts";

/**
 * The documents as they will be once some files are written: what a command that edits them checks and plans before it writes anything.
 */
export function withChanges(
  source: DocumentSource,
  changes: readonly FileChange[],
): DocumentSource {
  const after = new Map(changes.map((change) => [change.path, change.after]));
  return {
    root: source.root,
    readFolder: async (folder) =>
      changedListing(await source.readFolder(folder), folder, after),
    readFile: async (path) => {
      const text = after.get(path);
      return text === undefined ? source.readFile(path) : fileOf(path, text);
    },
    listFolders: async (folder) => {
      const names = new Set(await source.listFolders(folder));
      for (const [path, text] of after) {
        const rest = path.startsWith(`${folder}/`)
          ? path.slice(folder.length + 1).split("/")
          : [];
        const [name, file] = rest;
        if (text !== null && name !== undefined && file !== undefined)
          names.add(name);
      }
      return [...names].sort(compareText);
    },
  };
}

function fileOf(path: string, text: string | null): SourceFile | null {
  return text === null ? null : { path, bytes: new TextEncoder().encode(text) };
}

function changedListing(
  listing: FolderListing,
  folder: string,
  after: ReadonlyMap<string, string | null>,
): FolderListing {
  const changed = [...after].flatMap(([path, text]) =>
    isDirectlyIn(path, folder) ? (fileOf(path, text) ?? []) : [],
  );
  const files = [
    ...listing.files.filter(({ path }) => !after.has(path)),
    ...changed,
  ].sort((a, b) => compareText(a.path, b.path));
  return { ...listing, exists: listing.exists || files.length > 0, files };
}

function isDirectlyIn(path: string, folder: string): boolean {
  return (
    path.startsWith(`${folder}/`) &&
    !path.slice(folder.length + 1).includes("/") &&
    /\.(?:yaml|yml|json)$/u.test(path)
  );
}
