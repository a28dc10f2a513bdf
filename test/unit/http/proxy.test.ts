import { describe, expect, it } from "vitest";
import { proxyFromEnv, usesProxy } from "../../../src/http/proxy.ts";

describe("proxies", () => {
  it("reads the conventional variables, lower case first, empty as unset", () => {
    expect(
      proxyFromEnv({
        HTTPS_PROXY: "http://upper.example",
        https_proxy: "http://lower.example",
        HTTP_PROXY: "",
        NO_PROXY: "internal.example",
      }),
    ).toEqual({
      httpsProxy: "http://lower.example",
      noProxy: "internal.example",
    });
  });

  const both = {
    httpProxy: "http://p.example",
    httpsProxy: "http://p.example",
  };
  it.each([
    ["https://acme.scalekit.com", both, true],
    ["https://acme.scalekit.com", {}, false],
    ["https://acme.scalekit.com", { httpProxy: "http://p.example" }, false],
    ["http://127.0.0.1:8080", both, false],
    ["http://localhost:8080", both, false],
    ["http://[::1]:8080", both, false],
  ])("%s with %j", (origin, proxy, expected) => {
    expect(usesProxy(origin, proxy)).toBe(expected);
  });
});
