import type {
  FileChange,
  FolderListing,
  SourceFile,
} from "../../domain/source-file.ts";
import type { DocumentSource } from "../../ports/document-source.ts";
import { inCommonForm } from "./common-form.ts";
import { compareText } from "../../util/compare-text.ts";

/**
 * What a folder's listing holds. @remarks Source: the sources of src/sources, which list nothing
 * else.
 */
const DOCUMENT = /\.(?:yaml|yml|json)$/u;

/**
 * The workspace as it will be once some files are written: what a command that edits documents
 * checks and plans before it writes anything. Everything is read once, so what is checked is what
 * the changes were made from, and what was parsed for one question serves the others.
 */
export class ChangedSource implements DocumentSource {
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

  /** Takes changes of texts as they are now. */
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

  /** Whether a file was changed, also where it ended as it was. */
  isChanged(path: string): boolean {
    return this.#drafts.has(path);
  }

  /**
   * What is to be written, sorted by path, each file once with its first and its last text,
   * documents in the common form. Files that ended as they were are left out.
   */
  changes(): FileChange[] {
    return [...this.#drafts]
      .filter(([, { before, after }]) => before !== after)
      .map(([path, { before, after }]) => inCommonForm({ path, before, after }))
      .filter(({ before, after }) => before !== after)
      .sort((a, b) => compareText(a.path, b.path));
  }

  async readFolder(folder: string): Promise<FolderListing> {
    const listing = await remembered(this.#folders, folder, () =>
      this.#source.readFolder(folder),
    );
    const drafts = [...this.#drafts].filter(
      ([path]) =>
        path.slice(0, path.lastIndexOf("/")) === folder && DOCUMENT.test(path),
    );
    if (drafts.length === 0) return listing;
    const files = new Map(listing.files.map((file) => [file.path, file]));
    for (const [path, { file }] of drafts) {
      if (file === null) files.delete(path);
      else files.set(path, file);
    }
    return {
      ...listing,
      exists: listing.exists || files.size > 0,
      files: [...files.values()].sort((a, b) => compareText(a.path, b.path)),
    };
  }

  readFile(path: string): Promise<SourceFile | null> {
    const draft = this.#drafts.get(path);
    if (draft !== undefined) return Promise.resolve(draft.file);
    return remembered(this.#files, path, () => this.#source.readFile(path));
  }

  async listFolders(folder: string): Promise<readonly string[]> {
    const known = await remembered(this.#names, folder, () =>
      this.#source.listFolders(folder),
    );
    const names = new Set(known);
    for (const [path, { file }] of this.#drafts) {
      if (file === null || !path.startsWith(`${folder}/`)) continue;
      const [name, inside] = path.slice(folder.length + 1).split("/");
      if (name !== undefined && inside !== undefined) names.add(name);
    }
    return names.size === known.length ? known : [...names].sort(compareText);
  }
}

interface Draft {
  readonly before: string | null;
  readonly after: string | null;
  /** Kept, so that what was parsed once is not parsed again. */
  readonly file: SourceFile | null;
}

/** A source with some changes to it. */
export function withChanges(
  source: DocumentSource,
  changes: readonly FileChange[],
): DocumentSource {
  const changed = new ChangedSource(source);
  changed.apply(changes);
  return changed;
}

/** A source that reads each file once. */
export function keptSource(source: DocumentSource): DocumentSource {
  return new ChangedSource(source);
}

/** A workspace that holds only these texts. */
export function sourceOfTexts(
  texts: Readonly<Record<string, string>>,
): DocumentSource {
  return withChanges(
    EMPTY,
    Object.entries(texts).map(([path, after]) => ({
      path,
      before: null,
      after,
    })),
  );
}

const EMPTY: DocumentSource = {
  root: "",
  readFolder: () => Promise.resolve({ exists: false, files: [], refused: [] }),
  readFile: () => Promise.resolve(null),
  listFolders: () => Promise.resolve([]),
};

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
