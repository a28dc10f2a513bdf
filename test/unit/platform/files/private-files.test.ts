import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  appendPrivate,
  createPrivate,
  listPrivate,
  readPrivate,
  removePrivate,
  replacePrivate,
  replacePrivateNow,
  truncatePrivate,
} from "../../../../src/platform/files/index.ts";
import { aRealFolder, makePipe, snapshot } from "../../../support/folder.ts";

const FILE = ".tieline/state/dev/ledger.jsonl";

/** Everything that is done with files of our own. */
const ACTS: Readonly<Record<string, (path: string) => unknown>> = {
  read: readPrivate,
  replace: (path) => replacePrivate(path, "x"),
  "replace at once": (path) => {
    replacePrivateNow(path, "x");
  },
  append: (path) => appendPrivate(path, "x"),
  truncate: (path) => {
    truncatePrivate(path, 0);
  },
};

async function codeOf(work: () => unknown): Promise<unknown> {
  try {
    await work();
    return "done";
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
}

describe.each(Object.entries(ACTS))("%s in the local folder", (_, act) => {
  it.each(["link", "dangling link", "folder", "pipe"])(
    "refuses a %s in the file's place",
    async (kind) => {
      const root = aRealFolder();
      const outside = aRealFolder();
      writeFileSync(join(outside, "victim"), "victim");
      mkdirSync(join(root, FILE, ".."), { recursive: true });
      writeFileSync(join(root, ".tieline/.gitignore"), "*\n");
      const path = join(root, FILE);
      if (kind === "link") symlinkSync(join(outside, "victim"), path);
      if (kind === "dangling link") symlinkSync(join(outside, "no"), path);
      if (kind === "folder") mkdirSync(path);
      if (kind === "pipe") makePipe(path);
      const before = [snapshot(root), snapshot(outside)];
      expect(await codeOf(() => act(path))).toBe("STA008");
      expect([snapshot(root), snapshot(outside)]).toEqual(before);
    },
  );

  it.each([".tieline", ".tieline/state", ".tieline/state/dev"])(
    "refuses a link at %s",
    async (at) => {
      const root = aRealFolder();
      const outside = aRealFolder();
      mkdirSync(join(outside, "state/dev"), { recursive: true });
      mkdirSync(join(outside, "dev"));
      for (const name of ["state/dev", "dev", "."])
        writeFileSync(join(outside, name, "ledger.jsonl"), "victim");
      mkdirSync(join(root, at, ".."), { recursive: true });
      symlinkSync(outside, join(root, at));
      const before = snapshot(outside);
      expect(await codeOf(() => act(join(root, FILE)))).toBe("STA008");
      expect(snapshot(outside)).toEqual(before);
    },
  );
});

describe("the local folder", () => {
  it("hides itself from git with the first thing written, and is for its owner only", async () => {
    const root = aRealFolder();
    execFileSync("git", ["init", "--quiet"], { cwd: root });
    expect(readPrivate(join(root, FILE))).toBe(null);
    expect(listPrivate(join(root, ".tieline/state/dev"))).toEqual([]);
    removePrivate(join(root, FILE));
    expect(snapshot(root)[".tieline"]).toBeUndefined();
    await appendPrivate(join(root, FILE), "one\n");
    await appendPrivate(join(root, FILE), "two\n");
    expect(await createPrivate(join(root, FILE), "other")).toBe(false);
    expect(readPrivate(join(root, FILE))).toBe("one\ntwo\n");
    truncatePrivate(join(root, FILE), 4);
    expect(readPrivate(join(root, FILE))).toBe("one\n");
    const status = execFileSync("git", ["status", "--porcelain"], {
      cwd: root,
      encoding: "utf8",
    });
    expect(status).toBe("");
    for (const folder of [".tieline", ".tieline/state/dev"])
      expect(lstatSync(join(root, folder)).mode & 0o777).toBe(0o700);
    expect(lstatSync(join(root, FILE)).mode & 0o777).toBe(0o600);
  });

  it("leaves a .gitignore alone that is there", async () => {
    const root = aRealFolder();
    mkdirSync(join(root, ".tieline"));
    writeFileSync(join(root, ".tieline/.gitignore"), "# mine\n*\n");
    await replacePrivate(join(root, FILE), "x");
    expect(readFileSync(join(root, ".tieline/.gitignore"), "utf8")).toBe(
      "# mine\n*\n",
    );
  });

  it("takes the mode of its own files back to their owner", async () => {
    const root = aRealFolder();
    await replacePrivate(join(root, FILE), "x");
    chmodSync(join(root, FILE), 0o644);
    await replacePrivate(join(root, FILE), "y");
    expect(lstatSync(join(root, FILE)).mode & 0o777).toBe(0o600);
  });

  it("says what the system refuses, and where", async () => {
    const root = aRealFolder();
    writeFileSync(join(root, ".tieline"), "");
    expect(await codeOf(() => replacePrivate(join(root, FILE), "x"))).toBe(
      "STA008",
    );
    rmSync(join(root, ".tieline"));
    const long = join(root, `.tieline/${"n".repeat(300)}/x`);
    await expect(replacePrivate(long, "x")).rejects.toMatchObject({
      code: "STA035",
      why: expect.stringContaining("ENAMETOOLONG") as string,
    });
  });
});
