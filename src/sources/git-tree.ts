import { posix } from "node:path";
import { UserError } from "../domain/problem/error.ts";
import type {
  DocumentSource,
  FolderListing,
  RefusedFile,
  SourceFile,
} from "../ports/document-source.ts";
import type { Git, GitAnswer } from "../ports/git.ts";
import { readBlobs } from "./git-blobs.ts";
import {
  isDocumentName,
  MAX_FILE_BYTES,
  outsideRoot,
  refusedFile,
  refusedFolder,
  tooLarge,
} from "./limits.ts";

/** Something in the tree of a commit. */
interface TreeEntry {
  /** `100644`, `100755`, `120000` for a link, `160000` for a submodule, `040000` for a folder. */
  readonly mode: string;
  readonly object: string;
  /** Bytes of a file, 0 for everything else. */
  readonly size: number;
}

/** Documents of one commit. */
export interface GitTreeSource extends DocumentSource {
  /** Full name of the commit. */
  readonly commit: string;
  /** Every file below these folders, by path relative to the workspace, sorted. */
  paths(folders: readonly string[]): readonly string[];
  /** Equal for equal content of an equal kind; `undefined` where there is no file. */
  contentId(path: string): string | undefined;
}

/**
 * Documents from any commit of the repository that holds the workspace, without a checkout: trees
 * and blobs are read as they were committed. The limits are those of the file system; links and
 * submodules are refused, because in a commit there is nothing to follow them to.
 * @param root - the workspace, for messages and to find its place in the repository.
 * @throws UserError CLI023 when the commit cannot be read.
 */
export async function openGitTree(
  git: Git,
  root: string,
  revision: string,
): Promise<GitTreeSource> {
  const prefix = (await git.place())?.prefix ?? "";
  const commit = await commitOf(git, revision);
  const listing = await mustRun(git, revision, [
    "ls-tree",
    "-r",
    "-t",
    "-z",
    "-l",
    "--full-tree",
    commit,
    ...(prefix === "" ? [] : ["--", prefix]),
  ]);
  return new CommitTree(git, {
    root,
    commit,
    entries: parseListing(listing, prefix),
  });
}

/**
 * @throws UserError CLI023 for a name that no commit has, or that a tag, a branch and a remote
 * branch share.
 */
async function commitOf(git: Git, revision: string): Promise<string> {
  const commit = (
    await mustRun(git, revision, [
      "rev-parse",
      "--verify",
      "--quiet",
      "--end-of-options",
      `${revision}^{commit}`,
    ])
  ).trim();
  const names = ["refs/tags/", "refs/heads/", "refs/remotes/"].map(
    (kind) => `${kind}${revision}`,
  );
  const found = (
    await mustRun(git, revision, [
      "for-each-ref",
      "--format=%(refname)",
      "--",
      ...names,
    ])
  ).split("\n");
  // A pattern of for-each-ref matches what is below a name too; only these very names count.
  const sharers = names.filter((name) => found.includes(name));
  if (sharers.length < 2) return commit;
  throw new UserError("CLI023", `"${revision}" names two things`, {
    why: "git would take the first of them, and whoever may push a tag could choose",
    fix: `say which one: ${sharers.join(" or ")}`,
    notDone: "nothing was read or changed",
  });
}

interface Tree {
  readonly root: string;
  readonly commit: string;
  /** By path relative to the workspace. */
  readonly entries: ReadonlyMap<string, TreeEntry>;
}

class CommitTree implements GitTreeSource {
  readonly root: string;
  readonly commit: string;
  readonly #git: Git;
  readonly #entries: ReadonlyMap<string, TreeEntry>;
  readonly #children: ReadonlyMap<string, readonly string[]>;

  constructor(git: Git, { root, commit, entries }: Tree) {
    this.root = root;
    this.commit = commit;
    this.#git = git;
    this.#entries = entries;
    this.#children = childrenOf(entries);
  }

  async readFolder(folder: string): Promise<FolderListing> {
    const problem = this.#folderProblem(inside(folder));
    if (problem === "missing") return { exists: false, files: [], refused: [] };
    if (problem !== undefined)
      return { exists: true, files: [], refused: [problem] };
    const paths = (this.#children.get(inside(folder)) ?? [])
      .filter(isDocumentName)
      .map((name) => `${folder}/${name}`);
    const refused: RefusedFile[] = [];
    const readable: string[] = [];
    for (const path of paths) {
      const trouble = this.#fileProblem(path);
      if (trouble === undefined) readable.push(path);
      else refused.push(trouble);
    }
    return { exists: true, files: await this.#readAll(readable), refused };
  }

  async readFile(path: string): Promise<SourceFile | null> {
    const place = inside(path);
    const behind = this.#linkAbove(place);
    if (behind !== undefined) throw refusedFile({ ...behind, path });
    if (!this.#entries.has(place)) return null;
    const trouble = this.#fileProblem(place);
    if (trouble !== undefined) throw refusedFile({ ...trouble, path });
    const [file] = await this.#readAll([place]);
    return file === undefined ? null : { ...file, path };
  }

  listFolders(folder: string): Promise<readonly string[]> {
    const place = inside(folder);
    const problem = this.#folderProblem(place);
    if (problem === "missing") return Promise.resolve([]);
    if (problem !== undefined) return Promise.reject(refusedFolder(problem));
    const names = this.#children.get(place) ?? [];
    return Promise.resolve(
      names.filter(
        (name) =>
          !name.startsWith(".") &&
          this.#entries.get(posix.join(place, name))?.mode === "040000",
      ),
    );
  }

  paths(folders: readonly string[]): readonly string[] {
    return [...this.#entries]
      .filter(
        ([path, { mode }]) =>
          mode !== "040000" &&
          folders.some((folder) => path.startsWith(`${folder}/`)),
      )
      .map(([path]) => path)
      .sort();
  }

  contentId(path: string): string | undefined {
    const entry = this.#entries.get(path);
    return entry === undefined ? undefined : `${entry.mode} ${entry.object}`;
  }

  #folderProblem(place: string): RefusedFile | "missing" | undefined {
    if (place === "") return undefined;
    const behind = this.#linkAbove(place);
    if (behind !== undefined) return behind;
    const entry = this.#entries.get(place);
    if (entry === undefined) return "missing";
    if (entry.mode === "040000") return undefined;
    return entry.mode.startsWith("100")
      ? { path: place, reason: "not-a-file", detail: "it is not a folder" }
      : notPlain(place, entry);
  }

  #fileProblem(place: string): RefusedFile | undefined {
    const entry = this.#entries.get(place);
    if (entry?.mode.startsWith("100") !== true) return notPlain(place, entry);
    return entry.size > MAX_FILE_BYTES ? tooLarge(place) : undefined;
  }

  /** A link or submodule on the way to a path: what is behind it is not in this commit. */
  #linkAbove(place: string): RefusedFile | undefined {
    for (
      let folder = posix.dirname(place);
      folder !== ".";
      folder = posix.dirname(folder)
    ) {
      const entry = this.#entries.get(folder);
      if (entry?.mode === "120000" || entry?.mode === "160000")
        return notPlain(folder, entry);
    }
    return undefined;
  }

  async #readAll(paths: readonly string[]): Promise<SourceFile[]> {
    const blobs = await readBlobs(
      this.#git,
      paths.map((path) => this.#entries.get(path)?.object ?? ""),
    );
    if ("status" in blobs) throw unreadable(this.commit, blobs);
    return paths.map((path, at) => ({
      path,
      bytes: blobs[at] ?? new Uint8Array(),
    }));
  }
}

function notPlain(path: string, entry: TreeEntry | undefined): RefusedFile {
  switch (entry?.mode) {
    case "120000":
      return {
        path,
        reason: "outside",
        detail: "it is a link, and links are not followed in a commit",
      };
    case "160000":
      return {
        path,
        reason: "not-a-file",
        detail: "it is a submodule; what it holds is not in this repository",
      };
    default:
      return { path, reason: "not-a-file", detail: "it is a folder" };
  }
}

/** The path as the tree spells it. @throws UserError CFG002 for one that leaves the workspace. */
function inside(path: string): string {
  const place = posix.normalize(path);
  if (posix.isAbsolute(path) || place === ".." || place.startsWith("../"))
    throw outsideRoot(path);
  return place === "." ? "" : place.replace(/\/$/u, "");
}

function parseListing(
  listing: string,
  prefix: string,
): ReadonlyMap<string, TreeEntry> {
  const entries = new Map<string, TreeEntry>();
  for (const line of listing.split("\0")) {
    const match = /^(\d{6}) \w+ ([0-9a-f]+) +(\d+|-)\t(.*)$/su.exec(line);
    const [, mode, object, size, path] = match ?? [];
    if (mode === undefined || object === undefined || path === undefined)
      continue;
    // With a prefix, the folders above the workspace are listed too.
    if (!path.startsWith(prefix)) continue;
    entries.set(path.slice(prefix.length), {
      mode,
      object,
      size: size === "-" ? 0 : Number(size),
    });
  }
  return entries;
}

function childrenOf(
  entries: ReadonlyMap<string, TreeEntry>,
): ReadonlyMap<string, readonly string[]> {
  const children = new Map<string, string[]>();
  for (const path of entries.keys()) {
    const folder = posix.dirname(path);
    const key = folder === "." ? "" : folder;
    const names = children.get(key) ?? [];
    names.push(posix.basename(path));
    children.set(key, names);
  }
  for (const names of children.values()) names.sort();
  return children;
}

async function mustRun(
  git: Git,
  revision: string,
  args: readonly string[],
): Promise<string> {
  const answer = await git.run(args);
  if (answer.status !== 0) throw unreadable(revision, answer);
  return Buffer.from(answer.stdout).toString("utf8");
}

function unreadable(revision: string, answer: GitAnswer): UserError {
  return new UserError("CLI023", `the commit "${revision}" cannot be read`, {
    why:
      answer.stderr === ""
        ? "the repository has no commit of this name"
        : `git says: ${answer.stderr}`,
    fix: "name a commit, tag or branch that is in this clone; fetch it first where the clone is shallow or partial",
    notDone: "nothing was read or changed",
  });
}
