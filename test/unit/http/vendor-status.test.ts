import { describe, expect, it } from "vitest";
import {
  cleanRequestId,
  parseVendorStatus,
} from "../../../src/http/vendor-status.ts";

describe("vendor status", () => {
  it("reads code, sentence, request id and broken rules, and no values", () => {
    const status = parseVendorStatus({
      code: 3,
      message: "Validation error",
      details: [
        {
          "@type": "type.googleapis.com/scalekit.v1.errdetails.ErrorInfo",
          error_code: "VALIDATION_ERROR",
          request_info: { request_id: "req-1" },
          validation_error_info: {
            field_violations: [
              {
                field: "connection.key_id",
                constraint: "string.max_len",
                description: "canary",
              },
              { field: "not a field name", constraint: "canary" },
            ],
          },
        },
      ],
    });
    expect(status).toEqual({
      vendorCode: "VALIDATION_ERROR",
      message: "Validation error",
      requestId: "req-1",
      violations: ["connection.key_id (string.max_len)"],
    });
  });

  it("falls back to the name of the gRPC code", () => {
    expect(parseVendorStatus({ code: 5, message: "no" }).vendorCode).toBe(
      "NOT_FOUND",
    );
  });

  it.each([
    null,
    [],
    "text",
    { error: "invalid_client", message: "secret" },
    { details: "x" },
    { code: 99, message: "m" },
    { details: [{ error_code: "lower case <b>" }] },
    { details: [{ request_info: { request_id: "a\u001b[31m" } }] },
  ])("takes nothing from %j", (body) => {
    expect(parseVendorStatus(body)).toEqual({ violations: [] });
  });

  it("keeps request ids that are only ids", () => {
    expect(cleanRequestId("req_1-a.b")).toBe("req_1-a.b");
    expect(cleanRequestId("a b")).toBeUndefined();
    expect(cleanRequestId("x".repeat(200))).toBeUndefined();
  });
});
