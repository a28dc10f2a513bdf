import { describe, expect, it } from "vitest";
import {
  fileChangesJson,
  renderFileChanges,
} from "../../../src/output/file-changes.ts";

const CHANGES = [
  { path: "a.yaml", before: null, after: "sk-1" },
  { path: "b.yaml", before: "sk-2", after: "sk-3" },
  { path: "c.yaml", before: "sk-4", after: null },
];

describe("files a command writes", () => {
  it("are told apart by what became of them", () => {
    expect(renderFileChanges(CHANGES, false)).toBe(
      "wrote a.yaml (new)\nwrote b.yaml\ndeleted c.yaml\n",
    );
    expect(renderFileChanges(CHANGES, true)).toBe(
      "would write a.yaml (new)\nwould write b.yaml\nwould delete c.yaml\n",
    );
    expect(fileChangesJson(CHANGES)).toEqual([
      { path: "a.yaml", change: "created" },
      { path: "b.yaml", change: "changed" },
      { path: "c.yaml", change: "deleted" },
    ]);
  });

  it("keep to their line, and nothing is said where there are none", () => {
    const hostile = [{ path: "a\n::error::\u001b[2J", before: "", after: "" }];
    const text = renderFileChanges(hostile, false);
    expect(text.split("\n")).toHaveLength(2);
    expect(text).not.toContain("\u001b");
    expect(renderFileChanges([], false)).toBe("");
  });
});
