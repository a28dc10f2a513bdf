import { isJsonObject } from "../domain/json.ts";

/** What an error body tells, reduced to parts that are safe to show once they are scrubbed. */
export interface VendorStatus {
  /** `ErrorInfo.error_code`, else the name of the gRPC code; absent when the body is no `google.rpc.Status`. */
  readonly vendorCode?: string;
  /** The server's sentence, not yet scrubbed. */
  readonly message?: string;
  readonly requestId?: string;
  /** Names of fields and of the rules they broke; never their values. */
  readonly violations: readonly string[];
}

/**
 * @remarks Source: google.rpc.Code (googleapis, code.proto), as docs/drivers/scalekit-api.md
 * section 12 lists the numbers.
 */
const CODE_NAMES: Readonly<Record<number, string>> = {
  1: "CANCELLED",
  2: "UNKNOWN",
  3: "INVALID_ARGUMENT",
  4: "DEADLINE_EXCEEDED",
  5: "NOT_FOUND",
  6: "ALREADY_EXISTS",
  7: "PERMISSION_DENIED",
  8: "RESOURCE_EXHAUSTED",
  9: "FAILED_PRECONDITION",
  10: "ABORTED",
  11: "OUT_OF_RANGE",
  12: "UNIMPLEMENTED",
  13: "INTERNAL",
  14: "UNAVAILABLE",
  15: "DATA_LOSS",
  16: "UNAUTHENTICATED",
};

const MAX_VIOLATIONS = 5;

/** Reads a `google.rpc.Status` body with the vendor's `ErrorInfo`. Takes anything; what does not fit is left out. */
export function parseVendorStatus(body: unknown): VendorStatus {
  if (!isJsonObject(body)) return { violations: [] };
  const details = Array.isArray(body["details"])
    ? body["details"].filter(isJsonObject)
    : [];
  const info = details.find((detail) => "error_code" in detail) ?? details[0];
  const grpcCode = body["code"];
  const vendorCode =
    matching(info?.["error_code"], /^[A-Z][A-Z0-9_]{0,79}$/u) ??
    (typeof grpcCode === "number" ? CODE_NAMES[grpcCode] : undefined);
  const message =
    typeof body["message"] === "string" ? body["message"] : undefined;
  const requestInfo = info?.["request_info"];
  const requestId = isJsonObject(requestInfo)
    ? cleanRequestId(requestInfo["request_id"])
    : undefined;
  return {
    violations: violationsOf(info?.["validation_error_info"]),
    ...(vendorCode === undefined ? {} : { vendorCode }),
    ...(message === undefined || vendorCode === undefined ? {} : { message }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** A request id as it may be shown, or `undefined`: an id has no reason to hold anything but these characters. */
export function cleanRequestId(value: unknown): string | undefined {
  return matching(value, /^[A-Za-z0-9_.:/=+-]{1,128}$/u);
}

function violationsOf(info: unknown): string[] {
  const list = isJsonObject(info) ? info["field_violations"] : undefined;
  if (!Array.isArray(list)) return [];
  return list
    .filter(isJsonObject)
    .flatMap((violation) => {
      const field = matching(violation["field"], /^[\w.[\]-]{1,100}$/u);
      const constraint = matching(violation["constraint"], /^[\w.-]{1,60}$/u);
      if (field === undefined) return [];
      return [constraint === undefined ? field : `${field} (${constraint})`];
    })
    .slice(0, MAX_VIOLATIONS);
}

function matching(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === "string" && pattern.test(value) ? value : undefined;
}
