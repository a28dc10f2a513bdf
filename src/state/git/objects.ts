/**
 * Trees and commits of a state ref, read and made with plumbing commands: no working tree, no
 * index.
 */
import { InternalError, UserError } from "../../domain/problem/error.ts";
import type { Git, GitOptions } from "../../ports/git.ts";

/** Folder of the applied plans inside the tree. */
export const PLANS_FOLDER = "plans";

/**
 * Everything a state may hold. A ref that holds more was made by something else, or by a version
 * that knows more.
 */
const KNOWN =
  /^(?:inventory\.json|ledger\.jsonl|journal\.jsonl|lease\.json|plans\/[0-9a-f]{64}\.json)$/u;

/** What a ref holds at one commit. */
export interface RefFiles {
  /** `null`: the ref does not exist yet. */
  readonly tip: string | null;
  /** Blob of each file, by path. */
  readonly blobs: ReadonlyMap<string, string>;
  /** Text of a file, or `null` when there is none. */
  text(path: string): Promise<string | null>;
}

/** New texts by path; `null` removes the file. */
export type TreeChange = ReadonlyMap<string, string | null>;

/** A commit to be made. */
export interface CommitRequest {
  readonly change: TreeChange;
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The files at a commit. @throws UserError STA001 for a ref that holds anything but a state. */
export async function readFiles(
  git: Git,
  tip: string | null,
): Promise<RefFiles> {
  const blobs = new Map<string, string>();
  if (tip !== null) {
    const listing = await run(git, ["ls-tree", "-r", "-z", "--full-tree", tip]);
    for (const line of listing.toString("utf8").split("\0")) {
      if (line === "") continue;
      const match = /^\d+ (\w+) ([0-9a-f]+)\t(.*)$/su.exec(line);
      const [, type, blob, path] = match ?? [];
      if (
        type !== "blob" ||
        blob === undefined ||
        path === undefined ||
        !KNOWN.test(path)
      )
        throw foreign(tip);
      blobs.set(path, blob);
    }
  }
  return {
    tip,
    blobs,
    async text(path) {
      const blob = blobs.get(path);
      if (blob === undefined) return null;
      return (await run(git, ["cat-file", "blob", blob])).toString("utf8");
    },
  };
}

/** Makes a commit on top of the files' own; nothing points at it yet. */
export async function makeCommit(
  git: Git,
  files: RefFiles,
  request: CommitRequest,
): Promise<string> {
  const blobs = new Map(files.blobs);
  for (const [path, text] of request.change) {
    if (text === null) blobs.delete(path);
    else blobs.set(path, await writeBlob(git, text));
  }
  const tree = await writeTree(git, blobs);
  const date = `${String(Math.floor(request.at / 1000))} +0000`;
  // The program writes these commits, whoever runs it; who applied is in the ledger.
  const env = {
    GIT_AUTHOR_NAME: "tieline",
    GIT_AUTHOR_EMAIL: "tieline@localhost",
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: "tieline",
    GIT_COMMITTER_EMAIL: "tieline@localhost",
    GIT_COMMITTER_DATE: date,
  };
  const parents = files.tip === null ? [] : ["-p", files.tip];
  return line(
    await run(git, ["commit-tree", tree, ...parents, "-F", "-"], {
      input: request.message,
      env,
    }),
  );
}

async function writeBlob(git: Git, text: string): Promise<string> {
  return line(
    await run(git, ["hash-object", "-w", "-t", "blob", "--stdin"], {
      input: text,
    }),
  );
}

async function writeTree(
  git: Git,
  blobs: ReadonlyMap<string, string>,
): Promise<string> {
  const top: string[] = [];
  const plans: string[] = [];
  for (const [path, blob] of blobs) {
    const name = path.startsWith(`${PLANS_FOLDER}/`)
      ? path.slice(PLANS_FOLDER.length + 1)
      : path;
    (name === path ? top : plans).push(`100644 blob ${blob}\t${name}\0`);
  }
  const make = async (entries: readonly string[]): Promise<string> =>
    line(await run(git, ["mktree", "-z"], { input: entries.join("") }));
  if (plans.length > 0)
    top.push(`040000 tree ${await make(plans)}\t${PLANS_FOLDER}\0`);
  return make(top);
}

async function run(
  git: Git,
  args: readonly string[],
  options: GitOptions = {},
): Promise<Buffer> {
  const answer = await git.run(args, options);
  if (answer.status === 0) return Buffer.from(answer.stdout);
  throw new UserError("STA011", `git ${args[0] ?? ""} failed`, {
    why: `git says: ${answer.stderr}`,
    fix: "check the repository with: git fsck",
    notDone: "nothing was changed",
  });
}

function line(output: Buffer): string {
  const text = output.toString("utf8").trim();
  if (/^[0-9a-f]{40,64}$/u.test(text)) return text;
  throw new InternalError("INT001", "git did not name the object it made");
}

function foreign(tip: string): UserError {
  return new UserError(
    "STA001",
    `the state at commit ${tip} cannot be read: it holds something that is not part of a state`,
    {
      why: "what is not understood is never taken as empty: every owned connection would look foreign",
      fix: "name another ref in environment.yaml (state.ref), or use the version of tieline that wrote it",
      notDone: "nothing was changed",
    },
  );
}
