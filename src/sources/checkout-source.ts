import type { ProcessEnv } from "../domain/environment-access.ts";
import { lstatSync, realpathSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";
import { createGit } from "../platform/git/index.ts";
import type {
  DocumentSource,
  FolderListing,
  RefusedFile,
  SourceFile,
} from "../ports/document-source.ts";
import type { Git } from "../ports/git.ts";
import { isDocumentName, refusedFile, refusedFolder } from "./limits.ts";
import {
  findAbsences,
  folderAbsence,
  groupAbsences,
  submoduleAbsence,
  type Absence,
} from "./absences.ts";
import {
  readTracked,
  type TrackedFile,
  type TrackedFiles,
} from "./tracked-files.ts";

/** What a checkout is looked at with. */
export interface CheckoutOptions {
  readonly env: ProcessEnv;
  /** Folders that are asked about at once; others when something is missing. */
  readonly folders: readonly string[];
}

/**
 * A source over a folder that git may keep. What git tracks and has not checked out is reported as
 * a file that was refused: a document that is merely not here is no wish to delete what it
 * declares. Where there is no repository, it adds nothing.
 */
export function createCheckoutSource(
  source: DocumentSource,
  options: CheckoutOptions,
): DocumentSource {
  return new CheckoutSource(source, options);
}

/** One repository's part of the workspace. */
interface Book {
  readonly git: Git;
  /** Folder of the workspace it begins at: empty, or a submodule's. */
  readonly base: string;
  readonly tracked: TrackedFiles;
}

class CheckoutSource implements DocumentSource {
  readonly root: string;
  readonly #source: DocumentSource;
  readonly #options: CheckoutOptions;
  readonly #git: Git;
  readonly #books = new Map<string, Promise<Book | null>>();

  constructor(source: DocumentSource, options: CheckoutOptions) {
    this.root = source.root;
    this.#source = source;
    this.#options = options;
    this.#git = createGit(source.root, options.env);
  }

  async readFolder(folder: string): Promise<FolderListing> {
    const real = this.#realFolder(folder);
    const asked = this.#bookFor(real);
    const listing = await this.#source.readFolder(folder);
    const book = await asked;
    if (book === null) return listing;
    if ("detail" in book) return refusing(listing, [refused(folder, book)]);
    const here = new Set(
      [...listing.files, ...listing.refused].map(({ path }) =>
        posix.basename(path),
      ),
    );
    const missing = documentsIn(book, real).filter(
      ({ path }) => !here.has(posix.basename(path)),
    );
    if (missing.length === 0) return listing;
    const absent = await findAbsences({
      ...book,
      missing,
      isFolderEmpty:
        here.size === 0 && missing.every(({ kind }) => kind === "head-only"),
    });
    return refusing(
      listing,
      groupAbsences(real, absent).map(({ path, absence }) =>
        refused(path, absence),
      ),
    );
  }

  async readFile(path: string): Promise<SourceFile | null> {
    const file = await this.#source.readFile(path);
    if (file !== null) return file;
    const book = await this.#bookFor(path);
    if (book === null) return null;
    if ("detail" in book) throw refusedFile(refused(path, book));
    const entry = book.tracked.get(posix.relative(book.base, path));
    if (entry === undefined) return null;
    const [found] = await findAbsences({
      ...book,
      missing: [entry],
      isFolderEmpty: false,
    });
    if (found !== undefined) throw refusedFile(refused(path, found.absence));
    return null;
  }

  async listFolders(folder: string): Promise<readonly string[]> {
    const asked = this.#bookFor(folder);
    const names = await this.#source.listFolders(folder);
    const book = await asked;
    if (book === null) return names;
    if ("detail" in book) throw refusedFolder(refused(folder, book));
    const leftOut = foldersIn(book, folder).filter(
      (name) => !name.startsWith(".") && !names.includes(name),
    );
    return leftOut.length === 0 ? names : [...names, ...leftOut].sort();
  }

  /**
   * The folder that a link in the workspace leads to, as far as it stays inside: that is what git
   * tracks files of.
   */
  #realFolder(folder: string): string {
    try {
      const way = relative(
        realpathSync(this.root),
        realpathSync(join(this.root, folder)),
      );
      return way.startsWith("..") ? folder : way.split(sep).join("/");
    } catch {
      return folder;
    }
  }

  /**
   * What is known of a path: `null` outside of any repository, an absence below what is not checked
   * out as a whole.
   */
  async #bookFor(path: string): Promise<Book | Absence | null> {
    let book = await this.#firstBook(path);
    for (;;) {
      if (book === null) return null;
      const { base } = book;
      const cover = coverOf(book, posix.relative(base, path));
      if (cover === undefined) return book;
      if (cover.holds === "folder") return folderAbsence(base);
      const at = posix.join(base, cover.path);
      if (!isThere(join(this.root, at, ".git"))) return submoduleAbsence(at);
      book = await this.#remembered(at, () =>
        openBook(createGit(join(this.root, at), this.#options.env), at, ["."]),
      );
    }
  }

  #firstBook(path: string): Promise<Book | null> {
    const { folders } = this.#options;
    const [first = path] = path.split("/");
    const paths = folders.includes(first) ? folders : [first];
    return this.#remembered(`/${paths.join("/")}`, () =>
      openBook(this.#git, "", paths),
    );
  }

  #remembered(
    name: string,
    open: () => Promise<Book | null>,
  ): Promise<Book | null> {
    const known = this.#books.get(name) ?? open();
    this.#books.set(name, known);
    return known;
  }
}

async function openBook(
  git: Git,
  base: string,
  paths: readonly string[],
): Promise<Book | null> {
  const tracked = await readTracked(git, paths);
  return tracked === null ? null : { git, base, tracked };
}

/** Tracked documents directly in a folder of the workspace. */
function documentsIn({ tracked, base }: Book, folder: string): TrackedFile[] {
  const place = posix.relative(base, folder) || ".";
  return [...tracked.values()].filter(
    ({ path, holds }) =>
      holds === "file" &&
      posix.dirname(path) === place &&
      isDocumentName(posix.basename(path)),
  );
}

/** Names of folders below one in which a checkout leaves something out. */
function foldersIn({ tracked, base }: Book, folder: string): string[] {
  const place = `${posix.relative(base, folder)}/`;
  const names = new Set<string>();
  for (const { path, kind, holds } of tracked.values()) {
    if (kind === "ordinary" || kind === "head-only") continue;
    if (!path.startsWith(place)) continue;
    const [name, inside] = path.slice(place.length).split("/");
    if (name !== undefined && (inside !== undefined || holds === "folder"))
      names.add(name);
  }
  return [...names];
}

/** A submodule, or a folder that is left out as a whole, that a path is or lies below. */
function coverOf({ tracked }: Book, path: string): TrackedFile | undefined {
  for (let at = path; at !== "." && at !== ""; at = posix.dirname(at)) {
    const entry = tracked.get(at);
    if (entry !== undefined && entry.holds !== "file") return entry;
  }
  return undefined;
}

function refused(path: string, { detail, fix }: Absence): RefusedFile {
  return { path, reason: "not-checked-out", detail, fix };
}

function refusing(
  listing: FolderListing,
  more: readonly RefusedFile[],
): FolderListing {
  if (more.length === 0) return listing;
  return {
    ...listing,
    exists: true,
    refused: [...listing.refused, ...more],
  };
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
