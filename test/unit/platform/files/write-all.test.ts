import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  FileError,
  placeIn,
  writeAll,
} from "../../../../src/platform/files/index.ts";
import { onFaultyDisk } from "../../../support/faulty-fs.ts";
import { aRealFolder, snapshot } from "../../../support/folder.ts";

/** Replaces one file, removes one, makes two, one of them in a new folder. */
const CHANGES: readonly (readonly [string, string | null])[] = [
  ["replaced", "replaced anew"],
  ["removed", null],
  ["made", "made"],
  ["folder/deep/made", "made below"],
];

function aStart(): string {
  const root = aRealFolder();
  writeFileSync(join(root, "replaced"), "old", { mode: 0o600 });
  writeFileSync(join(root, "removed"), "old", { mode: 0o600 });
  return root;
}

async function change(root: string): Promise<void> {
  await writeAll(
    CHANGES.map(([path, text]) => ({
      place: placeIn(root, path),
      bytes: text === null ? null : Buffer.from(text),
      mode: 0o644,
    })),
  );
}

const BEFORE = { removed: "600 old", replaced: "600 old" };
const AFTER = {
  folder: "folder",
  "folder/deep": "folder",
  "folder/deep/made": "644 made below",
  made: "644 made",
  replaced: "600 replaced anew",
};

describe("writing several files", () => {
  it("replaces, removes and makes, and leaves nothing else", async () => {
    const root = aStart();
    await change(root);
    expect(snapshot(root)).toEqual(AFTER);
  });

  it.each(["ENOSPC", "EDQUOT", "EIO", "EROFS", "EACCES", "EMFILE", "EFBIG"])(
    "changes all or nothing when the system says %s, at any call",
    async (code) => {
      for (let at = 1; at < 80; at += 1) {
        const root = aStart();
        const rule = { within: root, code, at, isOnce: true };
        const [error, hasFailed] = await onFaultyDisk(rule, async (disk) => [
          await change(root).then(
            () => undefined,
            (reason: unknown) => reason,
          ),
          disk.hasFailed(),
        ]);
        if (!hasFailed) return;
        const now = snapshot(root);
        if (error === undefined) expect(now).toEqual(AFTER);
        else {
          expect(error).toBeInstanceOf(FileError);
          const isWritten =
            error instanceof FileError && error.notDone?.startsWith("it is");
          expect(now).toEqual(isWritten === true ? AFTER : BEFORE);
        }
      }
      expect.fail("no end of calls");
    },
  );

  it("says what could not be put back", async () => {
    const root = aStart();
    // From the second rename on nothing goes any more, putting back included.
    const errors: string[] = [];
    for (let at = 1; at < 60; at += 1) {
      const again = aStart();
      const rule = { within: again, code: "EROFS", at };
      await onFaultyDisk(rule, async () => {
        await change(again).catch((error: unknown) => {
          if (error instanceof FileError) errors.push(error.notDone ?? "");
        });
      });
    }
    expect(errors).toContain("no file was written");
    expect(errors).toContain(
      "written, and not put back: replaced; the rest is as it was",
    );
    expect(snapshot(root)).toEqual(BEFORE);
  });

  it("looks at every place before it touches the first", async () => {
    const root = aStart();
    mkdirSync(join(root, "elsewhere"));
    symlinkSync(join(root, "elsewhere"), join(root, "link"));
    const writes = ["made", "link/made"].map(
      (path) => () => placeIn(root, path),
    );
    expect(() => writes.map((place) => place())).toThrow(FileError);
    const objected = {
      place: placeIn(root, "other"),
      bytes: Buffer.from("x"),
      mode: 0o644,
      objection: () => "not today",
    };
    const fine = { ...objected, place: placeIn(root, "new/made") };
    await expect(
      writeAll([{ ...fine, objection: () => undefined }, objected]),
    ).rejects.toMatchObject({ problem: "changed", why: "not today" });
    expect(Object.keys(snapshot(root))).toEqual([
      "elsewhere",
      "link",
      "removed",
      "replaced",
    ]);
  });
});
