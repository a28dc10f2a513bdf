import { describe, expect, it } from "vitest";
import {
  hostOf,
  isLoopbackHost,
  leadsHere,
  parseAddress,
} from "../../../src/domain/address.ts";

describe("hostOf", () => {
  it.each([
    ["https://Example.COM/a", "example.com"],
    ["https://example.com:443", "example.com"],
    ["https://example.com:8443/a", "example.com:8443"],
    ["https://user:pass@example.com/", "example.com"],
    ["https://evil.example\\@good.example/", "evil.example"],
    ["https://{{domain}}.zendesk.com/api", "{{domain}}.zendesk.com"],
    ["https://[2001:DB8::1]/", "[2001:db8::1]"],
    ["/relative", undefined],
    ["mailto:a@example.com", undefined],
    ["https://a:b:c/", undefined],
    ["", undefined],
  ])("%s leads to %s", (text, host) => {
    expect(hostOf(text)).toBe(host);
  });

  it("knows no host of anything but a text", () => {
    expect(hostOf(7)).toBeUndefined();
  });
});

describe("parseAddress", () => {
  it("is stable: the canonical text reads as itself", () => {
    const once = parseAddress("HTTPS://A.example:443?x#y");
    expect(once?.text).toBe("https://a.example/?x#y");
    expect(parseAddress(once?.text ?? "")).toEqual(once);
  });

  it("takes time in proportion to the length of what it reads", () => {
    const long = `https://${"@".repeat(200_000)}`;
    expect(hostOf(long)).toBe("");
  });
});

describe("leadsHere", () => {
  it.each([
    ["localhost", true],
    ["localhost:3000", true],
    ["api.localhost", true],
    ["127.0.0.1", true],
    ["127.1:80", true],
    ["[::1]:8443", true],
    ["0.0.0.0", true],
    ["localhost.", true],
    ["localhost.example.com", false],
    ["127.0.0.1.example.com", false],
    ["example.com", false],
  ])("%s → %s", (host, expected) => {
    expect(leadsHere(host)).toBe(expected);
  });
});

describe("isLoopbackHost", () => {
  it.each([
    ["localhost", true],
    ["LOCALHOST", true],
    ["127.0.0.1", true],
    ["127.9.0.1", true],
    ["[::1]", true],
    ["api.localhost", false],
    ["0.0.0.0", false],
    ["localhost:3000", false],
    ["127.0.0.1.example.com", false],
    ["example.com", false],
  ])("%s → %s", (hostname, expected) => {
    expect(isLoopbackHost(hostname)).toBe(expected);
  });
});
