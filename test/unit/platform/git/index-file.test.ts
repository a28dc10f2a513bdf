import { execFileSync } from "node:child_process";
import {
  mkdir,
  mkdtemp,
  readFile,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseIndex } from "../../../../src/platform/git/index-file.ts";
import { createGit } from "../../../../src/platform/git/index.ts";
import type { IndexEntry } from "../../../../src/ports/git.ts";

let root = "";

const git = (...args: string[]): string =>
  execFileSync(
    "git",
    ["-c", "user.name=test", "-c", "user.email=test@localhost", ...args],
    { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
  );

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "tieline-index-"));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function files(...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(join(root, path, ".."), { recursive: true });
    await writeFile(join(root, path), path);
  }
}

const read = async (): Promise<readonly IndexEntry[] | undefined> =>
  parseIndex(await readFile(join(root, ".git/index")));

/** As git lists it: letter, name of the object, stage, path. */
function listed(): string[] {
  return git("ls-files", "-z", "-v", "--stage", "--sparse")
    .split("\0")
    .filter((line) => line !== "")
    .map((line) => line.replace(/ \d{6} /u, " ").replace(/\/$/u, ""));
}

/** The entries as {@link listed} spells them. The stage is only told apart from none. */
const spelt = (entries: readonly IndexEntry[] | undefined): string[] =>
  (entries ?? []).map(({ path, object, isMerged, isLeftOut, isUnwatched }) => {
    const letter = isLeftOut ? "S" : isMerged ? "H" : "M";
    return `${isUnwatched ? letter.toLowerCase() : letter} ${object} ${isMerged ? "0" : "?"}\t${path}`;
  });

const unstaged = (lines: readonly string[]): string[] =>
  lines.map((line) => line.replace(/ [1-3]\t/u, " ?\t"));

describe("an index file", () => {
  it.each(["2", "3", "4"])(
    "of version %s is read as git reads it",
    async (version) => {
      git("init", "--quiet");
      git("config", "index.version", version);
      await files("a", "a-b/c", "a-b/cd/e", "ä/ö", "z".repeat(250), ".x");
      await symlink("a", join(root, "link"));
      git("add", "--all");
      git("update-index", "--index-version", version);
      git("update-index", "--skip-worktree", "a-b/c");
      git("update-index", "--assume-unchanged", "a-b/cd/e", ".x");
      await files("later");
      git("add", "--intent-to-add", "later");
      expect(spelt(await read())).toEqual(listed());
    },
  );

  it("has what long names, thousands of files and another hash make of it", async () => {
    git("init", "--quiet", "--object-format=sha256");
    await files(
      ...Array.from(
        { length: 300 },
        (_, at) => `d${String(at % 7)}/${"n".repeat(at % 60)}${String(at)}`,
      ),
    );
    await files(`deep/${"x/".repeat(100)}${"y".repeat(200)}`);
    // Beyond what the entry can say about a length.
    const long = `${"l".repeat(200)}/`.repeat(25);
    git("add", "--all");
    const blob = git(
      "rev-parse",
      `:deep/${"x/".repeat(100)}${"y".repeat(200)}`,
    ).trim();
    git("update-index", "--add", "--cacheinfo", `100644,${blob},${long}end`);
    expect(spelt(await read())).toEqual(listed());
    git("update-index", "--index-version", "4");
    expect(spelt(await read())).toEqual(listed());
  });

  it("tells sides of a merge, submodules, folders that are left out, and what was never written", async () => {
    git("init", "--quiet", "--initial-branch=main");
    await files("a/x", "b/y", "c");
    git("add", "--all");
    git("update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},sub`);
    git("commit", "--quiet", "--message", "x");
    expect((await read())?.find(({ path }) => path === "sub")?.kind).toBe(
      "submodule",
    );
    git("checkout", "--quiet", "-b", "other");
    await writeFile(join(root, "c"), "other");
    git("commit", "--quiet", "--all", "--message", "x");
    git("checkout", "--quiet", "main");
    await writeFile(join(root, "c"), "main");
    git("commit", "--quiet", "--all", "--message", "x");
    expect(() => git("merge", "other")).toThrow();
    expect(spelt(await read())).toEqual(unstaged(listed()));
    git("merge", "--abort");
    git("rm", "--quiet", "--cached", "sub");
    git("commit", "--quiet", "--message", "x");
    git("sparse-checkout", "set", "--cone", "--sparse-index", "a");
    expect(spelt(await read())).toEqual(listed());
    expect((await read())?.find(({ path }) => path === "b")).toMatchObject({
      kind: "folder",
      isLeftOut: true,
    });
    git("sparse-checkout", "disable");
    expect((await read())?.map(({ isUnwritten }) => isUnwritten)).toEqual([
      false,
      false,
      false,
    ]);
    await rm(join(root, ".git/index"));
    git("read-tree", "HEAD");
    expect((await read())?.map(({ isUnwritten }) => isUnwritten)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it("of a kind that is not understood is listed by git", async () => {
    git("init", "--quiet");
    await files("a", "b");
    git("add", "--all");
    git("update-index", "--split-index");
    await files("c");
    git("add", "--all");
    git("update-index", "--skip-worktree", "b");
    expect(await read()).toBeUndefined();
    const index = await createGit(root, process.env).index();
    expect(
      index?.entries.map(({ path, isLeftOut }) => [path, isLeftOut]),
    ).toEqual([
      ["a", false],
      ["b", true],
      ["c", false],
    ]);
  });

  it("that is not there is empty, and one that is damaged is refused", async () => {
    git("init", "--quiet");
    const open = () => createGit(root, process.env).index();
    expect((await open())?.entries).toEqual([]);
    await writeFile(join(root, ".git/index"), "DIRC and so on");
    await expect(open()).rejects.toMatchObject({ code: "STA011" });
  });

  it("never makes parsing fail otherwise, however it is damaged", async () => {
    git("init", "--quiet");
    await files("a", "b/c", "b/d");
    git("add", "--all");
    const good = await readFile(join(root, ".git/index"));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), {
          maxLength: 6,
        }),
        fc.nat(good.length),
        (changes, length) => {
          const bytes = Buffer.from(good.subarray(0, length));
          for (const [at, value] of changes) if (at < length) bytes[at] = value;
          const entries = parseIndex(bytes);
          expect(entries === undefined || Array.isArray(entries)).toBe(true);
        },
      ),
      { numRuns: Number(process.env["TIELINE_PROPERTY_RUNS"] ?? 300) },
    );
  });

  it("is left to git where a few bytes stand for very long paths", () => {
    const count = 50;
    const header = Buffer.alloc(12);
    header.write("DIRC", "latin1");
    header.writeUInt32BE(4, 4);
    header.writeUInt32BE(count, 8);
    const entries = Array.from({ length: count }, (_, index) => {
      const fixed = Buffer.alloc(40 + 20 + 2);
      fixed.writeUInt32BE(0o100644, 24);
      fixed.writeUInt16BE(0x0fff, 60);
      const added = index === 0 ? "a".repeat(100_000) : "b";
      return Buffer.concat([fixed, Buffer.from(`\u0000${added}\u0000`)]);
    });
    const bytes = Buffer.concat([header, ...entries, Buffer.alloc(20)]);
    expect(parseIndex(bytes)).toBeUndefined();
  });
});
