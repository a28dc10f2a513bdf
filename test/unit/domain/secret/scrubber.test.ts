import { describe, expect, it } from "vitest";
import {
  createScrubber,
  type Scrubber,
} from "../../../../src/domain/secret/scrubber.ts";

const SECRET = "p/A+s\"s <&>'wörd?=42";

function knowing(...values: readonly string[]): Scrubber {
  const scrubber = createScrubber();
  values.forEach((value, at) => {
    scrubber.register(value, `value ${String(at)}`);
  });
  return scrubber;
}

describe("scrub", () => {
  it("gives the text itself while nothing is known", () => {
    const text = "nothing to hide";
    expect(createScrubber().scrub(text)).toBe(text);
  });

  it.each<[string, string]>([
    ["raw", SECRET],
    ["inside JSON", JSON.stringify({ a: SECRET }).slice(6, -2)],
    [
      "in ASCII JSON",
      JSON.stringify(SECRET).slice(1, -1).replace("ö", "\\u00f6"),
    ],
    [
      "in JSON as Go writes it",
      JSON.stringify(SECRET)
        .slice(1, -1)
        .replace(/[<&>]/gu, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
    ],
    ["URL-encoded", encodeURIComponent(SECRET)],
    [
      "URL-encoded in lower case",
      encodeURIComponent(SECRET).replace(/%../gu, (c) => c.toLowerCase()),
    ],
    ["in a form", new URLSearchParams({ a: SECRET }).toString().slice(2)],
    [
      "in HTML",
      SECRET.replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;")
        .replaceAll("'", "&#39;"),
    ],
  ])("takes it out %s", (_name, form) => {
    expect(knowing(SECRET).scrub(`before ${form} after`)).toBe(
      "before «secret» after",
    );
  });

  it.each([0, 1, 2, 3, 4])(
    "takes it out of base64 after %i bytes",
    (before) => {
      for (const after of ["", "x", "xy", "xyz"])
        for (const encoding of ["base64", "base64url"] as const) {
          const text = Buffer.from(
            "i".repeat(before) + SECRET + after,
          ).toString(encoding);
          const scrubbed = knowing(SECRET).scrub(text);
          expect(scrubbed).toContain("«secret»");
          expect(scrubbed.replace("«secret»", "").length).toBeLessThanOrEqual(
            before + 2 + after.length + 6,
          );
        }
    },
  );

  it("takes it out of a Basic header", () => {
    const header = `Basic ${btoa("client-id:client-secret-1")}`;
    expect(knowing("client-secret-1").scrub(header)).not.toContain(
      btoa("client-secret-1").slice(4, 12),
    );
    expect(knowing("client-secret-1").scrub(header)).toContain("«secret»");
  });

  it("takes out each line of a value with several lines", () => {
    const pem =
      "-----BEGIN KEY-----\nMIIEvQIBADANBg\nshort\nkqhkiG9w0BAQEF\n-----END KEY-----\n";
    const scrubber = knowing(pem);
    expect(scrubber.scrub(`  MIIEvQIBADANBg | kqhkiG9w0BAQEF | short`)).toBe(
      "  «secret» | «secret» | short",
    );
    expect(scrubber.scrub(JSON.stringify(pem))).toBe('"«secret»"');
  });

  it("takes the longer of two values that begin alike", () => {
    expect(knowing("abcdef", "abcdefghi").scrub("abcdefghi abcdef")).toBe(
      "«secret» «secret»",
    );
  });

  it("leaves nothing of values that overlap", () => {
    expect(
      knowing("first-value", "value-second").scrub("<first-value-second>"),
    ).toBe("<«secret»>");
  });

  it("takes values side by side out one by one", () => {
    expect(knowing("aaaabbbb", "ccccdddd").scrub("aaaabbbbccccdddd!")).toBe(
      "«secret»«secret»!",
    );
  });

  it("leaves values under six characters and names them", () => {
    const scrubber = knowing("12345", "");
    expect(scrubber.scrub("12345")).toBe("12345");
    expect(scrubber.tooShort()).toEqual(["value 0"]);
  });

  it("takes registering twice for once", () => {
    expect(knowing("secret-1", "secret-1").scrub("secret-1")).toBe("«secret»");
  });

  it("gives the text itself when nothing known is in it", () => {
    const text = "nothing to hide here";
    expect(knowing("secret-1").scrub(text)).toBe(text);
  });

  it("takes values that share a form out once", () => {
    const scrubber = knowing("line-one", "line-one\nline-two");
    expect(scrubber.scrub("line-one line-two")).not.toMatch(/one|two/u);
  });

  it("takes out the beginning of a value at which a text was cut", () => {
    const scrubber = knowing("client-secret-1234567890");
    expect(scrubber.scrub('"xx client-secret-123…" -> "y"')).toBe(
      '"xx «secret»…" -> "y"',
    );
    expect(scrubber.scrub("client-secret-12 client… other-thing…")).toBe(
      "client-secret-12 «secret»… other-thing…",
    );
  });

  it("does not stumble over half characters", () => {
    expect(knowing("\ud800secret").scrub("x\ud800secret")).toBe("x«secret»");
  });

  it("goes over a large text with many values in one pass", () => {
    const scrubber = knowing(
      ...Array.from({ length: 2_000 }, (_, at) => `secret-value-${String(at)}`),
    );
    const text = `${"lorem ipsum dolor ".repeat(20_000)}secret-value-1999`;
    expect(scrubber.scrub(text).endsWith(" «secret»")).toBe(true);
  });
});
