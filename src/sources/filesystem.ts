import { lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { hasSystemCode, systemCause } from "../domain/problem/system-cause.ts";
import { isWithin, openPlain } from "../platform/files/index.ts";
import { inTurns } from "../platform/jobs/turns.ts";
import type {
  DocumentSource,
  FolderListing,
  RefusedFile,
  SourceFile,
} from "../ports/document-source.ts";
import {
  isDocumentName,
  MAX_FILE_BYTES,
  outsideRoot,
  refusedFile,
  refusedFolder,
  tooLarge,
} from "./limits.ts";

/**
 * Documents from a folder of the file system. Reads plain files inside the folder only: a symbolic
 * link may lead to another place inside, never outside; devices, pipes and sockets are refused
 * without being opened, because opening one can block or have effects. It works synchronously:
 * documents are many and small, and a round trip to the thread pool costs more than reading one.
 */
export function createFilesystemSource(root: string): DocumentSource {
  return new FilesystemSource(resolve(root));
}

class FilesystemSource implements DocumentSource {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  readFolder(folder: string): Promise<FolderListing> {
    return inTurns(this.#readFolder(folder));
  }

  readFile(path: string): Promise<SourceFile | null> {
    return settled(() => this.#readFile(path));
  }

  listFolders(folder: string): Promise<readonly string[]> {
    return settled(() => this.#listFolders(folder));
  }

  /** One file in each step. */
  *#readFolder(folder: string): Generator<void, FolderListing> {
    const path = this.#inside(folder);
    const problem = this.#folderProblem(folder);
    if (problem === "missing") return { exists: false, files: [], refused: [] };
    if (problem !== undefined)
      return { exists: true, files: [], refused: [problem] };
    let names: string[];
    try {
      names = readdirSync(path);
    } catch (error) {
      return { exists: true, files: [], refused: [refusedBy(error, folder)] };
    }
    const paths = names
      .filter(isDocumentName)
      .sort()
      .map((name) => `${folder}/${name}`);
    const files: SourceFile[] = [];
    const refused: RefusedFile[] = [];
    for (const each of paths) {
      yield;
      const one = this.#read(each, { isFolderInside: true });
      if (one === null) continue;
      if ("reason" in one) refused.push(one);
      else files.push(one);
    }
    return { exists: true, files, refused };
  }

  #readFile(path: string): SourceFile | null {
    const file = this.#read(path, { isFolderInside: false });
    if (file === null || !("reason" in file)) return file;
    throw refusedFile(file);
  }

  #listFolders(folder: string): readonly string[] {
    const problem = this.#folderProblem(folder);
    if (problem === "missing") return [];
    if (problem !== undefined) throw refusedFolder(problem);
    try {
      const entries = readdirSync(this.#inside(folder), {
        withFileTypes: true,
      });
      return entries
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
        .map((entry) => entry.name)
        .sort();
    } catch (error) {
      throw refusedFolder(refusedBy(error, folder));
    }
  }

  /** `null` when there is no such file. */
  #read(
    path: string,
    { isFolderInside }: { readonly isFolderInside: boolean },
  ): SourceFile | RefusedFile | null {
    const full = this.#inside(path);
    try {
      const link = lstatSync(full);
      // In a folder that was found to be inside, only a link can lead elsewhere.
      const isSure = isFolderInside && !link.isSymbolicLink();
      const isOutside = !isSure && !this.#isInside(full);
      if (isOutside)
        return {
          path,
          reason: "outside",
          detail: "it is a link that leads outside the project",
        };
      const info = link.isSymbolicLink() ? statSync(full) : link;
      if (!info.isFile())
        return {
          path,
          reason: "not-a-file",
          detail: info.isDirectory()
            ? "it is a folder"
            : "it is a device, pipe or socket",
        };
      return readBounded(full, path);
    } catch (error) {
      if (hasSystemCode(error, "ENOENT", "ENOTDIR"))
        return danglingOrMissing(full, path);
      return refusedBy(error, path);
    }
  }

  #folderProblem(folder: string): RefusedFile | "missing" | undefined {
    const full = this.#inside(folder);
    try {
      const info = statSync(full);
      if (!this.#isInside(full))
        return {
          path: folder,
          reason: "outside",
          detail: "it is a link that leads outside the project",
        };
      return info.isDirectory()
        ? undefined
        : { path: folder, reason: "not-a-file", detail: "it is not a folder" };
    } catch (error) {
      if (!hasSystemCode(error, "ENOENT", "ENOTDIR"))
        return refusedBy(error, folder);
      const left = danglingOrMissing(full, folder);
      return left ?? "missing";
    }
  }

  /** The absolute path. @throws UserError for a path that leaves the root by its spelling. */
  #inside(path: string): string {
    const full = resolve(this.root, path);
    if (isWithin(this.root, full)) return full;
    throw outsideRoot(path);
  }

  #isInside(full: string): boolean {
    return isWithin(realpathSync(this.root), realpathSync(full));
  }
}

function readBounded(full: string, path: string): SourceFile | RefusedFile {
  // A link was found to lead to a place inside.
  const options = { maxBytes: MAX_FILE_BYTES, followsLinks: true };
  const read = openPlain(full, options);
  if (!("problem" in read)) return { path, bytes: read };
  return read.problem === "too-large"
    ? tooLarge(path)
    : { path, reason: read.problem, detail: read.why };
}

/**
 * A link that leads nowhere is there, but unreadable; without this it would pass for a file that
 * nobody wrote.
 */
function danglingOrMissing(full: string, path: string): RefusedFile | null {
  try {
    lstatSync(full);
    return {
      path,
      reason: "unreadable",
      detail: "it is a link that leads nowhere",
    };
  } catch (error) {
    return hasSystemCode(error, "ENOENT", "ENOTDIR")
      ? null
      : refusedBy(error, path);
  }
}

function refusedBy(error: unknown, path: string): RefusedFile {
  return { path, reason: "unreadable", detail: systemCause(error).why };
}

/** A promise of what synchronous work gives or throws. */
function settled<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}
