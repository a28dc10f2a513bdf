import { describe, expect, it } from "vitest";
import {
  ChangedSource,
  keptSource,
  sourceOfTexts,
} from "../../../../src/environment/documents/changed-source.ts";
import type { DocumentSource } from "../../../../src/ports/document-source.ts";

const FILES = {
  "connections/a.yaml": "a: 1\n",
  "environments/dev/environment.yaml": "environment: dev\n",
};

async function textAt(
  source: DocumentSource,
  path: string,
): Promise<string | null> {
  const file = await source.readFile(path);
  return file === null ? null : new TextDecoder().decode(file.bytes);
}

describe("a source with changes", () => {
  it("gives each file as it will be, alone and in its folder", async () => {
    const source = new ChangedSource(sourceOfTexts(FILES));
    source.apply([
      { path: "connections/a.yaml", before: "a: 1\n", after: null },
      { path: "connections/b.yaml", before: null, after: "b: 2\n" },
    ]);
    expect(await textAt(source, "connections/a.yaml")).toBeNull();
    expect(await textAt(source, "connections/b.yaml")).toBe("b: 2\n");
    const { files } = await source.readFolder("connections");
    expect(files.map(({ path }) => path)).toEqual(["connections/b.yaml"]);
  });

  it("lists what a folder of documents lists: no other files, no deeper ones", async () => {
    const source = new ChangedSource(sourceOfTexts(FILES));
    source.apply([
      { path: "connections/notes.txt", before: null, after: "" },
      { path: "connections/deep/c.yaml", before: null, after: "" },
    ]);
    const { files } = await source.readFolder("connections");
    expect(files.map(({ path }) => path)).toEqual(["connections/a.yaml"]);
  });

  it("has a folder once there is a file in it, and not for one that is deleted", async () => {
    const source = new ChangedSource(sourceOfTexts(FILES));
    source.apply([
      { path: "environments/prod/environment.yaml", before: null, after: "" },
      { path: "environments/old/environment.yaml", before: "", after: null },
    ]);
    expect(await source.listFolders("environments")).toEqual(["dev", "prod"]);
    expect((await source.readFolder("environments/old")).exists).toBe(false);
  });

  it("joins changes of one file, from the first text to the last, and forgets those that end as they began", () => {
    const source = new ChangedSource(sourceOfTexts(FILES));
    source.apply([
      { path: "connections/b.yaml", before: null, after: "1" },
      { path: "connections/a.yaml", before: "a: 1\n", after: "2" },
    ]);
    source.apply([
      { path: "connections/b.yaml", before: "1", after: "2" },
      { path: "connections/a.yaml", before: "2", after: "a: 1\n" },
    ]);
    expect(source.changes()).toEqual([
      { path: "connections/b.yaml", before: null, after: "2" },
    ]);
    expect(source.isChanged("connections/a.yaml")).toBe(true);
  });

  it("makes a file what it was when its changes are taken back", async () => {
    const source = new ChangedSource(sourceOfTexts(FILES));
    source.apply([{ path: "connections/a.yaml", before: "a: 1\n", after: "" }]);
    source.revert("connections/a.yaml");
    expect(await textAt(source, "connections/a.yaml")).toBe("a: 1\n");
    expect(source.changes()).toEqual([]);
  });

  it("reads each file once, so that what was parsed is not parsed again", async () => {
    let reads = 0;
    const counted: DocumentSource = {
      root: "",
      listFolders: () => Promise.resolve([]),
      readFile: (path) => {
        reads += 1;
        return sourceOfTexts(FILES).readFile(path);
      },
      readFolder: (folder) => sourceOfTexts(FILES).readFolder(folder),
    };
    const source = keptSource(counted);
    const first = await source.readFile("connections/a.yaml");
    expect(await source.readFile("connections/a.yaml")).toBe(first);
    expect(reads).toBe(1);
  });
});
