import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  additionalDataOf,
  decryptEncText,
  encryptEncText,
  parseEncText,
} from "../../../../../src/secrets/sops/core/enc-text.ts";

const key = randomBytes(32);
const good = encryptEncText("value", key, {
  additionalData: "a:",
  label: "str",
});

describe("parseEncText", () => {
  it("takes what the writer writes", () => {
    expect(parseEncText(good)).toMatchObject({ label: "str" });
  });

  it.each([
    ["text after the bracket", `${good} `],
    ["text before it", ` ${good}`],
    ["an unknown type", good.replace("type:str", "type:text")],
    ["base64 with spare bits", good.replace(/data:[^,]+/u, "data:AB==")],
    ["base64 without padding", good.replace(/tag:([^,]+)==/u, "tag:$1")],
    ["url-safe base64", good.replace(/iv:[^,]+/u, "iv:__8=")],
    ["no data", good.replace(/data:[^,]+/u, "data:")],
    [
      "a tag of 12 bytes",
      good.replace(/tag:[^,]+/u, `tag:${randomBytes(12).toString("base64")}`),
    ],
    [
      "a tag of 17 bytes",
      good.replace(/tag:[^,]+/u, `tag:${randomBytes(17).toString("base64")}`),
    ],
    [
      "an IV of 65 bytes",
      good.replace(/iv:[^,]+/u, `iv:${randomBytes(65).toString("base64")}`),
    ],
    ["a line break inside", good.replace(",iv", ",\niv")],
    ["plain text", "value"],
  ])("refuses %s", (_name, text) => {
    expect(parseEncText(text)).toBeUndefined();
  });
});

describe("decryptEncText", () => {
  function open(
    text: string,
    withKey: Buffer,
    aad: string,
  ): string | undefined {
    const enc = parseEncText(text);
    return enc && decryptEncText(enc, withKey, aad)?.toString();
  }

  it("gives the value back at its own place only", () => {
    expect(open(good, key, "a:")).toBe("value");
    expect(open(good, key, "b:")).toBeUndefined();
    expect(open(good, randomBytes(32), "a:")).toBeUndefined();
  });

  it("refuses a tag cut to fewer bytes even where its form was not checked", () => {
    const enc = parseEncText(good);
    expect(enc).toBeDefined();
    if (enc === undefined) return;
    const cut = { ...enc, tag: enc.tag.subarray(0, 4) };
    expect(() => decryptEncText(cut, key, "a:")).toThrow();
  });

  it("never writes the same ciphertext twice", () => {
    expect(
      encryptEncText("value", key, { additionalData: "a:", label: "str" }),
    ).not.toBe(good);
  });

  it("binds to the keys of the path", () => {
    expect(additionalDataOf(["a", "b"])).toBe("a:b:");
  });
});
