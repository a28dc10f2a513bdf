import type { FolderListing } from "../../domain/source-file.ts";
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
