import type { FileChange, SourceFile } from "../../domain/source-file.ts";
import type {
  DocumentSource,
  FolderListing,
} from "../../ports/document-source.ts";
import { compareText } from "../../util/compare-text.ts";

/**
 * The workspace as it would be after some changes that nobody wrote yet. Everything is read once, so what is checked is what the changes were
 * made from.
 */
export class DraftSource implements DocumentSource {
  readonly root: string;
  readonly #source: DocumentSource;
  readonly #folders = new Map<string, Promise<FolderListing>>();
  readonly #names = new Map<string, Promise<readonly string[]>>();
  readonly #files = new Map<string, Promise<SourceFile | null>>();
  readonly #drafts = new Map<string, Draft>();

  constructor(source: DocumentSource) {
    this.root = source.root;
    this.#source = source;
  }

  /** Takes changes of texts as they are now in the draft. */
  apply(changes: readonly FileChange[]): void {
    for (const { path, before, after } of changes) {
      const first = this.#drafts.get(path)?.before;
      this.#drafts.set(path, {
        before: first === undefined ? before : first,
        after,
        file: after === null ? null : fileOf(path, after),
      });
    }
  }

  /** Makes a file what it was. */
  revert(path: string): void {
    this.#drafts.delete(path);
  }

  /** What is to be written, sorted by path; files that ended as they were are left out. */
  changes(): FileChange[] {
    return [...this.#drafts]
      .filter(([, { before, after }]) => before !== after)
      .map(([path, { before, after }]) => ({ path, before, after }))
      .sort((a, b) => compareText(a.path, b.path));
  }

  async readFolder(folder: string): Promise<FolderListing> {
    const listing = await remembered(this.#folders, folder, () =>
      this.#source.readFolder(folder),
    );
    const drafts = [...this.#drafts].filter(
      ([path]) => path.slice(0, path.lastIndexOf("/")) === folder,
    );
    if (drafts.length === 0) return listing;
    const files = new Map(listing.files.map((file) => [file.path, file]));
    for (const [path, { file }] of drafts) {
      if (file === null) files.delete(path);
      else files.set(path, file);
    }
    return {
      ...listing,
      exists: true,
      files: [...files.values()].sort((a, b) => compareText(a.path, b.path)),
    };
  }

  readFile(path: string): Promise<SourceFile | null> {
    const draft = this.#drafts.get(path);
    if (draft !== undefined) return Promise.resolve(draft.file);
    return remembered(this.#files, path, () => this.#source.readFile(path));
  }

  listFolders(folder: string): Promise<readonly string[]> {
    return remembered(this.#names, folder, () =>
      this.#source.listFolders(folder),
    );
  }
}

interface Draft {
  readonly before: string | null;
  readonly after: string | null;
  /** Kept, so that what was parsed once is not parsed again. */
  readonly file: SourceFile | null;
}

function fileOf(path: string, text: string): SourceFile {
  return { path, bytes: new TextEncoder().encode(text) };
}

function remembered<T>(
  known: Map<string, Promise<T>>,
  name: string,
  read: () => Promise<T>,
): Promise<T> {
  const found = known.get(name) ?? read();
  known.set(name, found);
  return found;
}

/** A workspace that holds only these texts. */
export function sourceOfTexts(
  texts: Readonly<Record<string, string>>,
): DocumentSource {
  const draft = new DraftSource(EMPTY);
  draft.apply(
    Object.entries(texts).map(([path, after]) => ({
      path,
      before: null,
      after,
    })),
  );
  return draft;
}

const EMPTY: DocumentSource = {
  root: "",
  readFolder: () => Promise.resolve({ exists: false, files: [], refused: [] }),
  readFile: () => Promise.resolve(null),
  listFolders: () => Promise.resolve([]),
};
