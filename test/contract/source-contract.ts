import { describe, expect, it } from "vitest";
import type { DocumentSource } from "../../src/ports/document-source.ts";

/** A project to be filled; `open` gives the source once everything is written. */
export interface SourceHarness {
  readonly write: (path: string, text: string) => Promise<void>;
  /** A symbolic link at `path` to `target`. */
  readonly link: (target: string, path: string) => Promise<void>;
  readonly open: () => Promise<DocumentSource>;
  readonly close: () => Promise<void>;
}

const LIMIT = 1024 * 1024;

/** The suite every source of documents passes. */
export function describeSource(
  name: string,
  makeHarness: () => Promise<SourceHarness>,
): void {
  const using = async (
    work: (harness: SourceHarness) => Promise<void>,
  ): Promise<void> => {
    const harness = await makeHarness();
    try {
      await work(harness);
    } finally {
      await harness.close();
    }
  };
  const textOf = (file: { readonly bytes: Uint8Array } | null | undefined) =>
    file == null ? file : new TextDecoder().decode(file.bytes);

  describe(`document source ${name}`, () => {
    it("gives the documents of a folder sorted, and nothing hidden or of another kind", () =>
      using(async ({ write, open }) => {
        for (const file of [
          "b.yaml",
          "a.yml",
          "c.json",
          ".hidden.yaml",
          "notes.md",
          "a.yaml~",
          "deep/d.yaml",
          "ü €.yaml",
        ])
          await write(`connections/${file}`, `name: ${file}\n`);
        const listing = await (await open()).readFolder("connections");
        expect(listing.exists).toBe(true);
        expect(listing.refused).toEqual([]);
        expect(listing.files.map(({ path }) => path)).toEqual([
          "connections/a.yml",
          "connections/b.yaml",
          "connections/c.json",
          "connections/ü €.yaml",
        ]);
        expect(listing.files.map(textOf)).toEqual([
          "name: a.yml\n",
          "name: b.yaml\n",
          "name: c.json\n",
          "name: ü €.yaml\n",
        ]);
      }));

    it("tells a folder that is missing from one without documents", () =>
      using(async ({ write, open }) => {
        await write("connections/notes.md", "x");
        const source = await open();
        expect(await source.readFolder("connections")).toEqual({
          exists: true,
          files: [],
          refused: [],
        });
        expect(await source.readFolder("nowhere")).toEqual({
          exists: false,
          files: [],
          refused: [],
        });
      }));

    it("reads a file of the largest size whole, and refuses a larger one", () =>
      using(async ({ write, open }) => {
        await write("connections/big.yaml", "x".repeat(LIMIT + 1));
        await write("connections/limit.yaml", "x".repeat(LIMIT));
        await write("connections/empty.yaml", "");
        const source = await open();
        const { files, refused } = await source.readFolder("connections");
        expect(files.map((f) => [f.path, f.bytes.length])).toEqual([
          ["connections/empty.yaml", 0],
          ["connections/limit.yaml", LIMIT],
        ]);
        expect(refused).toMatchObject([
          { path: "connections/big.yaml", reason: "too-large" },
        ]);
        await expect(
          source.readFile("connections/big.yaml"),
        ).rejects.toMatchObject({ code: "CFG002" });
      }));

    it("reads bytes as they are, text or not", () =>
      using(async ({ write, open }) => {
        await write("a.yaml", "a: 1\r\nb: \u0000\n");
        expect(textOf(await (await open()).readFile("a.yaml"))).toBe(
          "a: 1\r\nb: \u0000\n",
        );
      }));

    it("refuses links that lead outside or nowhere, of files and of folders", () =>
      using(async ({ write, link, open }) => {
        await write("connections/real.yaml", "a: 1\n");
        await link("/etc/passwd", "connections/passwd.yaml");
        await link("../../outside.yaml", "connections/up.yaml");
        await link("nowhere.yaml", "connections/dangling.yaml");
        await link("/etc", "linked");
        const source = await open();
        const { files, refused } = await source.readFolder("connections");
        expect(files.map(({ path }) => path)).toEqual([
          "connections/real.yaml",
        ]);
        expect(refused.map(({ path }) => path)).toEqual([
          "connections/dangling.yaml",
          "connections/passwd.yaml",
          "connections/up.yaml",
        ]);
        const linked = await source.readFolder("linked");
        expect(linked).toMatchObject({
          exists: true,
          files: [],
          refused: [{ path: "linked", reason: "outside" }],
        });
        await expect(source.readFile("linked/passwd")).rejects.toMatchObject({
          code: "CFG002",
        });
        await expect(source.listFolders("linked")).rejects.toMatchObject({
          code: "CFG002",
        });
      }));

    it("gives one file, or null when there is none", () =>
      using(async ({ write, open }) => {
        await write("connections/a.yaml", "a: 1\n");
        const source = await open();
        expect(await source.readFile("connections/a.yaml")).toMatchObject({
          path: "connections/a.yaml",
        });
        expect(await source.readFile("connections/b.yaml")).toBeNull();
        expect(await source.readFile("connections/a.yaml/b.yaml")).toBeNull();
        await expect(source.readFile("connections")).rejects.toMatchObject({
          code: "CFG002",
        });
      }));

    it.each(["../x.yaml", "/etc/passwd", "connections/../../x"])(
      "refuses a path outside by its spelling: %s",
      (path) =>
        using(async ({ write, open }) => {
          await write("connections/a.yaml", "a: 1\n");
          const source = await open();
          const reading = async () => source.readFile(path);
          await expect(reading()).rejects.toMatchObject({ code: "CFG002" });
        }),
    );

    it("lists the folders of a folder sorted, without files and hidden ones", () =>
      using(async ({ write, open }) => {
        for (const folder of ["prod", "dev", ".hidden"])
          await write(`environments/${folder}/environment.yaml`, "a: 1\n");
        await write("environments/README.md", "x");
        const source = await open();
        expect(await source.listFolders("environments")).toEqual([
          "dev",
          "prod",
        ]);
        expect(await source.listFolders("nowhere")).toEqual([]);
      }));

    it("says that a file is no folder", () =>
      using(async ({ write, open }) => {
        await write("plain", "x");
        expect(await (await open()).readFolder("plain")).toMatchObject({
          exists: true,
          refused: [{ path: "plain", reason: "not-a-file" }],
        });
      }));
  });
}
