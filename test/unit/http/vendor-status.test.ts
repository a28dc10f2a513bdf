import { describe, expect, it } from "vitest";
import {
  parseVendorStatus,
  requestIdOf,
} from "../../../src/http/vendor-status.ts";

function invalid(...violations: readonly object[]): object {
  return {
    code: 3,
    message: "Validation error",
    details: [
      {
        "@type": "type.googleapis.com/scalekit.v1.errdetails.ErrorInfo",
        error_code: "VALIDATION_ERROR",
        request_info: { request_id: "req-1" },
        validation_error_info: { field_violations: violations },
      },
    ],
  };
}

describe("vendor status", () => {
  it("reads code, request id and broken rules, and neither sentences nor values", () => {
    const body = invalid(
      {
        field: "connection.key_id",
        constraint: "string.max_len",
        description: "canary",
      },
      { field: "not a field name", constraint: "canary" },
    );
    expect(parseVendorStatus(body)).toEqual({
      vendorCode: "VALIDATION_ERROR",
      requestId: "req-1",
      violations: ["connection.key_id (string.max_len)"],
    });
  });

  it.each([
    ["oauth_config.scopes[3]", ["oauth_config.scopes[3]"]],
    [
      "connection.oauth_config.own_member",
      ["connection.oauth_config.own_member"],
    ],
    ["connection.canary", []],
    ["115.101.99.114", []],
    ["scopes.115.101.99", []],
    ["canary", []],
    ["", []],
    [".", []],
  ])("shows a path only when all of it is known: %s", (field, expected) => {
    const sent = '{"oauth_config":{"own_member":"canary","list":["canary"]}}';
    expect(parseVendorStatus(invalid({ field }), sent).violations).toEqual(
      expected,
    );
  });

  it("leaves out a rule it does not know", () => {
    const field = "connection.key_id";
    expect(
      parseVendorStatus(invalid({ field, constraint: "string.canary" }))
        .violations,
    ).toEqual([field]);
  });

  it("falls back to the name of the gRPC code", () => {
    expect(
      parseVendorStatus({
        code: 5,
        message: "no",
        details: [{ error_code: "CANARY_CODE" }],
      }).vendorCode,
    ).toBe("NOT_FOUND");
  });

  it("reads the code of a token endpoint", () => {
    expect(
      parseVendorStatus({ error: "invalid_client", error_description: "x" }),
    ).toEqual({ vendorCode: "invalid_client", violations: [] });
  });

  it.each([
    null,
    [],
    "text",
    { error: "canary", message: "secret" },
    { details: "x" },
    { code: 99, message: "m" },
    { details: [{ error_code: "lower case <b>" }] },
  ])("takes nothing from %j", (body) => {
    expect(parseVendorStatus(body)).toEqual({ violations: [] });
  });

  it.each([
    ["123456789012345", true],
    ["4f3a1f5e-8f0c-4f3a-9d55-0a1b2c3d4e5f", true],
    ["01J9Z3N8Q6T4V2X0Y8R7P5M3K1", true],
    ["4bf92f3577b34da6a3ce929d0e0e4736", true],
    ["req-9", true],
    ["req_01J9Z3N8Q6T4V2X0Y8R7P5M3K1", true],
    ["1-67891233-abcdef012345678912345678", true],
    ["a b", false],
    ["secret-value", false],
    ["c2VjcmV0LXZhbHVl", false],
    [`req-${"x".repeat(60)}`, false],
    ["req-a\u001b[31m", false],
    ["req-canary", false],
  ])("takes %s for a request id: %s", (id, expected) => {
    const scrub = (text: string): string =>
      text.replaceAll("canary", "«secret»");
    const reply = { headers: { "x-request-id": id }, body: {} };
    expect(requestIdOf(reply, scrub)).toBe(expected ? id : undefined);
  });
});
