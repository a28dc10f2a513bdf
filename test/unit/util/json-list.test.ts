import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeReply } from "../../../src/http/reply-text.ts";
import { readListReply } from "../../../src/util/json-list.ts";

const runs = Number(process.env["TIELINE_PROPERTY_RUNS"] ?? 100);

describe("readListReply", () => {
  it("reads what is usable as JSON.parse does, whatever stands beside it and however it is spaced", () => {
    const item = fc.dictionary(
      fc.string().filter((name) => name.isWellFormed()),
      fc.jsonValue({ maxDepth: 3 }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(item, fc.constant(null))),
        item,
        fc.constantFrom(undefined, 1, "\t"),
        (items, rest, space) => {
          const text = JSON.stringify(
            { ...rest, list: items.map((one) => one ?? 7) },
            null,
            space,
          );
          const expected: unknown = JSON.parse(text);
          const read = readListReply(text, "list");
          expect(read?.rest).toEqual({ ...(expected as object), list: [] });
          expect(
            read?.items?.map((one) => (one.isUsable ? one.value : 7)),
          ).toEqual((expected as { readonly list: unknown }).list);
        },
      ),
      { numRuns: runs },
    );
  });

  it.each([
    ["[]"],
    ['{"list":[1'],
    ['{"list":[],"list":[]}'],
    [String.raw`{"list":[],"other":"\ud800"}`],
  ])("reads nothing from %s, which says no one thing", (text) => {
    expect(readListReply(text, "list")).toBeUndefined();
  });

  it("tells of an item that cannot be used what is beyond doubt in it", () => {
    const text = String.raw`{"list":[{"id":"a","id":"b","key":"k","bad":"\udfff"},{"key":"fine"}]}`;
    expect(readListReply(text, "list")?.items).toEqual([
      {
        isUsable: false,
        problem: "repeated",
        texts: new Map([["key", "k"]]),
      },
      { isUsable: true, value: { key: "fine" } },
    ]);
  });
});

describe("decodeReply", () => {
  it("agrees with a strict decoder where that reads, and else has half a pair for each stray byte", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 12 }),
        fc.string({ unit: "binary" }),
        (bytes, text) => {
          const mixed = Buffer.concat([Buffer.from(text), bytes]);
          let strict: string | undefined;
          try {
            strict = new TextDecoder("utf-8", { fatal: true }).decode(mixed);
          } catch {
            strict = undefined;
          }
          const decoded = decodeReply(mixed);
          if (strict === undefined) expect(decoded.isWellFormed()).toBe(false);
          else expect(decoded).toBe(strict);
        },
      ),
      { numRuns: runs * 5 },
    );
  });
});
