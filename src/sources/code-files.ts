import { readdirSync, realpathSync, statSync, type Dirent } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { UserError } from "../domain/problem/error.ts";
import type { RefusedFile } from "../domain/source-file.ts";
import { systemCause } from "../domain/problem/system-cause.ts";
import { openPlain } from "../platform/files/index.ts";
import type { CodeFile, CodeSource } from "../ports/code-source.ts";
import { MAX_FILE_BYTES, tooLarge } from "./limits.ts";

/**
 * Folders of code that others wrote, or that was made from other code. Hidden folders are left out
 * as well.
 */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "node_modules",
  "bower_components",
  "vendor",
  "dist",
  "build",
  "out",
  "coverage",
  "venv",
  "env",
  "virtualenv",
  "site-packages",
  "__pycache__",
]);
const VIRTUAL_ENVIRONMENT = "pyvenv.cfg";
/**
 * Files and folders that are looked at in one run, and how deep: beyond what a repository holds, so
 * that a scan always ends.
 */
const MAX_ENTRIES = 200_000;
const MAX_DEPTH = 64;

/** What a scan takes in. */
export interface CodeFilesOptions {
  /** Paths in arguments are relative to it. */
  readonly cwd: string;
  /** Paths in results are relative to it. */
  readonly base: string;
  /** Whether a file is code, by its name. */
  readonly isCode: (name: string) => boolean;
}

/** Code from folders of the file system. */
export function createCodeFiles(options: CodeFilesOptions): CodeSource {
  return {
    files: (paths) => {
      const roots = paths.map((path) => rootOf(options.cwd, path));
      return new Walk(options).files(roots);
    },
  };
}

interface Root {
  readonly path: string;
  readonly isFolder: boolean;
}

function rootOf(cwd: string, written: string): Root {
  const path = resolve(cwd, written);
  const info = statSync(path, { throwIfNoEntry: false });
  if (info?.isDirectory() === true || info?.isFile() === true)
    return { path, isFolder: info.isDirectory() };
  throw new UserError("USE004", `there is no code at "${written}"`, {
    why:
      info === undefined
        ? "the path does not exist"
        : "it is neither a file nor a folder",
    fix: "name folders or files of your application, such as: tieline usage src",
    notDone: "nothing was scanned",
  });
}

class Walk {
  readonly #options: CodeFilesOptions;
  readonly #seen = new Set<string>();
  #entries = 0;

  constructor(options: CodeFilesOptions) {
    this.#options = options;
  }

  *files(roots: readonly Root[]): Iterable<CodeFile> {
    for (const { path, isFolder } of roots)
      if (isFolder) yield* this.#folder(path, 0);
      else yield* this.#file(path);
    if (this.#entries > MAX_ENTRIES)
      yield this.#skip(
        roots[0]?.path ?? this.#options.cwd,
        `only the first ${String(MAX_ENTRIES)} files and folders were looked at`,
        "too-large",
      );
  }

  *#folder(path: string, depth: number): Iterable<CodeFile> {
    if (depth > MAX_DEPTH) {
      yield this.#skip(path, "it is nested too deeply", "too-large");
      return;
    }
    let entries: Dirent[];
    try {
      entries = readdirSync(path, { withFileTypes: true });
    } catch (cause) {
      yield this.#skip(path, systemCause(cause).why, "unreadable");
      return;
    }
    if (entries.some(({ name }) => name === VIRTUAL_ENVIRONMENT) && depth > 0)
      return;
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      this.#entries += 1;
      if (this.#entries > MAX_ENTRIES) return;
      const full = join(path, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith(".") && !LEFT_OUT.has(entry.name))
          yield* this.#folder(full, depth + 1);
      } else if (this.#options.isCode(entry.name)) {
        if (entry.isFile()) yield* this.#file(full);
        else
          yield this.#skip(
            full,
            entry.isSymbolicLink()
              ? "it is a link; name what it leads to"
              : "it is a device, pipe or socket",
            entry.isSymbolicLink() ? "outside" : "not-a-file",
          );
      }
    }
  }

  *#file(path: string): Iterable<CodeFile> {
    let real: string;
    try {
      real = realpathSync(path);
    } catch (cause) {
      yield this.#skip(path, systemCause(cause).why, "unreadable");
      return;
    }
    // A file may be named twice: by itself and by its folder.
    if (this.#seen.has(real)) return;
    this.#seen.add(real);
    yield this.#read(path);
  }

  #read(path: string): CodeFile {
    const shown = this.#shown(path);
    try {
      const options = { maxBytes: MAX_FILE_BYTES, followsLinks: true };
      const read = openPlain(path, options);
      if (!("problem" in read))
        return { kind: "file", file: { path: shown, bytes: read } };
      return read.problem === "too-large"
        ? { kind: "skipped", skipped: tooLarge(shown) }
        : this.#skip(path, read.why, read.problem);
    } catch (cause) {
      return this.#skip(path, systemCause(cause).why, "unreadable");
    }
  }

  #skip(path: string, detail: string, reason: RefusedFile["reason"]): CodeFile {
    return {
      kind: "skipped",
      skipped: { path: this.#shown(path), reason, detail },
    };
  }

  #shown(path: string): string {
    const way = relative(this.#options.base, path);
    const shown = isAbsolute(way) ? path : way;
    return shown.split(sep).join("/") || ".";
  }
}
