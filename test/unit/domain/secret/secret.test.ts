import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  parseSecretRef,
  Secret,
  secretRefText,
} from "../../../../src/domain/secret/secret.ts";

const VALUE = "canary-7f3a";
const secret = new Secret(VALUE);

describe("a secret", () => {
  it.each<[string, string]>([
    ["String()", String(secret)],
    ["toString()", secret.toString()],
    ["a template", `in text: ${String(secret)}`],
    ["joining", ["a", secret].join("")],
    ["JSON", JSON.stringify({ secret, list: [secret] })],
    [
      "inspection",
      inspect({ secret }, { showHidden: true, depth: 9, getters: true }),
    ],
    ["its own properties", JSON.stringify(Object.getOwnPropertyNames(secret))],
    ["its tag", Object.prototype.toString.call(secret)],
    ["a copy", JSON.stringify(Object.assign({}, secret))],
    ["an error", inspect(new TypeError(String(secret), { cause: secret }))],
  ])("does not show in %s", (_name, text) => {
    expect(text).not.toContain(VALUE);
  });

  it("gives its value only when asked, and cannot be changed", () => {
    expect(secret.reveal()).toBe(VALUE);
    expect(Object.isFrozen(secret)).toBe(true);
  });

  it("is compared by value", () => {
    expect(secret.equals(new Secret(VALUE))).toBe(true);
    expect(secret.equals(new Secret(`${VALUE}x`))).toBe(false);
  });
});

describe("a reference", () => {
  it.each(["secret://gmail/client_secret", "env://NAME"])(
    "%s reads back as it is written",
    (text) => {
      const ref = parseSecretRef(text);
      expect(ref && secretRefText(ref)).toBe(text);
    },
  );

  it.each(["secret://", "var://name", "https://x", "a secret://x", ""])(
    "%j is none",
    (text) => {
      expect(parseSecretRef(text)).toBeUndefined();
    },
  );
});
