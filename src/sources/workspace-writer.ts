import { randomUUID } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { UserError } from "../domain/error.ts";
import type { FileChange } from "../domain/source-file.ts";
import type { DocumentWriter } from "../ports/document-writer.ts";

/** Documents are reviewed text: readable like every other file of a checkout. */
const FILE_MODE = 0o644;

/** Writes documents into a folder of the file system. */
export function createWorkspaceWriter(root: string): DocumentWriter {
  const writer = new WorkspaceWriter(resolve(root));
  return {
    write: (changes) =>
      new Promise((done) => {
        writer.write(changes);
        done();
      }),
  };
}

class WorkspaceWriter {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  write(changes: readonly FileChange[]): void {
    for (const change of changes) this.#assertAsBefore(change);
    const written: string[] = [];
    for (const change of changes) {
      try {
        this.#carryOut(change);
      } catch (cause) {
        throw failed(change.path, written, cause);
      }
      written.push(change.path);
    }
  }

  #assertAsBefore({ path, before }: FileChange): void {
    const now = this.#textNow(path);
    if (now === before) return;
    throw refusal(
      path,
      before === null
        ? "it exists already"
        : now === null
          ? "it is gone"
          : "it changed while the command ran",
    );
  }

  /** @throws UserError CFG045 also when the system does not let it be looked at. */
  #textNow(path: string): string | null {
    try {
      return textNow(this.#inside(path), path);
    } catch (cause) {
      if (cause instanceof UserError) throw cause;
      throw refusal(
        path,
        `it cannot be read: the system says ${wordOf(cause)}`,
      );
    }
  }

  #carryOut(change: FileChange): void {
    const { path, after } = change;
    // Looked at once more: writing the files before it took time.
    this.#assertAsBefore(change);
    const full = this.#inside(path);
    if (after === null) {
      rmSync(full);
      return;
    }
    mkdirSync(dirname(full), { recursive: true });
    this.#inside(path);
    const temporary = join(dirname(full), `.${randomUUID()}.tmp`);
    try {
      const handle = openSync(temporary, "wx", FILE_MODE);
      try {
        writeAll(handle, new TextEncoder().encode(after));
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      renameSync(temporary, full);
    } finally {
      rmSync(temporary, { force: true });
    }
  }

  /**
   * The absolute path. A folder that is a link is refused wherever it leads: a pull request could point the documents of an environment at
   * other files of the project, or at git's own.
   * @throws UserError CFG045 for a path that leads outside, or through a link.
   */
  #inside(path: string): string {
    const full = resolve(this.#root, path);
    if (!isWithin(this.#root, full)) throw refusal(path, "it is outside");
    const folder = nearestFolder(dirname(full));
    // Above the root a link is the user's own choice of where the project is.
    const plain = resolve(
      realpathSync(this.#root),
      relative(this.#root, folder),
    );
    if (isWithin(this.#root, folder) && realpathSync(folder) !== plain)
      throw refusal(path, "a folder on the way is a link");
    return full;
  }
}

/** One call may write a part only. */
function writeAll(handle: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;)
    at += writeSync(handle, bytes, at, bytes.length - at);
}

function nearestFolder(folder: string): string {
  for (let at = folder; ; at = dirname(at))
    if (lstatSync(at, { throwIfNoEntry: false }) !== undefined) return at;
}

function textNow(full: string, path: string): string | null {
  const info = lstatSync(full, { throwIfNoEntry: false });
  if (info === undefined) return null;
  if (!info.isFile()) throw refusal(path, "it is no plain file");
  // Without the byte order mark, as documents are read.
  return new TextDecoder().decode(readFileSync(full));
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return (
    way === "" ||
    (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way))
  );
}

function refusal(path: string, why: string): UserError {
  return new UserError("CFG045", `"${path}" is not written`, {
    why,
    fix: "look at the file and run the command again",
    notDone: "nothing was written",
  });
}

function failed(
  path: string,
  written: readonly string[],
  cause: unknown,
): UserError {
  if (cause instanceof UserError && written.length === 0) return cause;
  return new UserError("CFG046", `"${path}" could not be written`, {
    why:
      cause instanceof UserError && cause.why !== undefined
        ? cause.why
        : `the system says ${wordOf(cause)}`,
    fix: "make room or correct the permissions, and run the command again",
    notDone:
      written.length === 0
        ? "nothing was written"
        : `written before it: ${written.join(", ")}; the rest was not`,
    cause,
  });
}

function wordOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause
    ? String(cause.code)
    : "unknown";
}
