import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wrongCitations } from "./citations.ts";

describe("citations", () => {
  it("lead to a document that exists, and to a section it has", () => {
    const root = new URL("../../", import.meta.url).pathname;
    expect(wrongCitations(root)).toEqual([]);
  });
});

describe("the walks of docs/lifecycle.md", () => {
  it("lead along files and folders that exist", () => {
    const root = new URL("../../", import.meta.url).pathname;
    const walks = readFileSync(join(root, "docs/lifecycle.md"), "utf8");
    const paths = [...walks.matchAll(/`([a-z-]+(?:\/[a-z-]+)+(?:\.ts|\/))`/gu)]
      .map(([, path = ""]) => path)
      .filter((path) => !path.startsWith("docs/"));
    expect(paths.length).toBeGreaterThan(30);
    expect(
      paths.filter((path) => !existsSync(join(root, "src", path))),
    ).toEqual([]);
  });
});

describe("the check of citations itself", () => {
  const documents = {
    "docs/wire.md":
      "# Wire\n\n## 1. Hosts\n\n### Names\n\n```sh\n## 9. Not a heading\n```\n\n## 2. Open\n\n### 2.3 Masks\n",
    "docs/decisions/0001-first.md": "# 0001: First\n\n## Context\n",
  };
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "citations-"));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function wrongIn(file: string, text: string): Promise<string[]> {
    const root = await mkdtemp(join(folder, "case-"));
    for (const [path, content] of Object.entries({
      ...documents,
      [file]: text,
    })) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    }
    return wrongCitations(root);
  }

  it.each([
    ["src/a.ts", '// docs/wire.md sections 1, 1 ("Names") and 2.3.'],
    [
      "src/a.ts",
      "/**\n * See docs/wire.md\n * section 2.3; RFC 6749\n * section 5.2.\n */",
    ],
    ["test/a.ts", 'const help = "docs/wire.md says how";'],
    [
      "scripts/a.mjs",
      '// docs/wire.md, "Names"; record 0001, docs/decisions/0001.',
    ],
    ["docs/a.md", '[w](wire.md) section 2, [w](wire.md), "Names"'],
    ["docs/a.md", "[w](wire.md#23-masks), [a](#here)\n\n# Here\n"],
    ["README.md", "[w](docs/wire.md), [out](https://example.com/x.md)"],
  ])("takes what leads somewhere: %s %j", async (file, text) => {
    expect(await wrongIn(file, text)).toEqual([]);
  });

  it.each([
    ["a file that is gone", "src/a.ts", "// docs/gone.md"],
    ["a file that is gone", "test/x/a.ts", 'fix: "see docs/guides/gone.md"'],
    ["a section that is not there", "src/a.ts", "// docs/wire.md section 3"],
    ["one of several", "src/a.ts", "// docs/wire.md sections 1, 7 and 2"],
    ["a part of a section", "src/a.ts", "// docs/wire.md section 2.4"],
    ["a heading in a sample", "src/a.ts", "// docs/wire.md section 9"],
    ["a title", "src/a.ts", '// docs/wire.md section 1 ("Nobody")'],
    ["a title elsewhere", "src/a.ts", '// docs/wire.md section 2 ("Names")'],
    ["a title without a section", "src/a.ts", '// docs/wire.md, "Nobody"'],
    ["a document by half its path", "src/a.ts", "// wire.md section 1"],
    ["a document by its name", "src/a.ts", "// the wire, section 1"],
    [
      "a citation over two lines",
      "src/a.ts",
      "/* docs/wire.md\n * section 3 */",
    ],
    ["a record", "src/a.ts", "// record 0002"],
    ["a record by its path", "test/a.ts", "// docs/decisions/0002"],
    ["one of several records", "docs/a.md", "records 0001 and 0002"],
    ["a section of the page itself", "docs/a.md", "# A\n\nSee section 3.\n"],
    ["a link", "docs/a.md", "[w](gone.md)"],
    ["an anchor", "docs/a.md", "[w](wire.md#3-nothing)"],
    ["a section behind a link", "README.md", "[w](docs/wire.md) section 3"],
  ])("reports %s: %s", async (_what, file, text) => {
    const [first, ...others] = await wrongIn(file, text);
    expect(first).toMatch(new RegExp(`^${file}:\\d: `, "u"));
    expect(others).toEqual([]);
  });
});
