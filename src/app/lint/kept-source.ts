import type { FileChange, FolderListing } from "../../domain/source-file.ts";
import type {
  DocumentSource,
  SourceFile,
} from "../../ports/document-source.ts";

/** A source that reads each file once, so that what was parsed for one question serves the others. */
export function keptSource(source: DocumentSource): DocumentSource {
  const folders = new Map<string, Promise<FolderListing>>();
  const files = new Map<string, Promise<SourceFile | null>>();
  const names = new Map<string, Promise<readonly string[]>>();
  return {
    root: source.root,
    readFolder: (folder) =>
      kept(folders, folder, () => source.readFolder(folder)),
    readFile: (path) => kept(files, path, () => source.readFile(path)),
    listFolders: (folder) =>
      kept(names, folder, () => source.listFolders(folder)),
  };
}

/** A source in which some files have other texts already. Files that a change would add or delete are as they were. */
export function changedSource(
  source: DocumentSource,
  changes: readonly FileChange[],
): DocumentSource {
  const texts = new Map(
    changes.flatMap(({ path, after }) =>
      after === null ? [] : [[path, after] as const],
    ),
  );
  const changed = (file: SourceFile): SourceFile => {
    const text = texts.get(file.path);
    return text === undefined
      ? file
      : { path: file.path, bytes: new TextEncoder().encode(text) };
  };
  return {
    root: source.root,
    readFolder: async (folder) => {
      const listing = await source.readFolder(folder);
      return { ...listing, files: listing.files.map(changed) };
    },
    readFile: async (path) => {
      const file = await source.readFile(path);
      return file === null ? null : changed(file);
    },
    listFolders: (folder) => source.listFolders(folder),
  };
}

function kept<T>(
  known: Map<string, Promise<T>>,
  name: string,
  read: () => Promise<T>,
): Promise<T> {
  const before = known.get(name);
  if (before !== undefined) return before;
  const reading = read();
  known.set(name, reading);
  return reading;
}
