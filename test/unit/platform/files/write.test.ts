import fs, {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../../../src/domain/problem/error.ts";
import {
  createFile,
  FileError,
  placeIn,
  replaceFile,
} from "../../../../src/platform/files/index.ts";
import { appendToFile } from "../../../../src/platform/files/write.ts";
import { onFaultyDisk } from "../../../support/faulty-fs.ts";
import { aRealFolder, makePipe, snapshot } from "../../../support/folder.ts";

const NEW = Buffer.from("new content\n");
const MODE = { mode: 0o640 };

const WAYS = {
  replace: (root: string, path: string) =>
    replaceFile(placeIn(root, path), NEW, MODE),
  create: async (root: string, path: string) => {
    if (!(await createFile(placeIn(root, path), NEW, MODE)))
      throw new Error("taken");
  },
  append: (root: string, path: string) =>
    appendToFile(placeIn(root, path), NEW, MODE),
} as const;
const NAMES = Object.keys(WAYS) as (keyof typeof WAYS)[];

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe.each(NAMES)("%s", (name) => {
  const write = WAYS[name];

  it("makes a new file with its folders and leaves nothing else", async () => {
    const root = aRealFolder();
    await write(root, "a/b/c");
    expect(snapshot(root)).toEqual({
      a: "folder",
      "a/b": "folder",
      "a/b/c": "640 new content\n",
    });
  });

  it.each(["link", "dangling", "folder", "pipe"])(
    "changes nothing where a %s is in the way",
    async (kind) => {
      const root = aRealFolder();
      const outside = aRealFolder();
      writeFileSync(join(outside, "victim"), "victim");
      const target = join(root, "target");
      if (kind === "link") symlinkSync(join(outside, "victim"), target);
      if (kind === "dangling") symlinkSync(join(outside, "absent"), target);
      if (kind === "folder") mkdirSync(target);
      if (kind === "pipe") makePipe(target);
      const before = [snapshot(root), snapshot(outside)];
      expect(await failureOf(write(root, "target"))).toBeInstanceOf(Error);
      expect([snapshot(root), snapshot(outside)]).toEqual(before);
    },
  );

  it("never names the file by what somebody could have put there first", async () => {
    // A name that can be guessed is one that a link can be put at.
    const seen = new Set<string>();
    for (let run = 0; run < 3; run += 1) {
      const root = aRealFolder();
      await onFaultyDisk({ within: root, code: "EIO" }, async (disk) => {
        await write(root, "target");
        expect(disk.count()).toBeGreaterThan(0);
      });
      for (const file of readdirSync(root)) seen.add(file);
    }
    expect([...seen]).toEqual(["target"]);
  });

  it.each(["ENOSPC", "EIO", "EROFS", "EACCES", "EMFILE", "EFBIG"])(
    "leaves the old file or the new one when the system says %s, at any call",
    async (code) => {
      for (let at = 1; at < 30; at += 1) {
        const root = aRealFolder();
        if (name !== "create") writeFileSync(join(root, "target"), "old\n");
        const before = name === "create" ? undefined : "old\n";
        const rule = { within: root, code, at, isOnce: true };
        const [error, hasFailed] = await onFaultyDisk(rule, async (disk) => [
          await failureOf(write(root, "target")),
          disk.hasFailed(),
        ]);
        if (!hasFailed) return;
        const after = readdirSync(root).includes("target")
          ? readFileSync(join(root, "target"), "utf8")
          : undefined;
        const whole =
          name === "append" ? "old\nnew content\n" : "new content\n";
        expect([before, whole]).toContain(after);
        expect(readdirSync(root)).toEqual(
          after === undefined ? [] : ["target"],
        );
        if (error === undefined) continue;
        expect(error).toBeInstanceOf(FileError);
        expect(error).toMatchObject({ code: "CLI016" });
        expect(error instanceof UserError && error.why).toContain(code);
      }
      expect.fail("no end of calls");
    },
  );
});

describe("replacing a file", () => {
  it("keeps its mode", async () => {
    const root = aRealFolder();
    writeFileSync(join(root, "target"), "old");
    chmodSync(join(root, "target"), 0o604);
    await WAYS.replace(root, "target");
    expect(statSync(join(root, "target")).mode & 0o777).toBe(0o604);
  });

  it("shows what the disk kept before anything changes, and leaves it at that when told so", async () => {
    const root = aRealFolder();
    writeFileSync(join(root, "target"), "old");
    const place = placeIn(root, "target");
    const refusal = new UserError("SEC018", "not like this");
    const lastLook = (kept: Uint8Array): void => {
      expect(Buffer.from(kept)).toEqual(NEW);
      throw refusal;
    };
    expect(
      await failureOf(replaceFile(place, NEW, { mode: 0o600, lastLook })),
    ).toBe(refusal);
    expect(readdirSync(root)).toEqual(["target"]);
    expect(readFileSync(join(root, "target"), "utf8")).toBe("old");
  });

  it("does not follow a folder that is exchanged for a link after it was looked at", async () => {
    const root = aRealFolder();
    const outside = aRealFolder();
    mkdirSync(join(root, "sub"));
    const swap = (): void => {
      renameSync(join(root, "sub"), join(root, "was"));
      symlinkSync(outside, join(root, "sub"));
    };
    const place = placeIn(root, "sub/target");
    const lastLook = swap;
    expect(
      await failureOf(replaceFile(place, NEW, { mode: 0o600, lastLook })),
    ).toBeInstanceOf(FileError);
    expect(readdirSync(outside)).toEqual([]);
    const late = { ...placeIn(root, "was/target"), base: join(root, "sub") };
    for (const act of [
      () => replaceFile(late, NEW, MODE),
      () => createFile(late, NEW, MODE),
      () => appendToFile(late, NEW, MODE),
    ])
      expect(await failureOf(act())).toMatchObject({ problem: "changed" });
    expect(readdirSync(outside)).toEqual([]);
  });
});

/**
 * Exchanges a folder for a link out of the project right before the n-th call that opens, makes,
 * links or renames something below it.
 */
async function withSwap(
  at: number,
  swap: () => void,
  work: () => Promise<unknown>,
): Promise<boolean> {
  const calls = ["openSync", "mkdirSync", "linkSync", "renameSync"] as const;
  const originals = calls.map((name) => [name, fs[name]] as const);
  let count = 0;
  for (const [name, original] of originals)
    Object.assign(fs, {
      [name]: (...args: unknown[]): unknown => {
        count += 1;
        if (count === at) for (const each of originals) restore(each);
        if (count === at) swap();
        return Reflect.apply(original, fs, args);
      },
    });
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    originals.forEach(restore);
  }
  return count >= at;
}

function restore([name, original]: readonly [string, unknown]): void {
  Object.assign(fs, { [name]: original });
  syncBuiltinESMExports();
}

describe.each(NAMES)("%s", (name) => {
  it("writes nothing outside when a folder is exchanged for a link between any two steps", async () => {
    for (let at = 1; at < 20; at += 1) {
      const root = aRealFolder();
      const outside = aRealFolder();
      mkdirSync(join(root, "sub"));
      writeFileSync(join(outside, "target"), "victim");
      if (name !== "create") writeFileSync(join(root, "sub/target"), "old");
      const before = snapshot(outside);
      const swap = (): void => {
        fs.renameSync(join(root, "sub"), join(root, "was"));
        symlinkSync(outside, join(root, "sub"));
      };
      const isOver = !(await withSwap(at, swap, () =>
        failureOf(WAYS[name](root, "sub/target")),
      ));
      expect([at, snapshot(outside)]).toEqual([at, before]);
      if (isOver) return;
    }
    expect.fail("no end of calls");
  });
});
