import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createFilesystemSource } from "../../src/sources/filesystem.ts";
import { createGit } from "../../src/platform/git/index.ts";
import { openGitTree } from "../../src/sources/git-tree.ts";
import type { DocumentSource } from "../../src/ports/document-source.ts";
import { describeSource, type SourceHarness } from "./source-contract.ts";

async function aProject(
  open: (root: string, outer: string) => Promise<DocumentSource>,
): Promise<SourceHarness> {
  const outer = await mkdtemp(join(tmpdir(), "tieline-source-"));
  const root = join(outer, "repository", "project");
  await mkdir(root, { recursive: true });
  const ready = async (path: string): Promise<string> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    return join(root, path);
  };
  return {
    write: async (path, text) => writeFile(await ready(path), text),
    link: async (target, path) => symlink(target, await ready(path)),
    open: () => open(root, outer),
    close: () => rm(outer, { recursive: true, force: true }),
  };
}

describeSource("file system", () =>
  aProject((root) => Promise.resolve(createFilesystemSource(root))),
);

const COMMITTER = [
  "-c",
  "user.name=test",
  "-c",
  "user.email=test@localhost",
  "-c",
  "core.autocrlf=false",
];

/**
 * Commits everything below the folder, then removes it from the working tree: only the commit can
 * be read.
 */
async function committed(
  root: string,
  folder: string,
): Promise<DocumentSource> {
  const git = (...args: string[]): void => {
    execFileSync("git", [...COMMITTER, ...args], { cwd: folder });
  };
  git("init", "--quiet");
  git("add", "--all", "--force");
  git("commit", "--quiet", "--message", "documents");
  execFileSync("git", ["rm", "-r", "--quiet", "."], { cwd: folder });
  await mkdir(root, { recursive: true });
  return openGitTree(createGit(root, process.env), root, "HEAD");
}

describeSource("commit, the project being the repository", () =>
  aProject((root) => committed(root, root)),
);

describeSource("commit, the project being a folder of the repository", () =>
  aProject((root) => committed(root, dirname(root))),
);
