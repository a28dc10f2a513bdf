import { describe, expect, it } from "vitest";
import type { DocumentEdit } from "../../../../src/documents/edit/apply-edits.ts";
import { editDocument } from "../../../../src/documents/edit/edit-document.ts";
import { UserError } from "../../../../src/domain/problem/error.ts";

function set(
  pointer: string,
  value: Extract<DocumentEdit, { value: unknown }>["value"],
): DocumentEdit {
  return { pointer, value };
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof UserError) return error.code;
  }
  return "none";
}

describe("editDocument", () => {
  it("replaces a value and keeps the comment behind it", () => {
    expect(editDocument('a: "x" # why\nb: 1\n', [set("/a", "y")])).toBe(
      "a: y # why\nb: 1\n",
    );
  });

  it("quotes only what would be something else", () => {
    expect(editDocument("a: x\n", [set("/a", "1")])).toBe('a: "1"\n');
  });

  it("adds a member after the last of its block, before what follows", () => {
    expect(
      editDocument("s:\n    a: 1 # one\n\n# about t\nt: 2\n", [
        set("/s/b", true),
      ]),
    ).toBe("s:\n    a: 1 # one\n    b: true\n\n# about t\nt: 2\n");
  });

  it("makes mappings on the way, out of nothing, null and empty braces", () => {
    const edits = [set("/a/x", 1), set("/b/x/y", 1), set("/c/x", 1)];
    expect(editDocument("a:\nb: {} # none\n", edits)).toBe(
      "a:\n  x: 1\nb: # none\n  x:\n    y: 1\nc:\n  x: 1\n",
    );
  });

  it("adds and removes items without touching the others", () => {
    expect(
      editDocument(
        "l:\n  # first\n  - a # one\n  - b # two\n  # third\n  - c\n",
        [set("/l", ["a", "c", "d"])],
      ),
    ).toBe("l:\n  # first\n  - a # one\n  # third\n  - c\n  - d\n");
  });

  it("removes a member with the comments that are about it, but not those of the file", () => {
    const text =
      "# of the file\na: 1\n# about b\nb:\n  x: 1\n  # more of b\n# about c\nc: 1\n";
    expect(editDocument(text, [{ pointer: "/b", remove: true }])).toBe(
      "# of the file\na: 1\n# about c\nc: 1\n",
    );
    expect(editDocument(text, [{ pointer: "/a", remove: true }])).toBe(
      text.replace("a: 1\n", ""),
    );
  });

  it("keeps lists and mappings in brackets on their line", () => {
    expect(
      editDocument("a: [x, y] # l\nb: { p: 1 } # m\n", [
        set("/a", ["x", "z, q"]),
        set("/b/q", 2),
      ]),
    ).toBe('a: [x, "z, q"] # l\nb: { p: 1, q: 2 } # m\n');
  });

  it("keeps the comments of items between brackets on several lines", () => {
    expect(
      editDocument("l: [\n  a, # one\n  b # two\n]\n", [set("/l/-", "c")]),
    ).toBe("l: [\n  a, # one\n  b, # two\n  c\n]\n");
  });

  it("writes JSON into a JSON file, over lines or not as the file is", () => {
    expect(
      editDocument('{\n  "a": 1,\n  "b": {}\n}\n', [
        set("/b/c", ["x"]),
        set("/d", "y"),
      ]),
    ).toBe(
      '{\n  "a": 1,\n  "b": {\n    "c": [\n      "x"\n    ]\n  },\n  "d": "y"\n}\n',
    );
    expect(editDocument('{"a":1,"b":{}}', [set("/b/c", ["x"])])).toBe(
      '{"a":1,"b":{"c":["x"]}}',
    );
  });

  it("edits one document of several and leaves the others", () => {
    expect(
      editDocument("a: 1\n---\n# two\na: 1\n...\n", [set("/a", 2)], 1),
    ).toBe("a: 1\n---\n# two\na: 2\n...\n");
  });

  it("keeps Windows line ends, a missing last line end and a byte order mark", () => {
    expect(editDocument("\u{FEFF}a: 1\r\nb: 2", [set("/c", [1])])).toBe(
      "\u{FEFF}a: 1\r\nb: 2\r\nc:\r\n  - 1",
    );
  });

  it("follows the indentation of lists in the file", () => {
    expect(editDocument("a:\n- x\n", [set("/b", ["y"])])).toBe(
      "a:\n- x\nb:\n- y\n",
    );
  });

  it("edits explicit keys and the text after a pipe", () => {
    expect(editDocument("? a\n: 1\nb: 2\n", [set("/a", 3)])).toContain("a: 3");
    expect(
      editDocument("a: | # text\n  one\n\nb: 1\n", [set("/a", "two\nthree\n")]),
    ).toBe("a: | # text\n  two\n  three\n\nb: 1\n");
  });

  it("refuses what it cannot change alone", () => {
    const edit = [set("/a", 2)];
    expect(codeOf(() => editDocument("a: &x 1\nb: *x\n", edit))).toBe("CFG047");
    expect(codeOf(() => editDocument("b: &x 1\na: *x\n", edit))).toBe("CFG047");
    expect(codeOf(() => editDocument("a: 1\nsops:\n  mac: x\n", edit))).toBe(
      "CFG047",
    );
    expect(codeOf(() => editDocument("a: [\n", edit))).toBe("CFG047");
    expect(codeOf(() => editDocument("- a\n", edit))).toBe("CFG047");
    expect(codeOf(() => editDocument("a: 1\n", edit, 1))).toBe("CFG047");
    expect(codeOf(() => editDocument("a: [1]\n", [set("/a/x", 1)]))).toBe(
      "CFG047",
    );
    expect(codeOf(() => editDocument("a: 1\n", [set("/__proto__/x", 1)]))).toBe(
      "CFG047",
    );
  });

  it("keeps aliases where it changes something else", () => {
    expect(editDocument("a: &x 1\nb: *x\nc: 1\n", [set("/c", 2)])).toBe(
      "a: &x 1\nb: *x\nc: 2\n",
    );
  });

  it("writes a first document below comments", () => {
    expect(editDocument("# to be filled\n", [set("/a", 1)])).toBe(
      "# to be filled\na: 1\n",
    );
  });
});
