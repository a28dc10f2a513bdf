import { describe, expect, it } from "vitest";
import { rewriteDocument } from "../../../../src/documents/edit/rewrite-document.ts";
import { formatFile } from "../../../../src/documents/format/format.ts";
import { aFile } from "../../../support/documents.ts";

const KEYS = 30_000;
const MANY = Array.from(
  { length: KEYS },
  (_, index) => `k${String(index)}: 1\n`,
).join("");

describe("a mapping of very many fields", () => {
  // Each key compared with all before it would take half a minute.
  it("is formatted in proportion to its size", { timeout: 10_000 }, () => {
    const role = { kind: "connection", layer: "base" } as const;
    expect(formatFile(aFile("connections/x.yaml", MANY), role)).toMatchObject({
      kind: "formatted",
      after: MANY,
    });
  });

  it("is rewritten in proportion to its size", { timeout: 10_000 }, () => {
    const after = rewriteDocument(MANY, 0, [{ pointer: "/k0", value: 2 }]);
    expect(after?.startsWith("k0: 2\nk1: 1\n")).toBe(true);
  });
});
